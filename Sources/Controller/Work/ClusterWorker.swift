internal import Delivery
internal import Health
internal import Kubernetes
internal import Manifests
internal import Verification

/// Acts on the cluster of one Environment.
///
/// It keeps nothing that matters in memory: what it learnt is learnt again by looking.
actor ClusterWorker: EnvironmentWorker {
    let name: String
    let context: LaneContext
    let note: LaneNote
    /// Set when the cluster changed.
    let signal: WakeSignal
    /// What was last applied here. Made again by applying again.
    var applied: AppliedBundle?
    var health: [ObjectIdentity: HealthReport] = [:]
    var healthAt: Delivery.Timestamp?
    var unhealthySince: Delivery.Timestamp?
    /// Since when every look at a rollout has found it healthy.
    var healthySince: Delivery.Timestamp?
    /// When every object was last compared with the server's own word.
    var comparedAt: Delivery.Timestamp?
    var settled = DriftMemory()
    /// Who writes against us, so that we do not write for ever.
    var fights = FightDetector()
    /// Of this Environment, as the Journal knows it.
    var newestRelease: Int64?
    /// The cluster whose watches are followed.
    var followed: String?
    /// Differences that the policy does not let us put right, for `status`.
    var drift: [ObjectIdentity: String] = [:]
    var ledger = DriftLedger()
    /// What the last way back had to leave, until somebody looks at it anew.
    var left: [ObjectIdentity: String] = [:]
    let verification: VerificationRunner
    /// What the Gates said last, for `status`.
    var gates: [GateResult] = []
    var milestones: Milestones?
    /// The same while it takes steps.
    var steppingSince: Milestones?
    /// The step that was applied last. Made again from the Bundles.
    var stepUp: (key: String, step: RolloutStep)?

    /// By how much the machine's clock was set, as far as what is remembered here has followed.
    var steppedSoFar: Duration

    init(name: String, context: LaneContext, note: LaneNote, signal: WakeSignal) {
        self.name = name
        self.context = context
        self.note = note
        self.signal = signal
        steppedSoFar = context.clock.reading().stepped
        verification = context.verification.runner()
    }

    var sight: WorkerSight { WorkerSight(health: health, drift: left.merging(drift) { $1 }, gates: gates) }

    func forget() { applied = nil }

    func commit(_ change: StateChange) async throws {
        try await context.commit(change, about: name, failing: sight.failing)
    }
}
