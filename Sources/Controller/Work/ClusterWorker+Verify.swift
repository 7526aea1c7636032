internal import Delivery
internal import Journal
internal import Kubernetes
internal import Logging
internal import Manifests
internal import Verification

/// Proving a Bundle: the smoke tests and Gates of its policy, and the watch over it.
extension ClusterWorker {
    func verify(
        _ bundle: String, revision: String, of release: Release, policy: EnvironmentPolicy
    ) async throws -> WorkOutcome {
        note.say(gates.isEmpty ? "running smoke tests" : note.words)
        let variables = SmokeTestVariables(objects: try await objects(of: bundle))
        let tests = try await smokeTests(of: release, revision: revision).map(variables.applied)
        let readFile = context.verification.readFile
        let request = VerificationRequest(
            policy: policy, facts: try await facts(of: release, bundle: bundle, revision: revision, policy: policy), smokeTests: tests,
            isReturning: release.isReturning, readFile: { path throws(VerificationError) in try await readFile(revision, path) })
        gates = await verification.verify(
            request, client: try context.clusters.client(policy.target.cluster), now: context.clock.now)
        try Task.checkCancellation()
        if let failed = gates.obstacle, failed.outcome == .fail { return .happened(.failed(failed.failure)) }
        // The tests may have been what breaks it, and while a Gate is waited for it may break by itself.
        switch try await look(at: bundle, policy: policy, isReturning: release.isReturning) {
        case .healthy: break
        case .failed(let message): return .happened(.failed(Failure(origin: .health, message: message)))
        case .progressing(let message):
            note.say(message)
            return .notYet(Limits.rolloutPoll)
        }
        guard let obstacle = gates.obstacle else { return .happened(.verificationPassed(evidence: gates.evidence)) }
        note.say(obstacle.sentence)
        // A Prometheus that is away is no fault of the Release, and takes none of its time.
        guard obstacle.outcome == .noData else { return .notYet(Limits.rolloutPoll) }
        return .happened(
            .transientError(message: obstacle.sentence, retryAt: context.clock.now() + Limits.gatePoll, isOutage: true))
    }

    /// A way back is not held up by tests that are lost: its health is what it is proven by then.
    func smokeTests(of release: Release, revision: String) async throws -> [SmokeTest] {
        do {
            return try await context.smokeTests(environment: name, revision: revision)
        } catch let error as ControllerError where error.code == .render && release.isReturning {
            note.say(error.message)
            context.logger.warning("goes back without smoke tests", metadata: ["environment": "\(name)", "error": "\(error.message)"])
            return []
        }
    }

    func watch(
        _ bundle: String, until: Delivery.Timestamp, of release: Release, policy: EnvironmentPolicy
    ) async throws -> WorkOutcome {
        let found = try await look(at: bundle, policy: policy, isReturning: release.isReturning, keeps: release.phase == .verified)
        let now = self.now()
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
        let words = try await watchMetrics(bundle, of: release, policy: policy)
        if let failed = gates.obstacle, failed.outcome == .fail { return .happened(.failed(failed.failure)) }
        if now >= until { return .happened(.waitElapsed) }
        note.say(found.message.isEmpty ? words ?? "watched" : found.message)
        return .notYet(min(until - now, Limits.watchPoll))
    }

    /// - Returns: what stands to be said of the metrics.
    private func watchMetrics(_ bundle: String, of release: Release, policy: EnvironmentPolicy) async throws -> String? {
        guard release.kind == .deploy, !policy.verification.metrics.isEmpty else {
            gates = []
            return nil
        }
        gates = await verification.watch(
            policy, try await facts(of: release, bundle: bundle, revision: release.revision.id, policy: policy),
            client: try context.clusters.client(policy.target.cluster), now: context.clock.now)
        try Task.checkCancellation()
        return gates.obstacle?.sentence
    }

    /// When the Release did what, as the audit record has it: no memory of ours, so that a restart changes no judgement.
    func facts(
        of release: Release, bundle: String, revision: String, policy: EnvironmentPolicy
    ) async throws -> ReleaseFacts {
        var facts = ReleaseFacts(
            environment: name, namespace: policy.target.namespace, release: release.id, revision: revision, bundle: bundle,
            since: release.phaseSince)
        facts.previousRevision = release.previousRevision?.id
        guard !policy.verification.metrics.isEmpty, !release.isReturning else { return facts }
        if release.phase == .stepping { return try await steppingFacts(of: release, facts) }
        if milestones?.release != release.id {
            let entries = try await context.journal.auditEntries(
                filter: AuditFilter(environment: name, actionPrefix: "release.", release: release.id), limit: Limits.milestones)
            guard let verifying = entries.last(where: { $0.draft.action == "release.verifying" }) else { return facts }
            milestones = Milestones(
                release: release.id, applying: entries.first { Self.firstWrites.contains($0.draft.action) }?.draft.at,
                verifying: verifying.draft.at)
        }
        if let milestones {
            facts.since = milestones.verifying
            facts.baselineEnd = release.previousBundle == nil ? nil : milestones.applying
        }
        return facts
    }
}

extension ClusterWorker {
    /// What a Release does when it begins to change the cluster.
    private static let firstWrites: Set<String> = ["release.step", "release.applying"]

    /// Of a Release whose new version has a share of the traffic: that began with its present step, and ended the old one's undisturbed time
    /// with the first.
    private func steppingFacts(of release: Release, _ facts: ReleaseFacts) async throws -> ReleaseFacts {
        if steppingSince?.release != release.id {
            let entries = try await context.journal.auditEntries(
                filter: AuditFilter(environment: name, actionPrefix: "release.step", release: release.id), limit: Limits.milestones)
            let first = entries.map(\.draft.at).min() ?? release.phaseSince
            steppingSince = Milestones(release: release.id, applying: first, verifying: first)
        }
        var facts = facts
        facts.baselineEnd = steppingSince?.applying
        return facts
    }
}

/// Moments of one Release that its metrics are judged by.
struct Milestones: Sendable {
    var release: Int64
    var applying: Delivery.Timestamp?
    var verifying: Delivery.Timestamp
}

extension GateResult {
    var failure: Failure {
        let origin: Failure.Origin =
            switch kind {
            case .smokeTest: .smokeTest
            case .hook: .hook
            case .job: .job
            case .metric: .metric
            }
        return Failure(origin: origin, message: sentence)
    }
}
