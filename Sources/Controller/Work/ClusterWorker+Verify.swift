internal import Delivery
internal import Manifests
internal import Verification

/// Proving a Bundle: the smoke tests and Gates of its policy, and the watch over it.
extension ClusterWorker {
    func verify(
        _ bundle: String, revision: String, of release: Release, policy: EnvironmentPolicy
    ) async throws -> WorkOutcome {
        note.say("running smoke tests")
        let variables = SmokeTestVariables(objects: try await objects(of: bundle))
        let tests = try await context.smokeTests(environment: name, revision: revision).map(variables.applied)
        let runner = SmokeTestRunner(client: try context.clusters.client(policy.target.cluster), namespace: policy.target.namespace)
        let verdict = await runner.run(tests)
        switch verdict {
        case .pass: break
        case .fail(let reason): return .happened(.failed(Failure(origin: .smokeTest, message: reason)))
        case .noData(let reason), .error(let reason):
            note.say(reason)
            return .notYet(Limits.rolloutPoll)
        }
        // The smoke tests may have been what breaks it.
        return switch try await look(at: bundle, policy: policy, isReturning: release.isReturning) {
        case .healthy: .happened(.verificationPassed)
        case .failed(let message): .happened(.failed(Failure(origin: .health, message: message)))
        case .progressing: .notYet(Limits.rolloutPoll)
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
        if now >= until { return .happened(.waitElapsed) }
        note.say(found.message.isEmpty ? "watched" : found.message)
        return .notYet(min(until - now, Limits.watchPoll))
    }
}
