/// How the way back stands that a commit is to follow.
package enum WayBack: Sendable, Hashable {
    /// Something runs or waits yet.
    case underWay
    case ended(Release)
    /// What is in the cluster is not proven.
    case failed
    /// Something else was deployed after it, with force.
    case overtaken(by: Release)

    /// - Parameter releases: of one held Environment, the newest first.
    package init(_ releases: [Release]) {
        guard !releases.contains(where: \.isUnderWay) else {
            self = .underWay
            return
        }
        // What never touched the cluster changes nothing about it.
        guard let last = releases.first(where: { $0.leftSomething || $0.isProven }) else {
            self = .failed
            return
        }
        switch last.phase {
        case .verified where last.kind == .deploy: self = .overtaken(by: last)
        case .verified, .rolledBack: self = .ended(last)
        case .queued, .blocked, .preflight, .stepping, .applying, .rollingOut, .verifying, .soaking, .pruning, .rollingBack,
            .rollbackFailed,
            .failed, .superseded, .cancelled:
            self = .failed
        }
    }
}

extension Release {
    /// It ended without a proven state in the cluster.
    package var leftSomething: Bool {
        switch phase {
        case .rollbackFailed: true
        // One that was stopped before any change left what was there.
        case .failed: failedPhase?.mayHaveWritten ?? (failure?.origin != .preflight)
        case .queued, .blocked, .preflight, .stepping, .applying, .rollingOut, .verifying, .soaking, .pruning, .verified, .rollingBack,
            .rolledBack, .superseded, .cancelled:
            false
        }
    }

    /// What waits because the Environment is held does not: it is what the commit is to keep out.
    fileprivate var isUnderWay: Bool { phase.isActive && (phase.mayHaveWritten || kind == .rollback || isForced) }
    fileprivate var isProven: Bool { phase == .verified || phase == .rolledBack }
}
