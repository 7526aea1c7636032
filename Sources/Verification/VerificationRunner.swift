package import Delivery
package import HTTPTransport
package import Kubernetes
package import Manifests

/// Runs all Gates of one Environment's Releases, look by look.
///
/// What has passed in a phase is not run again while the others are waited for. It is kept in memory only: after a restart all of it is run
/// once more, which every test must bear; a Job is found again by its name.
package actor VerificationRunner {
    private let options: VerificationOptions
    private let http: HTTPClient
    private let parse: @Sendable ([UInt8], String) throws(VerificationError) -> [Value]
    private var subject: Subject?
    private var passed: [String: GateResult] = [:]
    private var asked: [String: (result: GateResult, at: Timestamp)] = [:]
    private var isSwept = false

    /// Of one phase of one Release.
    private struct Subject: Hashable {
        var release: Int64
        var bundle: String
        var since: Timestamp
    }

    /// - Parameter parse: the documents of a YAML file.
    package init(
        options: VerificationOptions, http: HTTPClient,
        parse: @escaping @Sendable ([UInt8], String) throws(VerificationError) -> [Value]
    ) {
        self.options = options
        self.http = http
        self.parse = parse
    }

    /// One look at everything that proves a Release. It takes as long as its smoke tests and hooks; Jobs and metrics are only looked at.
    ///
    /// - Returns: a result for each Gate that was looked at. It ends with the first that has failed.
    package func verify(_ request: VerificationRequest, client: KubernetesClient, now: @Sendable () -> Timestamp) async -> [GateResult] {
        begin(request.facts)
        let verification = request.policy.verification
        var results: [GateResult] = []
        if !request.smokeTests.isEmpty {
            results.append(await once("smoke tests") { await self.smokeTests(request, client) })
            if results.obstacle != nil { return await finished(results, request, client) }
        }
        if request.isReturning { return results }
        let hooks = HookRunner(isAllowed: options.allowsHooks) { client.excerpt(of: $0) }
        for (index, hook) in verification.hooks.enumerated() {
            results.append(
                await once("hook \(index)") { await hooks.run(hook, of: request.facts, readFile: request.readFile) })
            if results.last?.outcome != .pass { return await finished(results, request, client) }
        }
        let jobs = JobRunner(client: client, parse: parse)
        if !verification.jobs.isEmpty { await sweep(jobs, request.facts) }
        for job in verification.jobs {
            results.append(
                await once("job \(job.path)") {
                    await jobs.look(job, of: request.facts, now: now(), readFile: request.readFile)
                })
        }
        let metrics = metricRunner(client)
        for gate in verification.metrics {
            results.append(await once("metric \(gate.name)") { await self.look(gate, request.facts, metrics, at: now(), isWatch: false) })
        }
        return await finished(results, request, client)
    }

    /// What keeps the tests from being run at all, found before the first write of the Release.
    package func obstacle(
        to policy: EnvironmentPolicy, of facts: ReleaseFacts, client: KubernetesClient,
        readFile: @Sendable (String) async throws(VerificationError) -> [UInt8]
    ) async -> GateResult? {
        let jobs = JobRunner(client: client, parse: parse)
        for job in policy.verification.jobs {
            if let obstacle = await jobs.obstacle(to: job, of: facts, readFile: readFile) { return obstacle }
        }
        return nil
    }

    /// One look at the metrics of a Release that is soaking, or is watched after its success.
    package func watch(
        _ policy: EnvironmentPolicy, _ facts: ReleaseFacts, client: KubernetesClient, now: @Sendable () -> Timestamp
    ) async
        -> [GateResult]
    {
        begin(facts)
        let metrics = metricRunner(client)
        var results: [GateResult] = []
        for gate in policy.verification.metrics {
            results.append(await look(gate, facts, metrics, at: now(), isWatch: true))
        }
        return results
    }

    private func begin(_ facts: ReleaseFacts) {
        let subject = Subject(release: facts.release, bundle: facts.bundle, since: facts.since)
        guard self.subject != subject else { return }
        self.subject = subject
        passed = [:]
        asked = [:]
        isSwept = false
    }

    private func once(_ key: String, _ run: () async -> GateResult) async -> GateResult {
        if let known = passed[key] { return known }
        let result = await run()
        if result.outcome == .pass { passed[key] = result }
        return result
    }

    private func smokeTests(_ request: VerificationRequest, _ client: KubernetesClient) async -> GateResult {
        let origins = AllowedOrigins(hosts: options.smokeTestHosts, caFile: options.smokeTestCAFile, http: http)
        let runner = SmokeTestRunner(client: client, namespace: request.facts.namespace, origins: origins)
        let verdict = await runner.run(request.smokeTests)
        let outcome: GateResult.Outcome =
            switch verdict {
            case .pass: .pass
            case .fail: .fail
            case .noData: .noData
            case .error: .error
            }
        return GateResult(.smokeTest, "smoke tests", outcome, client.masked(verdict.reason))
    }

    private func metricRunner(_ client: KubernetesClient) -> MetricGateRunner {
        MetricGateRunner(sources: options.sources, http: http, cluster: client)
    }

    /// Prometheus is not asked more often than the Gate's interval.
    private func look(
        _ gate: MetricGate, _ facts: ReleaseFacts, _ metrics: MetricGateRunner, at now: Timestamp, isWatch: Bool
    ) async -> GateResult {
        if let last = asked[gate.name], now >= last.at, now - last.at < gate.interval { return last.result }
        let result = await metrics.run(gate, of: facts, at: facts.moment(now, isWatch: isWatch))
        asked[gate.name] = (result, now)
        return result
    }

    private func sweep(_ jobs: JobRunner, _ facts: ReleaseFacts) async {
        guard !isSwept else { return }
        do throws(KubernetesError) {
            try await jobs.sweep(facts)
            isSwept = true
        } catch {
            // What is left over does no harm; the Jobs' own look says what is wrong, and it is tried again with the next.
        }
    }

    /// A Release that has failed leaves no Job running.
    private func finished(
        _ results: [GateResult], _ request: VerificationRequest, _ client: KubernetesClient
    ) async -> [GateResult] {
        guard results.contains(where: { $0.outcome == .fail }), !request.policy.verification.jobs.isEmpty, !request.isReturning else {
            return results
        }
        do throws(KubernetesError) {
            try await JobRunner(client: client, parse: parse).removeAll(request.facts)
        } catch {
            // The next sweep finds them, and after an hour the cluster removes them itself.
        }
        return results
    }
}
