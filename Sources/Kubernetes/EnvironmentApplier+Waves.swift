internal import Health
internal import Manifests

extension EnvironmentApplier {
    /// Wave by wave, those of one wave side by side.
    ///
    /// With `settings.waves`, a wave of a higher number (`slipway.dev/wave`) begins when all of the lower ones are healthy, and an object
    /// with dependencies when these are.
    ///
    /// - Parameter refused: gets what fails on a way back, after which the other objects are still sent.
    func applyWaves(
        _ desired: [DesiredObject], live: LiveObjects, others: FieldsOfOthers, hooks: ApplyHooks, refused: inout ProblemList
    ) async throws(KubernetesError) -> [AppliedObject] {
        let byID = Dictionary(desired.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var applied: [ObjectIdentity: AppliedObject] = [:]
        var restless: Set<ObjectIdentity> = []
        for stage in DependencyOrder.stages(desired.map(\.node)) {
            let members = stage.ids.compactMap { byID[$0] }
            if let rules = settings.waves {
                let wait = WaveWait(applier: self, rules: rules, waiting: hooks.waiting)
                let needed = restless.filter { id in
                    (byID[id]?.wave.requested ?? 0) < stage.wave.requested || members.contains { $0.dependencies.contains(id) }
                }
                let why = members.count == 1 ? "\(members[0].id)" : "wave \(stage.wave.requested)"
                try await wait.untilHealthy(needed.sorted().compactMap { applied[$0] }, why: why)
                restless.subtract(needed)
            }
            let counter = Counter(applied.count)
            let results = await BoundedTasks.run(members, limit: client.limits.concurrentRequests) {
                member async -> Result<Outcome, KubernetesError> in
                do throws(KubernetesError) {
                    let outcome = try await applyOne(member, live: live[member.id], others: others, hooks: hooks)
                    hooks.progress(ApplyProgress(object: outcome.object, done: counter.next(), total: desired.count))
                    return .success(outcome)
                } catch {
                    return .failure(error)
                }
            }
            var problems = ProblemList()
            for result in results {
                switch result {
                case .success(let outcome):
                    applied[outcome.object.identity] = outcome.object
                    if !outcome.isSettled { restless.insert(outcome.object.identity) }
                case .failure(let error) where settings.isReturning: try passOver(error, refused: &refused)
                case .failure(let error): problems.add(error)
                }
            }
            try problems.throwIfAny(
                "\(results.count - problems.problems.count) of \(results.count) objects of this wave were applied, these were not")
            for definition in members where definition.isDefinition && applied[definition.id] != nil {
                do throws(KubernetesError) {
                    try await DefinitionWait(client: client).untilServed(definition)
                } catch {
                    guard settings.isReturning else { throw error }
                    try passOver(error, refused: &refused)
                }
            }
        }
        return desired.compactMap { applied[$0.id] }
    }

    /// Bad Pods must not run on because of a claim that is refused before them. What would meet every object ends it at once.
    private func passOver(_ error: KubernetesError, refused: inout ProblemList) throws(KubernetesError) {
        if error.isOutage || error.code == .cancelled { throw error }
        refused.add(error)
    }

    private struct Outcome: Sendable {
        var object: AppliedObject
        /// Healthy as it was stored, and of a kind that no Pods run for: nothing has to be waited for.
        var isSettled: Bool
    }

    private func applyOne(
        _ wanted: DesiredObject, live: Value?, others: FieldsOfOthers, hooks: ApplyHooks
    ) async throws(KubernetesError) -> Outcome {
        let (desired, left) = try await sendable(wanted)
        var result: Value
        do throws(KubernetesError) {
            result = try await send(desired, live: live, others: others)
        } catch {
            guard case .invalid = error.code, let old = try await client.get(desired.id),
                let fields = ImmutableFields.named(in: error, live: old)
            else { throw error }
            guard ImmutableFields.mayReplace(desired, live: settings.isReturning ? old : nil) else {
                throw ImmutableFields.refusal(error, of: desired, fields: fields)
            }
            result = try await replace(desired, live: old, waiting: hooks.waiting) { () async throws(KubernetesError) in
                try await send(desired, live: nil, others: others)
            }
        }
        guard let uid = result.uid, !uid.isEmpty else { throw .unexpected(CallSubject("apply", desired.id), "has no metadata.uid") }
        let isSame = live.map { $0.uid == uid && ($0.resourceVersion == result.resourceVersion || PlanDiff.isSame($0, result)) } ?? false
        var object = AppliedObject(
            identity: desired.id, apiVersion: desired.object.apiVersion ?? "", stored: result, changed: !isSame)
        object.left = left
        let hasPods = ["apps", "batch"].contains(desired.id.group) || (desired.id.group.isEmpty && desired.id.kind == "Pod")
        let isSettled =
            settings.waves == nil
            || (!hasPods
                && ObjectHealth.evaluate(result, now: settings.waves?.unixSeconds() ?? 0, rules: settings.healthRules).status == .current)
        return Outcome(object: object, isSettled: isSettled)
    }

    /// Others may write their fields between our look and our write: then it is looked at again.
    private func send(_ desired: DesiredObject, live: Value?, others: FieldsOfOthers) async throws(KubernetesError) -> Value {
        guard desired.resource == nil else { return try await sendCompleted(desired, live: live, others: others) }
        return try await DefinitionWait(client: client).firstObject(desired.id) { () async throws(KubernetesError) in
            try await sendCompleted(desired, live: live, others: others)
        }
    }

    private func sendCompleted(_ desired: DesiredObject, live: Value?, others: FieldsOfOthers) async throws(KubernetesError) -> Value {
        guard others.contains(desired.id) else { return try await applyUnderPolicy(desired.object, dryRun: false) }
        var live = live
        for _ in 1..<EnvironmentLimits.replicaAttempts {
            if live == nil { live = try await client.get(desired.id) }
            do throws(KubernetesError) {
                return try await applyUnderPolicy(others.completed(desired, live: live), dryRun: false)
            } catch {
                guard case .conflict = error.code else { throw error }
                live = nil
            }
        }
        return try await applyUnderPolicy(others.completed(desired, live: try await client.get(desired.id)), dryRun: false)
    }
}

/// Who is told how an apply goes on; called from any task.
struct ApplyHooks: Sendable {
    /// After each object.
    var progress: @Sendable (ApplyProgress) -> Void
    /// Each time that something is waited for, in words.
    var waiting: @Sendable (String) -> Void
}
