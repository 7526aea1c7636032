internal import Delivery
internal import Health
internal import Journal
internal import Kubernetes
internal import Manifests
internal import Verification

/// The pieces of work that a phase means. Each may be done again from its start.
extension Lane {
    func perform(
        _ work: ReleaseWork, of release: Release, in environment: EnvironmentState, policy: EnvironmentPolicy
    ) async throws -> WorkOutcome {
        switch work {
        case .admit: return try await admission(of: release, in: environment, policy: policy)
        case .preflight: return try await preflight(release, policy: policy)
        case .apply(let bundle):
            try await apply(bundle, policy: policy)
            return .happened(.applied)
        case .awaitHealth(let bundle): return try await awaitHealth(bundle, policy: policy)
        case .verify(let bundle, let revision): return try await verify(bundle, revision: revision, policy: policy)
        case .watch(let bundle, let until): return try await watch(bundle, until: until, policy: policy)
        case .prune(let bundle): return try await prune(keeping: bundle, of: release, policy: policy)
        }
    }

    private func admission(of release: Release, in environment: EnvironmentState, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        if let blocker = Admission.blocker(of: release, in: environment) {
            note = blocker.explanation
            return release.blocker == blocker ? .notYet(Limits.idlePoll) : .happened(.blocked(blocker))
        }
        if case .approval(let planHash, _, _)? = release.blocker {
            let approvals = try await context.journal.approvals(release: release.id)
            if let blocker = Admission.blocker(of: release, planHash: planHash, policy: policy, approvals: approvals) {
                note = blocker.explanation
                return release.blocker == blocker ? .notYet(Limits.idlePoll) : .happened(.blocked(blocker))
            }
        }
        return .happened(.admitted)
    }

    private func preflight(_ release: Release, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        note = "dry run of every object"
        let objects = try await objects(of: release.bundle)
        let applier = try context.applier(for: policy)
        let changes = try await applier.plan(objects)
        if let failure = Preflight.failure(of: changes, policy: policy), release.kind == .deploy { return .happened(.failed(failure)) }
        if let missing = try await missingRequirement(of: objects, policy: policy) {
            return .happened(.failed(Failure(origin: .preflight, message: missing)))
        }
        let planHash = Preflight.planHash(of: changes, bundle: release.bundle)
        let approvals = try await context.journal.approvals(release: release.id)
        if let blocker = Admission.blocker(of: release, planHash: planHash, policy: policy, approvals: approvals), !release.isForced {
            return .happened(.blocked(blocker))
        }
        return .happened(.preflightPassed(planHash: planHash))
    }

    /// A Secret or ConfigMap that the Pods need and nobody brings would only show as a Pod that never starts.
    private func missingRequirement(of objects: [Value], policy: EnvironmentPolicy) async throws -> String? {
        let client = try context.clusters.client(policy.target.cluster)
        for requirement in Preflight.externalRequirements(of: objects) {
            let identity = ObjectIdentity(
                group: "", kind: requirement.kind, namespace: policy.target.namespace, name: requirement.name)
            guard let live = try await client.get(identity) else {
                return "\(identity) does not exist, and \(requirement.wantedBy) needs it to start. Create it, or add it to the environment"
            }
            if let key = requirement.key, !Preflight.has(key, in: live) {
                return "\(identity) has no key \"\(key)\", which \(requirement.wantedBy) needs to start"
            }
        }
        return nil
    }

    private func apply(_ bundle: String, policy: EnvironmentPolicy) async throws {
        note = "applying"
        applied = nil
        health = [:]
        unhealthySince = nil
        let objects = try await objects(of: bundle)
        let result = try await context.applier(for: policy).apply(objects)
        context.metrics.applied(result.count, environment: name)
        applied = (bundle, result)
        lastHeal = context.clock.now()
    }

    private func awaitHealth(_ bundle: String, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        switch try await look(at: bundle, policy: policy) {
        case .healthy: return .happened(.healthy)
        case .failed(let message): return .happened(.failed(Failure(origin: .health, message: message)))
        case .progressing(let message):
            note = message
            return .notYet(Limits.rolloutPoll)
        }
    }

    private func verify(_ bundle: String, revision: String, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        note = "running smoke tests"
        let variables = SmokeTestVariables(objects: try await objects(of: bundle))
        let tests = try await context.smokeTests(environment: name, revision: revision).map(variables.applied)
        let runner = SmokeTestRunner(client: try context.clusters.client(policy.target.cluster), namespace: policy.target.namespace)
        let verdict = await runner.run(tests)
        switch verdict {
        case .pass: break
        case .fail(let reason): return .happened(.failed(Failure(origin: .smokeTest, message: reason)))
        case .noData(let reason), .error(let reason):
            note = reason
            return .notYet(Limits.rolloutPoll)
        }
        // The smoke tests may have been what breaks it.
        return switch try await look(at: bundle, policy: policy) {
        case .healthy: .happened(.verificationPassed)
        case .failed(let message): .happened(.failed(Failure(origin: .health, message: message)))
        case .progressing: .notYet(Limits.rolloutPoll)
        }
    }

    private func watch(_ bundle: String, until: Delivery.Timestamp, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        let found = try await look(at: bundle, policy: policy)
        let now = context.clock.now()
        switch found {
        case .healthy: unhealthySince = nil
        case .failed(let message): return .happened(.failed(Failure(origin: .health, message: message)))
        case .progressing(let message):
            let since = unhealthySince ?? now
            unhealthySince = since
            if now - since > Limits.degradedGrace {
                let seconds = (now - since).wholeMilliseconds / 1000
                return .happened(.failed(Failure(origin: .health, message: "not healthy for \(seconds) s after success: \(message)")))
            }
        }
        if now >= until { return .happened(.waitElapsed) }
        note = found.message.isEmpty ? "watched" : found.message
        return .notYet(min(until - now, Limits.watchPoll))
    }

    private func prune(keeping bundle: String, of release: Release, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        note = "removing what the bundle no longer has"
        let objects = try await objects(of: bundle)
        // A way back removes what the failed Release added, however much that was.
        let isForward = release.phase == .pruning && release.kind == .deploy
        let cap =
            isForward
            ? PruneCap(maximumObjects: policy.rollout.pruneMaxObjects, maximumPercent: policy.rollout.pruneMaxPercent)
            : .unlimited
        _ = try await context.applier(for: policy).prune(keeping: objects, cap: cap)
        return .happened(.pruned)
    }

    // MARK: Health

    enum Look {
        case healthy
        case progressing(String)
        case failed(String)

        var message: String {
            switch self {
            case .healthy: ""
            case .progressing(let message), .failed(let message): message
            }
        }
    }

    /// The health of exactly what was applied. After a restart it is applied again first: that changes nothing that is right, and
    /// tells the UIDs and generations that the health must belong to.
    func look(at bundle: String, policy: EnvironmentPolicy) async throws -> Look {
        if applied?.bundle != bundle { try await apply(bundle, policy: policy) }
        guard let applied else { return .progressing("nothing is applied yet") }
        health = try await context.applier(for: policy).observe(applied.objects, now: context.clock.now().milliseconds / 1000)
        healthAt = context.clock.now()
        let ordered = health.sorted { $0.key < $1.key }
        if let (identity, report) = ordered.first(where: { $0.value.status == .failed }) {
            return .failed(report.sentence(about: identity))
        }
        if let (identity, report) = ordered.first(where: { $0.value.status != .current }) {
            return .progressing(report.sentence(about: identity))
        }
        return .healthy
    }

    func objects(of bundle: String) async throws -> [Value] {
        guard let objects = try await context.journal.bundleObjects(bundle) else {
            throw ControllerError(.journal, "bundle \(bundle.prefix(12)) is not in the journal; deploy its revision again")
        }
        return objects
    }

    // MARK: At rest

    /// Nothing is due: keeps the verified Bundle in the cluster and looks at its health.
    func rest(_ environment: EnvironmentState, policy: EnvironmentPolicy) async throws -> Duration {
        guard let bundle = environment.verifiedBundle else { return Limits.idlePoll }
        do {
            let now = context.clock.now()
            if lastHeal.map({ now - $0 >= policy.healEvery }) ?? true { try await heal(bundle, policy: policy) }
            _ = try await look(at: bundle, policy: policy)
        } catch let error as KubernetesError {
            note = error.message
            return error.isTransient ? Limits.restPoll : Limits.idlePoll
        }
        return min(Limits.restPoll, policy.healEvery)
    }

    private func heal(_ bundle: String, policy: EnvironmentPolicy) async throws {
        lastHeal = context.clock.now()
        let objects = try await objects(of: bundle)
        let changes = try await context.applier(for: policy).plan(objects)
        let drifted = changes.filter { $0.action == .create || $0.action == .update }
        guard !drifted.isEmpty else { return }
        let what = drifted.prefix(5).map { "\($0.action.rawValue) \($0.identity)" }.joined(separator: ", ")
        try await apply(bundle, policy: policy)
        try await commit(
            StateChange(audit: [
                AuditDraft(
                    at: context.clock.now(), actor: .controller, action: "drift.healed", environment: name,
                    reason: "the cluster differed from bundle \(bundle.prefix(12))", outcome: what)
            ]))
    }
}
