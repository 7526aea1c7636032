internal import Kubernetes

/// Who leads in a cluster, as `slipway status` shows it.
package struct LeadershipView: Sendable, Hashable {
    package enum State: String, Sendable, Hashable {
        case looking, leading, standby, unknown
    }

    package var cluster: String
    package var state: State
    package var holder: String?
    /// How often the lease changed hands.
    package var generation: Int64?
    /// Why it is not known.
    package var message: String?

    /// - Returns: `nil` where no lease is used.
    init?(_ state: LeadershipState, cluster: String) {
        self.cluster = cluster
        switch state {
        case .unguarded: return nil
        case .looking: self.state = .looking
        case .leading(let term):
            self.state = .leading
            holder = term.holder
            generation = term.generation
        case .standby(let holder):
            self.state = .standby
            self.holder = holder
        case .unknown(let message):
            self.state = .unknown
            self.message = message
        }
    }
}
