internal import Delivery
internal import Health
internal import Kubernetes
internal import Manifests
internal import Verification

/// The steps of a rollout, beside the old version.
extension ClusterWorker {
    /// Brings a step up: first what keeps the traffic where it is, then the new version, and its share of the traffic when it is healthy.
    func step(_ index: Int, of bundle: String, release: Release, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        note.say(Self.words(index, policy))
        let step: RolloutStep
        switch try await plan(index, of: release, policy: policy) {
        case .nothing: return .happened(.healthy)
        case .missing(let words):
            note.say(words)
            return .notYet(Limits.rolloutPoll)
        case .fault(let failure): return .happened(.failed(failure))
        case .step(let found): step = found
        }
        try await bringUp(step, policy: policy)
        let outcome = steadily(try await lookAtStep(policy))
        if case .happened(.healthy) = outcome { try await route(step, policy: policy) }
        if case .notYet = outcome { note.say("\(Self.words(index, policy)): \(note.words)") }
        return outcome
    }

    /// The step has its traffic: it is watched by its health, by the smoke tests in the first step, and by the metrics in all.
    func watchStep(
        _ index: Int, of bundle: String, until: Delivery.Timestamp, release: Release, policy: EnvironmentPolicy
    ) async throws -> WorkOutcome {
        let words = Self.words(index, policy)
        let step: RolloutStep
        switch try await plan(index, of: release, policy: policy) {
        case .nothing: return .happened(.stepPassed())
        case .missing(let what): return unlessForLong(what, words)
        case .fault(let failure): return .happened(.failed(failure))
        case .step(let found): step = found
        }
        if applied?.digest != stepUp?.key {
            try await bringUp(step, policy: policy)
            try await route(step, policy: policy)
        }
        try await keepAll(of: step, policy: policy)
        if let failure = try await disturbance(of: step, policy: policy) { return .happened(.failed(failure)) }
        let now = self.now()
        let kept = KeptObjects.step(step, words: "step \(index + 1) of release \(release.id)")
        switch try await lookAtStep(policy, keeping: kept) {
        case .healthy: unhealthySince = nil
        case .failed(let message): return .happened(.failed(Failure(origin: .health, message: "\(words): \(message)")))
        case .progressing(let message): return unlessForLong(message, words)
        }
        gates = try await stepGates(index, of: release, policy: policy)
        try Task.checkCancellation()
        let obstacle = gates.obstacle
        if let obstacle, obstacle.outcome == .fail { return .happened(.failed(obstacle.failure)) }
        if obstacle == nil, now >= until { return .happened(.stepPassed(evidence: gates.evidence)) }
        note.say(obstacle.map { "\(words): \($0.sentence)" } ?? "\(words), watched")
        if let obstacle, obstacle.outcome == .noData, now >= until {
            // As after the steps: a Prometheus that is away is no fault of the Release, and takes none of its time.
            return .happened(
                .transientError(message: obstacle.sentence, retryAt: context.clock.now() + Limits.gatePoll, isOutage: true))
        }
        return .notYet(now < until ? min(until - now, Limits.rolloutPoll) : Limits.rolloutPoll)
    }

    /// What is not healthy may become so again, for a while.
    private func unlessForLong(_ message: String, _ words: String) -> WorkOutcome {
        let now = self.now()
        let since = unhealthySince ?? now
        unhealthySince = since
        guard now - since <= Limits.degradedGrace else {
            let seconds = (now - since).wholeMilliseconds / 1000
            return .happened(.failed(Failure(origin: .health, message: "\(words): not healthy for \(seconds) s: \(message)")))
        }
        note.say("\(words): \(message)")
        return .notYet(Limits.rolloutPoll)
    }

    /// What would keep the steps from being taken, found before the first write.
    func stepPreflight(_ release: Release, policy: EnvironmentPolicy) async throws -> Failure? {
        guard release.takesSteps(policy) else { return nil }
        for index in policy.rollout.strategy?.steps.indices ?? 0..<0 {
            switch try await plan(index, of: release, policy: policy) {
            case .nothing: return nil
            case .missing: return nil  // a step waits for it
            case .fault(var failure):
                failure.origin = .preflight
                return failure
            case .step(let step):
                let changes = try await applier(of: step, policy: policy).plan(
                    step.objects, only: step.guards.union(step.workload).union(step.routing))
                if let failure = Preflight.failure(of: changes, policy: policy) { return failure }
            }
        }
        return nil
    }

    // MARK: What a step is

    enum StepPlan {
        /// The Release starts the same Pods, or there were none before.
        case nothing
        /// The old version does not run, for the moment.
        case missing(String)
        case fault(Failure)
        case step(RolloutStep)
    }

    private func plan(_ index: Int, of release: Release, policy: EnvironmentPolicy) async throws -> StepPlan {
        guard let strategy = policy.rollout.strategy, let previous = release.previousBundle else { return .nothing }
        let key = "step \(index) of \(release.id)"
        if let stepUp, stepUp.key == key { return .step(stepUp.step) }
        let old = try await objects(of: previous)
        let new = try await objects(of: release.bundle)
        var running = try await running(strategy.deployment, policy: policy)
        // Watched, it is made again if it was deleted, and the step is still that beside it.
        if running == nil, release.phase == .stepping, release.waitUntil != nil {
            running = try await ranBeside(strategy.deployment, old: old, policy: policy)
        }
        do throws(RolloutStepFault) {
            let step = try RolloutStep.make(
                from: old, to: new, by: strategy, step: index, running: running ?? RolloutStep.Running(replicas: 1, hash: ""),
                namespace: policy.target.namespace)
            guard let step else { return .nothing }
            guard running != nil else {
                return .missing("Deployment \(strategy.deployment) of the version before does not run; waits for it")
            }
            if release.phase == .stepping { stepUp = (key, step) }
            return .step(step)
        } catch {
            return .fault(Failure(origin: .apply, message: error.message))
        }
    }

    /// The version of a Deployment that runs now.
    func running(_ deployment: String, policy: EnvironmentPolicy) async throws -> RolloutStep.Running? {
        let namespace = policy.target.namespace
        let client = try context.clusters.client(policy.target.cluster)
        let id = ObjectIdentity(group: "apps", kind: "Deployment", namespace: namespace, name: deployment)
        guard let live = try await client.get(id) else { return nil }
        let revision = live.annotations?[Self.revision]
        let sets = try await client.list(GroupKind(group: "apps", kind: "ReplicaSet"), version: "v1", namespace: namespace)
        let current = sets.first { $0.controllerUID == live.uid && revision != nil && $0.annotations?[Self.revision] == revision }
        guard let hash = current?.labels?[RolloutStep.hashLabel]?.string else { return nil }
        return RolloutStep.Running(replicas: Int(live["spec", "replicas"]?.integer ?? 1), hash: hash)
    }

    /// The version of a Deployment that ran when the new one was put beside it.
    private func ranBeside(_ deployment: String, old: [Value], policy: EnvironmentPolicy) async throws -> RolloutStep.Running? {
        let id = ObjectIdentity(
            group: "apps", kind: "Deployment", namespace: policy.target.namespace, name: deployment + RolloutStep.suffix)
        guard let canary = try await context.clusters.client(policy.target.cluster).get(id),
            let hash = canary.annotations?[RolloutStep.besideAnnotation]?.string, !hash.isEmpty
        else { return nil }
        let proven = old.first { $0.kind == "Deployment" && $0.group == "apps" && $0.name == deployment }
        // Alone for the moment, the new version does not shrink.
        let replicas = [proven, canary].compactMap { $0?["spec", "replicas"]?.integer }.max() ?? 1
        return RolloutStep.Running(replicas: Int(replicas), hash: hash)
    }

    private static let revision = "deployment.kubernetes.io/revision"

    // MARK: Doing it

    private func bringUp(_ step: RolloutStep, policy: EnvironmentPolicy) async throws {
        guard let key = stepUp?.key, applied?.digest != key else { return }
        gates = []
        health = [:]
        unhealthySince = nil
        healthySince = nil
        let applier = try applier(of: step, policy: policy)
        if !step.guards.isEmpty { _ = try await applier.apply(step.objects, only: step.guards) }
        let result = try await applier.apply(step.objects, only: step.workload)
        context.metrics.applied(result.count, environment: name)
        applied = AppliedBundle(digest: key, objects: result)
        forgetDrift()
    }

    /// The step has its traffic, and stays for minutes or, held, for days: the version before is kept as at rest, too. Judged is the new one.
    private func keepAll(of step: RolloutStep, policy: EnvironmentPolicy) async throws {
        guard let before = applied, before.judged == nil else { return }
        let there = try await applier(of: step, policy: policy).recognize(step.objects)
        guard let applied, applied.digest == before.digest else { return }
        var all = AppliedBundle(digest: applied.digest, objects: there, judged: step.workload)
        all.replace(applied.objects)
        self.applied = all
        comparedAt = nil
        settled.forget()
    }

    private func route(_ step: RolloutStep, policy: EnvironmentPolicy) async throws {
        guard !step.routing.isEmpty else { return }
        _ = try await applier(of: step, policy: policy).apply(step.objects, only: step.routing)
    }

    /// The new version's replicas are ours, whoever has the old one's.
    func applier(of step: RolloutStep, policy: EnvironmentPolicy) throws -> EnvironmentApplier {
        let applier = try context.applier(for: policy, release: newestRelease)
        var settings = applier.settings
        settings.whollyOurs = step.workload
        return EnvironmentApplier(client: applier.client, settings: settings)
    }

    private func lookAtStep(_ policy: EnvironmentPolicy, keeping kept: KeptObjects? = nil) async throws -> Look {
        switch try see(policy) {
        case .reading(let scope): return .progressing("reads the cluster's objects of kind \(scope.kind.kind)")
        case .lost(let error): throw error
        case .clear(let view):
            if let kept { try await keep(kept, in: view, policy: policy) }
            let seen = try await judge(view, policy: policy, isKept: false)
            guard kept != nil, case .healthy = seen, let absence = try await absence(in: view, policy: policy) else { return seen }
            return .progressing(absence)
        }
    }

    /// The version before has its share of the traffic, and is what a way back leads to.
    private func absence(in view: ClusterView, policy: EnvironmentPolicy) async throws -> String? {
        guard let name = policy.rollout.strategy?.deployment else { return nil }
        let id = ObjectIdentity(group: "apps", kind: "Deployment", namespace: policy.target.namespace, name: name)
        // Made again a moment ago, it is not in view yet.
        if view[id] != nil { return nil }
        if try await context.clusters.client(policy.target.cluster).get(id) != nil { return nil }
        return "\(id) of the version before does not exist"
    }

    /// As long as the Service is held on the old version's Pods, that version must stay what it is.
    private func disturbance(of step: RolloutStep, policy: EnvironmentPolicy) async throws -> Failure? {
        guard let strategy = policy.rollout.strategy, strategy.kind == .blueGreen || strategy.routing != .replicas else { return nil }
        guard let running = try await running(strategy.deployment, policy: policy), running.hash != step.beside else { return nil }
        return Failure(
            origin: .health,
            message:
                "Deployment \(strategy.deployment) was changed by somebody else while Service \(strategy.service) is held on the version before"
        )
    }

    private func stepGates(_ index: Int, of release: Release, policy: EnvironmentPolicy) async throws -> [GateResult] {
        let revision = release.revision.id
        let facts = try await facts(of: release, bundle: release.bundle, revision: revision, policy: policy)
        let client = try context.clusters.client(policy.target.cluster)
        var results: [GateResult] = []
        if index == 0, let service = policy.rollout.strategy?.service {
            let variables = SmokeTestVariables(objects: try await objects(of: release.bundle))
            let tests = try await smokeTests(of: release, revision: revision).map { test in
                var test = variables.applied(to: test)
                for index in test.steps.indices where test.steps[index].request.service == service {
                    test.steps[index].request.service = service + RolloutStep.suffix
                }
                return test
            }
            let readFile = context.verification.readFile
            // Hooks and Jobs ask the version that has the traffic: theirs is the time after the steps.
            let request = VerificationRequest(
                policy: policy, facts: facts, smokeTests: tests, isReturning: true,
                readFile: { path throws(VerificationError) in try await readFile(revision, path) })
            results = await verification.verify(request, client: client, now: context.clock.now)
            if results.obstacle != nil { return results }
        }
        guard !policy.verification.metrics.isEmpty else { return results }
        return results + (await verification.watch(policy, facts, client: client, now: context.clock.now))
    }

    private static func words(_ index: Int, _ policy: EnvironmentPolicy) -> String {
        let steps = policy.rollout.strategy?.steps ?? []
        let weight = steps.indices.contains(index) ? steps[index].weight : 0
        return "step \(index + 1) of \(steps.count), \(weight) % of the traffic"
    }
}
