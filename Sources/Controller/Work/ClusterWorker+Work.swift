internal import Delivery
internal import Health
internal import Journal
internal import Kubernetes
internal import Manifests
internal import Verification

/// The pieces of work that a phase means. Each may be done again from its start.
extension ClusterWorker {
    func perform(_ work: ReleaseWork, of release: Release, at site: WorkSite) async throws -> WorkOutcome {
        newestRelease = site.newestRelease
        let policy = site.policy
        switch work {
        case .admit: return .happened(.admitted)  // decided by the lane, which asks no cluster for it
        case .preflight: return try await preflight(release, policy: policy)
        case .step(let bundle, let index): return try await step(index, of: bundle, release: release, policy: policy)
        case .watchStep(let bundle, let index, let until):
            return try await watchStep(index, of: bundle, until: until, release: release, policy: policy)
        case .apply(let bundle):
            if release.isReturning { try await takeTrafficBack(to: bundle, policy: policy) }
            // A way back is not held up by what is broken.
            try await apply(bundle, policy: policy, isReturning: release.isReturning, waits: !release.isReturning)
            try await tellLeft(by: release)
            return .happened(.applied)
        case .awaitHealth(let bundle): return try await awaitHealth(bundle, of: release, policy: policy)
        case .verify(let bundle, let revision): return try await verify(bundle, revision: revision, of: release, policy: policy)
        case .watch(let bundle, let until): return try await watch(bundle, until: until, of: release, policy: policy)
        case .prune(let bundle): return try await prune(keeping: bundle, of: release, policy: policy)
        }
    }

    private func preflight(_ release: Release, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        // What a Release before it left half way has nobody who watches it; and who goes back by hand is not to wait for the dry run.
        if let proven = release.previousBundle { try await takeTrafficBack(to: proven, policy: policy) }
        note.say("dry run of every object")
        let steps = try await smokeTests(of: release, revision: release.revision.id).flatMap(\.steps)
        // A way back is verified without metrics, hooks and Jobs.
        if release.kind == .deploy, let obstacle = context.verification.obstacle(to: policy.verification, steps: steps) {
            return .happened(.failed(Failure(origin: .preflight, message: obstacle)))
        }
        let objects = try await objects(of: release.bundle)
        let applier = try context.applier(for: policy, isReturning: release.kind == .rollback, release: newestRelease)
        let tests = testNeeds(of: policy, steps: steps)
        try await applier.preflight(objects, isWayBack: release.kind == .rollback, tests: tests)
        if release.kind == .deploy, let failure = try await testObstacle(to: release, policy: policy) { return .happened(.failed(failure)) }
        let changes = try await applier.plan(objects)
        if release.kind == .deploy, let failure = Preflight.failure(of: changes, policy: policy) { return .happened(.failed(failure)) }
        // By hand it goes back as far as by itself.
        if release.kind == .deploy, let missing = try await missingRequirement(of: objects, policy: policy) {
            return .happened(.failed(Failure(origin: .preflight, message: missing)))
        }
        if let failure = try await stepPreflight(release, policy: policy) { return .happened(.failed(failure)) }
        let planHash = Preflight.planHash(of: changes, bundle: release.bundle)
        return .happened(.preflightPassed(planHash: planHash))
    }

    private func testNeeds(of policy: EnvironmentPolicy, steps: [SmokeStep]) -> TestNeeds {
        var needs = TestNeeds(runsJobs: !policy.verification.jobs.isEmpty)
        needs.requests = steps.filter { $0.request.origin == nil }.map { step in
            ServiceRequest(
                service: step.request.service, port: step.request.port.description, method: step.request.method.rawValue)
        }
        for gate in policy.verification.metrics {
            guard let source = context.verification.options.sources[gate.source], let request = source.request else { continue }
            needs.requests.append(request)
        }
        return needs
    }

    private func testObstacle(to release: Release, policy: EnvironmentPolicy) async throws -> Failure? {
        guard !policy.verification.jobs.isEmpty else { return nil }
        let revision = release.revision.id
        let readFile = context.verification.readFile
        let obstacle = await verification.obstacle(
            to: policy, of: try await facts(of: release, bundle: release.bundle, revision: revision, policy: policy),
            client: try context.clusters.client(policy.target.cluster),
            readFile: { path throws(VerificationError) in try await readFile(revision, path) })
        guard var failure = obstacle?.failure else { return nil }
        failure.origin = .preflight
        return failure
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

    /// - Parameter isReturning: a way back takes every field that it needs: someone's hand edit of last night must not stand in its way.
    private func apply(_ bundle: String, policy: EnvironmentPolicy, isReturning: Bool, waits: Bool = false) async throws {
        note.say("applying")
        applied = nil
        left = [:]
        gates = []
        health = [:]
        unhealthySince = nil
        healthySince = nil
        let objects = try await holdingSwitch(in: try await objects(of: bundle), policy: policy, isReturning: isReturning)
        let result = try await context.applier(for: policy, isReturning: isReturning, waits: waits, release: newestRelease).apply(
            objects,
            waiting: { [note] words in note.say(words) })
        context.metrics.applied(result.count, environment: name)
        applied = AppliedBundle(digest: bundle, objects: result)
        comparedAt = now()
        settled.forget()
        fights.forget()
        forgetDrift()
        left = Dictionary(
            result.compactMap { object in object.left.map { (object.identity, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    private func awaitHealth(_ bundle: String, of release: Release, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        let outcome = steadily(try await look(at: bundle, policy: policy, isReturning: release.isReturning))
        if case .happened(.healthy) = outcome { try await endSwitch(to: bundle, of: release, policy: policy) }
        return outcome
    }

    /// What a look at a rollout comes to, once it has been the same for a while.
    func steadily(_ found: Look) -> WorkOutcome {
        switch found {
        case .healthy:
            // Without a readiness probe a container counts as ready in the moment of its start, and may end in the next one.
            let now = self.now()
            let since = healthySince ?? now
            healthySince = since
            guard applied?.hasPods == true, now - since < Limits.steadyHealth else { return .happened(.healthy) }
            note.say("healthy; looks whether it stays so")
            return .notYet(Limits.steadyHealth - (now - since))
        case .failed(let message): return .happened(.failed(Failure(origin: .health, message: message)))
        case .progressing(let message):
            healthySince = nil
            note.say(message)
            return .notYet(Limits.rolloutPoll)
        }
    }

    private func prune(keeping bundle: String, of release: Release, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        note.say("removing what the bundle no longer has")
        let objects = try await objects(of: bundle)
        // A way back removes what the failed Release added, however much that was.
        let isForward = release.phase == .pruning && release.kind == .deploy
        let cap =
            isForward
            ? PruneCap(maximumObjects: policy.rollout.pruneMaxObjects, maximumPercent: policy.rollout.pruneMaxPercent)
            : .unlimited
        if isForward { try await endSteps(policy: policy) }
        let outcome = try await context.applier(for: policy, release: newestRelease).prune(keeping: objects, cap: cap) {
            [note] words in note.say(words)
        }
        try await tell(outcome.held, of: release)
        return .happened(.pruned)
    }

    /// What a way back could not undo, once a Release.
    private func tellLeft(by release: Release) async throws {
        guard !left.isEmpty else { return }
        let words = left.values.sorted().joined(separator: "; ")
        let filter = AuditFilter(environment: name, actionPrefix: "rollback.left", release: release.id)
        guard try await context.journal.auditEntries(filter: filter, limit: 1).isEmpty else { return }
        let reason = "\(left.count) \(left.count == 1 ? "object" : "objects") could not go back whole; all else does"
        try await commit(
            StateChange(
                audit: [
                    AuditDraft(
                        at: now(), actor: .controller, action: "rollback.left", environment: name, release: release.id, reason: reason,
                        outcome: words)
                ],
                notices: [
                    Notice(
                        severity: .warning, event: .attention, environment: name, release: release.id, text: "\(name): \(reason): \(words)",
                        dedupeKey: "release-\(release.id)-left", at: now())
                ]))
    }

    /// What finalizers hold is not worth a failed Release: what it replaces runs already.
    private func tell(_ held: [HeldObject], of release: Release) async throws {
        guard !held.isEmpty else { return }
        let words = held.prefix(5).map { "\($0.identity): \($0.words)" }.joined(separator: "; ")
        try await commit(
            StateChange(audit: [
                AuditDraft(
                    at: now(), actor: .controller, action: "prune.held", environment: name, release: release.id,
                    reason: "\(held.count) deleted \(held.count == 1 ? "object is" : "objects are") not gone in time", outcome: words)
            ]))
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

    /// The health of exactly what was applied. After a restart in the middle of a Release it is applied again first: that changes nothing that
    /// is right, and tells the UIDs and generations that the health must belong to.
    ///
    /// - Parameter keeps: whether what differs from the Bundle is drift, to be put right as the policy says. Then nothing is written before that
    ///   is decided: what is there is recognized, and compared as a whole.
    func look(at bundle: String, policy: EnvironmentPolicy, isReturning: Bool, keeps: Bool = false) async throws -> Look {
        if applied?.digest != bundle {
            if keeps {
                try await recognize(bundle, policy: policy)
            } else {
                try await apply(bundle, policy: policy, isReturning: isReturning)
            }
        }
        switch try see(policy, keeps: keeps) {
        case .reading(let scope): return .progressing("reads the cluster's objects of kind \(scope.kind.kind)")
        case .lost(let error): throw error
        case .clear(let view):
            if keeps { try await keep(.bundle(bundle), in: view, policy: policy) }
            return try await judge(view, policy: policy, isKept: keeps)
        }
    }

    func judge(_ view: ClusterView, policy: EnvironmentPolicy, isKept: Bool) async throws -> Look {
        guard let applied else { return .progressing("nothing is applied yet") }
        let now = self.now()
        health = try await context.applier(for: policy, release: newestRelease).observe(
            applied.judgedObjects, in: view, now: context.clock.reading().forAges.milliseconds / 1000)
        healthAt = now
        if !isKept, health.values.contains(where: { $0.status == .notFound || $0.reason == "Replaced" }) {
            // What was applied is gone, or is another object now: it is applied again at the next look.
            self.applied = nil
        }
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
}

extension Release {
    /// Whether it brings an Environment back to what was proven before.
    var isReturning: Bool { kind == .rollback || phase == .rollingBack }
}
