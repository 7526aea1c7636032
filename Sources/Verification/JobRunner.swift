package import Delivery
internal import Health
package import Kubernetes
package import Manifests

/// Runs a Job of the repository as a test. Each call is one look: it makes the Job when there is none, and tells how it stands.
///
/// The Job's name is the Release's own, so a controller that was killed in between finds it again and makes no second one.
package struct JobRunner: Sendable {
    private let client: KubernetesClient
    private let parse: @Sendable ([UInt8], String) throws(VerificationError) -> [Value]

    /// - Parameter parse: the documents of a YAML file.
    package init(client: KubernetesClient, parse: @escaping @Sendable ([UInt8], String) throws(VerificationError) -> [Value]) {
        self.client = client
        self.parse = parse
    }

    package func look(
        _ job: EnvironmentPolicy.Verification.Job, of facts: ReleaseFacts, now: Timestamp,
        readFile: @Sendable (String) async throws(VerificationError) -> [UInt8]
    ) async -> GateResult {
        do throws(VerificationError) {
            let documents = try parse(try await readFile(job.path), job.path)
            let manifest = try JobManifest.prepared(documents, path: job.path, timeout: job.timeout, facts: facts)
            do throws(KubernetesError) {
                return try await look(manifest, job, now)
            } catch {
                return refusal(error, job)
            }
        } catch {
            return GateResult(.job, job.path, error.isTransient ? .noData : .error, error.message)
        }
    }

    /// Whether the API server would take the Job as it stands: a look before anything of the Release is written.
    ///
    /// - Returns: why not; `nil` as well when that cannot be known yet.
    package func obstacle(
        to job: EnvironmentPolicy.Verification.Job, of facts: ReleaseFacts,
        readFile: @Sendable (String) async throws(VerificationError) -> [UInt8]
    ) async -> GateResult? {
        do throws(VerificationError) {
            let documents = try parse(try await readFile(job.path), job.path)
            let manifest = try JobManifest.prepared(documents, path: job.path, timeout: job.timeout, facts: facts)
            var options = ApplyOptions()
            options.dryRun = true
            do throws(KubernetesError) {
                _ = try await client.create(manifest, options)
                return nil
            } catch {
                switch error.code {
                // Its own of an earlier try; a namespace that comes with the Release.
                case .alreadyExists, .notFound: return nil
                default: return error.isTransient ? nil : refusal(error, job)
                }
            }
        } catch {
            return error.isTransient ? nil : GateResult(.job, job.path, .error, error.message)
        }
    }

    private func look(
        _ manifest: Value, _ job: EnvironmentPolicy.Verification.Job, _ now: Timestamp
    ) async throws(KubernetesError) -> GateResult {
        guard let identity = manifest.identity else { return GateResult(.job, job.path, .error, "has no name") }
        guard let live = try await client.get(identity) else {
            do throws(KubernetesError) {
                _ = try await client.create(manifest)
            } catch {
                // An answer that was lost: it is there.
                guard case .alreadyExists = error.code else { throw error }
            }
            return GateResult(.job, job.path, .pending, "\(identity) is made")
        }
        guard live.labels?[JobManifest.environmentLabel]?.string == manifest.labels?[JobManifest.environmentLabel]?.string,
            live.labels?[JobManifest.releaseLabel]?.string == manifest.labels?[JobManifest.releaseLabel]?.string
        else {
            return GateResult(
                .job, job.path, .error, "\(identity) exists already and is not this release's: delete it, or give the test another name")
        }
        let report = ObjectHealth.evaluate(live, now: now.milliseconds / 1000)
        let age = live["metadata", "creationTimestamp"]?.string.flatMap(KubernetesTime.seconds).map { now.milliseconds / 1000 - $0 } ?? 0
        switch report.status {
        case .current:
            try await remove(identity, live)
            return GateResult(.job, job.path, .pass, "\(identity) is complete")
        case .failed:
            let result = GateResult(.job, job.path, .fail, report.message + (await lastWords(identity)))
            try await remove(identity, live)
            return result
        case .terminating: return GateResult(.job, job.path, .error, "\(identity) is being deleted by somebody else")
        case .inProgress, .notFound, .unknown:
            if let trouble = try await podTrouble(identity, now) {
                let result = GateResult(.job, job.path, .fail, trouble + (await lastWords(identity)))
                try await remove(identity, live)
                return result
            }
            // The cluster itself ends it at the timeout, by its own clock, which may be behind ours.
            if Duration.seconds(age) > job.timeout + VerificationLimits.jobGrace {
                let result = GateResult(
                    .job, job.path, .fail,
                    "\(identity) did not end within \(DurationText.string(job.timeout)): \(report.message)" + (await lastWords(identity)))
                try await remove(identity, live)
                return result
            }
            return GateResult(.job, job.path, .pending, report.message)
        }
    }

    /// Removes the Jobs of an Environment's earlier Releases: those that a crash, a cancellation or a newer Release left.
    package func sweep(_ facts: ReleaseFacts) async throws(KubernetesError) {
        let jobs = try await client.list(
            GroupKind(group: "batch", kind: "Job"), namespace: facts.namespace,
            labelSelector: "\(JobManifest.environmentLabel)=\(facts.environment)")
        let mine = String(facts.release)
        for job in jobs.filter({ $0.labels?[JobManifest.releaseLabel]?.string != mine }).prefix(VerificationLimits.sweptJobs) {
            guard let identity = job.identity else { continue }
            try await remove(identity, job)
        }
    }

    /// Removes those of this Release too, when it has failed by another test.
    package func removeAll(_ facts: ReleaseFacts) async throws(KubernetesError) {
        var nobody = facts
        nobody.release = -1
        try await sweep(nobody)
    }

    private func remove(_ identity: ObjectIdentity, _ live: Value) async throws(KubernetesError) {
        // With its UID: another of that name is another's.
        _ = try await client.delete(identity, uid: live["metadata", "uid"]?.string, propagation: .background)
    }

    private func pods(_ identity: ObjectIdentity) async throws(KubernetesError) -> [Value] {
        let pods = try await client.list(
            GroupKind(group: "", kind: "Pod"), namespace: identity.namespace, labelSelector: "job-name=\(identity.name)")
        func made(_ pod: Value) -> String { pod["metadata", "creationTimestamp"]?.string ?? "" }
        return pods.sorted { made($0) < made($1) }
    }

    /// A Pod that will never start says so long before the Job does: an image that is not there, a command that does not exist.
    private func podTrouble(_ identity: ObjectIdentity, _ now: Timestamp) async throws(KubernetesError) -> String? {
        for pod in try await pods(identity) where pod["status", "phase"]?.string == "Pending" {
            let report = ObjectHealth.evaluate(pod, now: now.milliseconds / 1000)
            if report.status == .failed { return report.message }
        }
        return nil
    }

    /// The end of the newest Pod's log, as the end of a sentence. What cannot be read is said, and changes no verdict.
    private func lastWords(_ identity: ObjectIdentity) async -> String {
        do throws(KubernetesError) {
            guard let pod = try await pods(identity).last?.name else { return "" }
            let log = try await client.logs(
                namespace: identity.namespace, pod: pod, container: nil, tailLines: VerificationLimits.logLines,
                limitBytes: VerificationLimits.logBytes)
            let lines = client.excerpt(of: log).map { $0.trimmingPrefix(while: \.isWhitespace) }.filter { !$0.isEmpty }
            return lines.isEmpty ? "; its log is empty" : "; last lines: \(lines.suffix(5).joined(separator: " | "))"
        } catch {
            return "; its log cannot be read: \(error.message)"
        }
    }

    private func refusal(_ error: KubernetesError, _ job: EnvironmentPolicy.Verification.Job) -> GateResult {
        switch error.code {
        case _ where error.isTransient: return GateResult(.job, job.path, .noData, error.message)
        case .forbidden, .unauthorized:
            return GateResult(.job, job.path, .error, "\(error.message). Waiting until our account may, or for the deadline")
        case .invalid, .badRequest: return GateResult(.job, job.path, .fail, error.message)
        default: return GateResult(.job, job.path, .error, error.message)
        }
    }
}
