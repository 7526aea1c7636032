package import Delivery
internal import Health
internal import Manifests

/// What acts on a cluster for one lane. The lane decides what is due; this does it, and tells what came of it.
package protocol EnvironmentWorker: Sendable {
    /// Does one piece of work; each may be done again from its start.
    func perform(_ work: ReleaseWork, of release: Release, at site: WorkSite) async throws -> WorkOutcome
    /// Keeps the verified Bundle in the cluster while nothing else is due.
    /// - Returns: how long nothing is due unless the cluster changes.
    func rest(at site: WorkSite) async throws -> Duration
    /// Somebody else may have written: what was learnt of the cluster no longer counts.
    func forget() async
    var sight: WorkerSight { get async }
}

/// What a piece of work is given of the Environment.
package struct WorkSite: Sendable {
    package var environment: EnvironmentState
    package var policy: EnvironmentPolicy
    /// Of this Environment, as the Journal knows it.
    package var newestRelease: Int64?
}

/// What came of a piece of work.
package enum WorkOutcome: Sendable {
    case happened(ReleaseEvent)
    /// Look again after the pause; the deadline of the phase still counts.
    case notYet(Duration)
}

/// What a worker last saw of its cluster.
package struct WorkerSight: Sendable {
    var health: [ObjectIdentity: HealthReport] = [:]
    /// Differences that the policy does not let us put right.
    var drift: [ObjectIdentity: String] = [:]
    /// Of the Release that is verified or watched.
    var gates: [GateResult] = []

    package init() {}

    init(health: [ObjectIdentity: HealthReport], drift: [ObjectIdentity: String], gates: [GateResult]) {
        self.health = health
        self.drift = drift
        self.gates = gates
    }

    var failing: ObjectIdentity? { health.first { $0.value.status == .failed }?.key }
}
