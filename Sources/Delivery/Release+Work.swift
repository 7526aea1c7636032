/// The work that a phase means. Each can be done again from its start: it is what a controller does after a crash, too.
package enum ReleaseWork: Sendable, Hashable {
    /// See whether anything stands in the way.
    case admit
    case preflight
    /// Server-side apply of a Bundle, by digest.
    case apply(bundle: String)
    case awaitHealth(bundle: String)
    case verify(bundle: String, revision: String)
    /// Brings a step of the rollout up, until it is healthy.
    case step(bundle: String, index: Int)
    /// Nothing but time for a step, while its Gates hold.
    case watchStep(bundle: String, index: Int, until: Timestamp)
    /// Nothing but time, while the health stays good.
    case watch(bundle: String, until: Timestamp)
    case prune(keeping: String)

    /// Whether it changes nothing in the cluster.
    package var onlyLooks: Bool {
        switch self {
        case .admit, .preflight, .awaitHealth, .verify, .watch, .watchStep: true
        case .apply, .step, .prune: false
        }
    }
}

extension Release {
    /// What is due now; `nil` when the Release has ended and its watch is over.
    package var work: ReleaseWork? {
        switch phase {
        case .queued, .blocked: .admit
        case .preflight: .preflight
        case .stepping: steppingWork
        case .applying: .apply(bundle: bundle)
        case .rollingOut: .awaitHealth(bundle: bundle)
        case .verifying: .verify(bundle: bundle, revision: revision.id)
        case .soaking, .verified: waitUntil.map { .watch(bundle: bundle, until: $0) }
        case .pruning: .prune(keeping: bundle)
        case .rollingBack: rollbackWork
        case .rolledBack, .rollbackFailed, .failed, .superseded, .cancelled: nil
        }
    }

    private var steppingWork: ReleaseWork {
        let index = step ?? 0
        return waitUntil.map { .watchStep(bundle: bundle, index: index, until: $0) } ?? .step(bundle: bundle, index: index)
    }

    private var rollbackWork: ReleaseWork? {
        switch rollbackStep {
        case .applying: .apply(bundle: targetBundle)
        case .rollingOut: .awaitHealth(bundle: targetBundle)
        case .verifying: .verify(bundle: targetBundle, revision: targetRevision.id)
        case .pruning: .prune(keeping: targetBundle)
        case nil: nil
        }
    }
}
