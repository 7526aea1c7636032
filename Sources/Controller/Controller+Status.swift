package import Delivery
internal import Health
internal import Journal
internal import Manifests

/// What `slipway status` shows of one Environment.
package struct EnvironmentView: Sendable {
    package var state: EnvironmentState
    /// The Release that runs or waits, else the last one.
    package var release: Release?
    package var promotesFrom: String?
    /// `healthy`, `progressing`, `failed` or `unknown`, and the first sentence that says why.
    package var health: String
    package var healthMessage: String
    /// What it waits for or does.
    package var note: String
    /// A Revision that could not be rendered here, if the newest one could not.
    package var problem: String?
    /// A difference between the cluster and the verified Bundle that the policy leaves alone.
    package var drift: String?
    /// Who leads in its cluster; `nil` where there is no lease.
    package var leadership: LeadershipView?
    /// The program that took part in rendering the newest Revision, with its version.
    package var renderedWith: String?
    /// What the Gates of the Release said last, while it is verified or watched.
    package var gates: [GateResult] = []
    /// Where the Release is among the steps of its rollout; `nil` when it takes none now.
    package var rollout: RolloutProgress?

    package init(
        state: EnvironmentState, release: Release?, promotesFrom: String? = nil, health: String, healthMessage: String, note: String = "",
        problem: String? = nil, drift: String? = nil, renderedWith: String? = nil
    ) {
        self.state = state
        self.release = release
        self.promotesFrom = promotesFrom
        self.health = health
        self.healthMessage = healthMessage
        self.note = note
        self.problem = problem
        self.drift = drift
        self.renderedWith = renderedWith
    }
}

extension Controller {
    package func status(by actor: Actor) async throws -> [EnvironmentView] {
        let readable = try await readable(by: actor)
        var views: [EnvironmentView] = []
        for name in environmentNames where readable?.contains(name) ?? true { views.append(try await view(of: name)) }
        return views
    }

    package func view(of name: String) async throws -> EnvironmentView {
        let state = try await state(of: name)
        let releases = try await journal.releases(environment: name, limit: 20)
        let release = releases.first { $0.phase.isActive } ?? releases.first
        let seen = await lane(name)?.snapshot
        let newest = try await journal.latestRenderings(environment: name, limit: 1).first
        var problem: String?
        if case .failed(let message)? = newest?.outcome { problem = "\(newest?.revision.short ?? ""): \(message)" }
        let policy = try await policy(of: name)
        var view = EnvironmentView(
            state: state, release: release, promotesFrom: policy?.promotion.from, health: seen?.health ?? "unknown",
            healthMessage: seen?.healthMessage ?? "", note: seen?.note ?? "", problem: problem, drift: seen?.drift,
            renderedWith: newest?.renderedWith)
        view.gates = seen?.gates ?? []
        if let release, let policy { view.rollout = RolloutProgress(of: release, policy: policy) }
        if let cluster = policy?.target.cluster { view.leadership = LeadershipView(leadership.state(of: cluster), cluster: cluster) }
        return view
    }
}

extension Lane {
    package struct Snapshot: Sendable {
        package var note: String
        package var drift: String?
        package var health: String
        package var healthMessage: String
        package var gates: [GateResult]
    }

    package var snapshot: Snapshot {
        get async {
            let sight = await worker.sight
            let told = sight.drift.values.sorted()
            let drift = told.first.map { told.count > 1 ? "\($0) (and \(told.count - 1) more objects)" : $0 }
            let ordered = sight.health.sorted { $0.key < $1.key }
            func seen(_ health: String, _ message: String = "") -> Snapshot {
                Snapshot(note: note.words, drift: drift, health: health, healthMessage: message, gates: sight.gates)
            }
            if let (identity, report) = ordered.first(where: { $0.value.status == .failed }) {
                return seen("failed", report.sentence(about: identity))
            }
            if let (identity, report) = ordered.first(where: { $0.value.status != .current }) {
                return seen("progressing", report.sentence(about: identity))
            }
            return seen(ordered.isEmpty ? "unknown" : "healthy")
        }
    }
}
