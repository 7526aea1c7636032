/// Where a Release stands. The way through is `queued -> preflight -> (stepping) -> applying -> rollingOut -> verifying -> soaking ->
/// pruning -> verified`; `Release+Transition.swift` is the only place that moves a Release.
package enum ReleasePhase: String, Sendable, Hashable, CaseIterable {
    case queued
    /// Waits on something that is not its own work: an approval, a Hold, a window, its group.
    case blocked
    /// The dry run of everything; changes nothing.
    case preflight
    /// Some of the traffic, beside the old version; see `Release.step`.
    case stepping
    case applying
    case rollingOut
    case verifying
    case soaking
    /// Removes what the new Bundle no longer has; the last thing done, and only to a proven Release.
    case pruning
    /// Proven. It is still watched until `watchUntil`.
    case verified
    case rollingBack
    case rolledBack
    /// Neither the new nor the old Bundle could be proven: a person is needed now.
    case rollbackFailed
    /// Ended before a lasting write, or with nothing to go back to.
    case failed
    /// A newer Release took its place before it finished.
    case superseded
    case cancelled

    /// A Release that holds the Environment's lane: at most one is active in an Environment.
    package var isActive: Bool {
        switch self {
        case .queued, .blocked, .preflight, .stepping, .applying, .rollingOut, .verifying, .soaking, .pruning, .rollingBack: true
        case .verified, .rolledBack, .rollbackFailed, .failed, .superseded, .cancelled: false
        }
    }

    /// Whether the cluster may already hold something of this Release.
    package var mayHaveWritten: Bool {
        switch self {
        case .stepping, .applying, .rollingOut, .verifying, .soaking, .pruning, .verified, .rollingBack: true
        case .queued, .blocked, .preflight, .rolledBack, .rollbackFailed, .failed, .superseded, .cancelled: false
        }
    }
}

/// How far a rollback has come; each step can be done again from its start without harm.
package enum RollbackStep: String, Sendable, Hashable, CaseIterable {
    case applying
    case rollingOut
    case verifying
    case pruning
}
