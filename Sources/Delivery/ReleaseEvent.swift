/// What can happen to a Release. Observed by the driver, decided upon by `Release.after`.
package enum ReleaseEvent: Sendable, Hashable {
    /// Nothing stands in the way of a queued or blocked Release.
    case admitted
    case blocked(Blocker)
    /// The dry run passed; `planHash` names the exact changes.
    case preflightPassed(planHash: String)
    case applied
    case healthy
    /// - Parameter evidence: what the Gates said, for the record.
    case verificationPassed(evidence: String = "")
    case waitElapsed
    /// A step of the rollout has proven itself.
    case stepPassed(evidence: String = "")
    case pruned
    /// Worth trying again at `retryAt`; nothing is decided by it. An outage (the cluster cannot be reached at all) also stops the phase's
    /// clock until then: an API server that restarts is never a failed Release.
    case transientError(message: String, retryAt: Timestamp, isOutage: Bool)
    /// Proof that the present phase cannot succeed.
    case failed(Failure)
    case deadlinePassed
    case superseded(by: Int64)
    case cancelled(Actor, reason: String)
    /// A person passes over what is waited for or asked.
    case skipped(Actor, reason: String)
    /// A person lets a failed Release go on where it failed.
    case retried(Actor, reason: String)

    /// What it was decided upon.
    package var evidence: String? {
        switch self {
        case .verificationPassed(let evidence), .stepPassed(let evidence): evidence.isEmpty ? nil : evidence
        default: nil
        }
    }

    package var name: String {
        switch self {
        case .admitted: "admitted"
        case .blocked: "blocked"
        case .preflightPassed: "preflightPassed"
        case .applied: "applied"
        case .healthy: "healthy"
        case .verificationPassed: "verificationPassed"
        case .waitElapsed: "waitElapsed"
        case .stepPassed: "stepPassed"
        case .pruned: "pruned"
        case .transientError: "transientError"
        case .failed: "failed"
        case .deadlinePassed: "deadlinePassed"
        case .superseded: "superseded"
        case .cancelled: "cancelled"
        case .skipped: "skipped"
        case .retried: "retried"
        }
    }
}

/// An event that cannot happen in the phase that a Release is in: a defect of the driver, reported by name and never ignored.
package struct IllegalTransition: Error, Sendable, Hashable, CustomStringConvertible {
    package var release: Int64
    package var phase: ReleasePhase
    package var event: String

    package var description: String { "release \(release): event \(event) is not possible in phase \(phase.rawValue)" }
}
