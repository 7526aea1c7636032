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
        forgetDrift()
    }

    func forgetDrift() {
        drift = [:]
        ledger.endAll()
    }

    private func isRight(_ id: ObjectIdentity) {
        drift[id] = nil
        ledger.end(id)
    }

    private func objects(of kept: KeptObjects) async throws -> [Value] {
        switch kept {
        case .bundle(let digest): try await objects(of: digest)
        case .step(let step, _): step.objects
        }
    }

    private func applier(for kept: KeptObjects, policy: EnvironmentPolicy) throws -> EnvironmentApplier {
        switch kept {
        case .bundle: try context.applier(for: policy, release: newestRelease)
        case .step(let step, _): try applier(of: step, policy: policy)
        }
    }

    /// Compares what changed, and every object once in `healEvery`, with what is kept by a dry run. What differs is put right or said, as the
    /// policy has it; what another manager owns is put right as far as `rollout.conflicts` allows.
    ///
    /// A refusal is told as drift: it says nothing about the health of what runs.
    func keep(_ kept: KeptObjects, in view: ClusterView, policy: EnvironmentPolicy) async throws {
        guard let applied else { return }
        let now = self.now()
        let changed = settled.suspects(among: applied.objects, in: view)
        for object in applied.objects where drift[object.identity] != nil && DriftMemory.isAsApplied(object, view[object.identity]) {
            isRight(object.identity)
        }
        // What had to wait for its turn in the record.
        try await found([:], in: kept)
        let isDue = comparedAt.map { now - $0 >= policy.reconcile.healEvery } ?? true
        // A Job that was removed after its time is not run again.
        let present = applied.objects.filter { !$0.mayVanish || view[$0.identity] != nil }
        let suspects = isDue ? Set(present.map(\.identity)) : changed
        guard !suspects.isEmpty else { return }
        context.logger.debug(
            "compares objects with what is kept",
            metadata: ["environment": "\(name)", "count": "\(suspects.count)", "first": "\(suspects.min().map(\.description) ?? "")"])
        let objects = try await objects(of: kept)
        let applier = try applier(for: kept, policy: policy)
        let changes: [ObjectChange]
        do throws(KubernetesError) {
            changes = try await applier.plan(objects, only: suspects)
        } catch {
            if error.isTransient || error.isOutage || error.code == .cancelled { throw error }
            guard let about = error.object ?? suspects.min() else { return }
            let words = "drift cannot be looked for: \(error.message)"
            try await found([about: DriftLedger.Finding(words: words, sign: "cannot be looked for")], in: kept)
            return
        }
        if isDue { comparedAt = now }
        let renewed = applied.objects.filter { object in view[object.identity].map { $0.object.uid != object.uid } ?? false }
        var verdict = DriftVerdict(changes: changes, replaced: Set(renewed.map(\.identity)), policy: policy.reconcile.drift)
        verdict.leave(fights.found(verdict.contested, changed: changed, at: .now))
        for id in suspects where verdict.told[id] == nil { isRight(id) }
        settled.settle(suspects.subtracting(verdict.healable), in: view)
        try await found(verdict.told, in: kept)
        guard !verdict.healable.isEmpty else { return }
        let healed = changes.filter { verdict.healable.contains($0.identity) }
        let words = healed.prefix(5).map { "\($0.action == .unchanged ? "adopt" : $0.action.rawValue) \($0.identity)" }.joined(
            separator: ", ")
        // First the record: whoever ends between it and the write leaves no change without a word.
        try await tell("drift.found", verdict.healable, in: kept, outcome: "to be put right: \(words)")
        fights.healed(verdict.contested.map(\.field), at: .now)
        let again: [AppliedObject]
        do throws(KubernetesError) {
            again = try await applier.apply(objects, only: verdict.healable)
        } catch {
            if error.isTransient || error.isOutage || error.code == .cancelled { throw error }
            settled.settle(verdict.healable, in: view)
            let refused = verdict.healable.map { id in
                let words = "\(id) differs from the verified bundle and could not be put right: \(error.message)"
                return (id, DriftLedger.Finding(words: words, sign: "could not be put right"))
            }
            try await found(Dictionary(uniqueKeysWithValues: refused), in: kept)
            return
        }
        self.applied?.replace(again)
        try await tell("drift.healed", verdict.healable, in: kept, outcome: words)
    }

    /// Shows differences that stay, and writes those that are new into the record.
    private func found(_ told: [ObjectIdentity: DriftLedger.Finding], in kept: KeptObjects) async throws {
        drift.merge(told.mapValues(\.words)) { $1 }
        let new = ledger.news(told, at: .now)
        try await tell("drift.found", new.keys, in: kept, outcome: new.values.sorted().prefix(5).joined(separator: "; "))
    }

    private func tell(_ action: String, _ ids: some Collection<ObjectIdentity>, in kept: KeptObjects, outcome: String) async throws {
        guard !ids.isEmpty else { return }
        let reason = "the cluster differed from \(kept.words) in \(ids.count) \(ids.count == 1 ? "object" : "objects")"
        try await commit(
            StateChange(audit: [
                AuditDraft(
                    at: now(), actor: .controller, action: action, environment: name, reason: reason, outcome: outcome)
            ]))
    }
}
