internal import Delivery
internal import Health
internal import Journal
internal import Kubernetes
internal import Manifests

/// What an apply left in the cluster: the UIDs and generations that its health is bound to, and what has to be watched for it.
struct AppliedBundle: Sendable {
    var digest: String
    private(set) var objects: [AppliedObject]
    private let plainScopes: Set<WatchScope>
    private let explainingScopes: Set<WatchScope>

    init(digest: String, objects: [AppliedObject]) {
        self.digest = digest
        self.objects = objects
        plainScopes = EnvironmentApplier.scopes(of: objects, explaining: false)
        explainingScopes = EnvironmentApplier.scopes(of: objects, explaining: true)
    }

    func scopes(explaining: Bool) -> Set<WatchScope> { explaining ? explainingScopes : plainScopes }

    /// Some of the objects were applied again.
    mutating func replace(_ again: [AppliedObject]) {
        let again = Dictionary(uniqueKeysWithValues: again.map { ($0.identity, $0) })
        objects = objects.map { again[$0.identity] ?? $0 }
    }
}

/// Nothing is due: the verified Bundle is kept in the cluster, and its health is looked at. Both live on what the watches bring, so that
/// as long as nothing changes the API server is not asked anything.
extension Lane {
    func rest(_ environment: EnvironmentState, policy: EnvironmentPolicy) async throws -> Duration {
        guard let bundle = environment.verifiedBundle else { return Limits.idlePoll }
        do {
            _ = try await look(at: bundle, policy: policy, isReturning: false, keeps: true)
        } catch let error as KubernetesError {
            note = error.message
            return error.isTransient ? Limits.outagePoll : Limits.idlePoll
        }
        return min(Limits.restPoll, policy.reconcile.healEvery)
    }

    /// What is known of the cluster without asking it.
    func see(_ policy: EnvironmentPolicy) throws -> ClusterSight {
        guard let applied else { return .clear(ClusterView()) }
        let isQuiet = !health.isEmpty && health.values.allSatisfy { $0.status == .current }
        let scopes = applied.scopes(explaining: !isQuiet)
        let cache = try context.clusters.cache(policy.target.cluster)
        cache.follow(scopes, for: name) { [signal] in signal.set() }
        return cache.sight(of: scopes)
    }

    /// Compares what changed, and every object once in `healEvery`, with the Bundle by a dry run. What differs is put right or said, as the
    /// policy has it; what another manager owns is put right as far as `rollout.conflicts` allows.
    func keep(_ bundle: String, in view: ClusterView, policy: EnvironmentPolicy) async throws {
        guard let applied else { return }
        let now = context.clock.now()
        let all = Set(applied.objects.map(\.identity))
        var suspects = settled.suspects(among: applied.objects, in: view)
        if let comparedAt, now - comparedAt < policy.reconcile.healEvery {
            guard !suspects.isEmpty else { return }
        } else {
            suspects = all
        }
        let objects = try await objects(of: bundle)
        let changes = try await context.applier(for: policy).plan(objects, only: suspects)
        if suspects == all { comparedAt = now }
        let renewed = applied.objects.filter { object in view[object.identity].map { $0.object.uid != object.uid } ?? false }
        var verdict = DriftVerdict(changes: changes, replaced: Set(renewed.map(\.identity)), policy: policy.reconcile.drift)
        verdict.leave(fights.found(verdict.contested, at: .now))
        let found = verdict.told.filter { drift[$0.key] != $0.value }
        for id in suspects { drift[id] = verdict.told[id] }
        settled.settle(suspects.subtracting(verdict.healable), in: view)
        try await tell("drift.found", found.keys, bundle: bundle, outcome: found.values.sorted().prefix(5).joined(separator: "; "))
        guard !verdict.healable.isEmpty else { return }
        self.applied?.replace(try await context.applier(for: policy).apply(objects, only: verdict.healable))
        fights.healed(verdict.contested.map(\.field), at: .now)
        let healed = changes.filter { verdict.healable.contains($0.identity) }
        let words = healed.prefix(5).map { "\($0.action == .unchanged ? "adopt" : $0.action.rawValue) \($0.identity)" }
        try await tell("drift.healed", verdict.healable, bundle: bundle, outcome: words.joined(separator: ", "))
    }

    private func tell(_ action: String, _ ids: some Collection<ObjectIdentity>, bundle: String, outcome: String) async throws {
        guard !ids.isEmpty else { return }
        let reason = "the cluster differed from bundle \(bundle.prefix(12)) in \(ids.count) \(ids.count == 1 ? "object" : "objects")"
        try await commit(
            StateChange(audit: [
                AuditDraft(
                    at: context.clock.now(), actor: .controller, action: action, environment: name, reason: reason, outcome: outcome)
            ]))
    }
}
