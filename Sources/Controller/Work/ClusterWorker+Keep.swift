internal import Delivery
internal import Health
internal import Journal
internal import Kubernetes
internal import Logging
internal import Manifests

/// Nothing is due: the verified Bundle is kept in the cluster, and its health is looked at. Both live on what the watches bring, so that
/// as long as nothing changes the API server is not asked anything.
extension ClusterWorker {
    func rest(at site: WorkSite) async throws -> Duration {
        newestRelease = site.newestRelease
        let policy = site.policy
        guard let bundle = site.environment.verifiedBundle else { return Limits.quietPoll }
        let seen: Look
        do {
            seen = try await look(at: bundle, policy: policy, isReturning: false, keeps: true)
            // The next look may be far: what explains is followed from now on, or no longer.
            _ = try see(policy, keeps: true)
        } catch let error as KubernetesError {
            note.say(error.message)
            return error.isTransient ? Limits.outagePoll : Limits.idlePoll
        }
        let healEvery = policy.reconcile.healEvery
        guard case .healthy = seen, let comparedAt else { return min(Limits.restPoll, healEvery) }
        let due = healEvery - (now() - comparedAt)
        return due > .zero ? min(Limits.quietPoll, due) : min(Limits.restPoll, healEvery)
    }

    /// What is known of the cluster without asking it.
    ///
    /// - Parameter keeps: what was proven is taken to be well until it was looked at. Otherwise every start would begin with the warnings of all.
    func see(_ policy: EnvironmentPolicy, keeps: Bool = false) throws -> ClusterSight {
        guard let applied else { return .clear(ClusterView()) }
        let isQuiet = (keeps || !health.isEmpty) && health.values.allSatisfy { $0.status == .current }
        let scopes = applied.scopes(explaining: !isQuiet)
        let cluster = policy.target.cluster
        if let followed, followed != cluster { try context.clusters.cache(followed).follow([], for: name) {} }
        followed = cluster
        let cache = try context.clusters.cache(cluster)
        cache.follow(scopes, for: name, workloads: applied.workloads) { [signal] in signal.set() }
        return cache.sight(of: scopes)
    }

    /// Takes what is in the cluster for what was applied. Whether it is right is for `keep` to find out.
    func recognize(_ bundle: String, policy: EnvironmentPolicy) async throws {
        // Left by a Release that was withdrawn between two steps.
        try await takeTrafficBack(to: bundle, policy: policy)
        let objects = try await objects(of: bundle)
        applied = AppliedBundle(
            digest: bundle, objects: try await context.applier(for: policy, release: newestRelease).recognize(objects))
        comparedAt = nil
        settled.forget()
        drift = [:]
    }

    /// Compares what changed, and every object once in `healEvery`, with the Bundle by a dry run. What differs is put right or said, as the
    /// policy has it; what another manager owns is put right as far as `rollout.conflicts` allows.
    ///
    /// A refusal is told as drift: it says nothing about the health of what runs.
    func keep(_ bundle: String, in view: ClusterView, policy: EnvironmentPolicy) async throws {
        guard let applied else { return }
        let now = self.now()
        let changed = settled.suspects(among: applied.objects, in: view)
        for object in applied.objects where drift[object.identity] != nil && DriftMemory.isAsApplied(object, view[object.identity]) {
            drift[object.identity] = nil
        }
        let isDue = comparedAt.map { now - $0 >= policy.reconcile.healEvery } ?? true
        let suspects = isDue ? Set(applied.objects.map(\.identity)) : changed
        guard !suspects.isEmpty else { return }
        context.logger.debug(
            "compares objects with the verified bundle",
            metadata: ["environment": "\(name)", "count": "\(suspects.count)", "first": "\(suspects.min().map(\.description) ?? "")"])
        let objects = try await objects(of: bundle)
        let applier = try context.applier(for: policy, release: newestRelease)
        let changes: [ObjectChange]
        do throws(KubernetesError) {
            changes = try await applier.plan(objects, only: suspects)
        } catch {
            if error.isTransient || error.isOutage || error.code == .cancelled { throw error }
            guard let about = error.object ?? suspects.min() else { return }
            try await found([about: "drift cannot be looked for: \(error.message)"], bundle: bundle)
            return
        }
        if isDue { comparedAt = now }
        let renewed = applied.objects.filter { object in view[object.identity].map { $0.object.uid != object.uid } ?? false }
        var verdict = DriftVerdict(changes: changes, replaced: Set(renewed.map(\.identity)), policy: policy.reconcile.drift)
        verdict.leave(fights.found(verdict.contested, changed: changed, at: .now))
        for id in suspects where verdict.told[id] == nil { drift[id] = nil }
        settled.settle(suspects.subtracting(verdict.healable), in: view)
        try await found(verdict.told, bundle: bundle)
        guard !verdict.healable.isEmpty else { return }
        let healed = changes.filter { verdict.healable.contains($0.identity) }
        let words = healed.prefix(5).map { "\($0.action == .unchanged ? "adopt" : $0.action.rawValue) \($0.identity)" }.joined(
            separator: ", ")
        // First the record: whoever ends between it and the write leaves no change without a word.
        try await tell("drift.found", verdict.healable, bundle: bundle, outcome: "to be put right: \(words)")
        fights.healed(verdict.contested.map(\.field), at: .now)
        let again: [AppliedObject]
        do throws(KubernetesError) {
            again = try await applier.apply(objects, only: verdict.healable)
        } catch {
            if error.isTransient || error.isOutage || error.code == .cancelled { throw error }
            settled.settle(verdict.healable, in: view)
            let refused = verdict.healable.map {
                ($0, "\($0) differs from the verified bundle and could not be put right: \(error.message)")
            }
            try await found(Dictionary(uniqueKeysWithValues: refused), bundle: bundle)
            return
        }
        self.applied?.replace(again)
        try await tell("drift.healed", verdict.healable, bundle: bundle, outcome: words)
    }

    /// Shows differences that stay, and writes those that are new into the record.
    private func found(_ told: [ObjectIdentity: String], bundle: String) async throws {
        let new = told.filter { drift[$0.key] != $0.value }
        drift.merge(told) { $1 }
        try await tell("drift.found", new.keys, bundle: bundle, outcome: new.values.sorted().prefix(5).joined(separator: "; "))
    }

    private func tell(_ action: String, _ ids: some Collection<ObjectIdentity>, bundle: String, outcome: String) async throws {
        guard !ids.isEmpty else { return }
        let reason = "the cluster differed from bundle \(bundle.prefix(12)) in \(ids.count) \(ids.count == 1 ? "object" : "objects")"
        try await commit(
            StateChange(audit: [
                AuditDraft(
                    at: now(), actor: .controller, action: action, environment: name, reason: reason, outcome: outcome)
            ]))
    }
}
