package import Health
package import Manifests

extension EnvironmentApplier {
    /// The health of what was applied, bound to its UIDs and generations. Workloads are judged by the Pods of their present template, and
    /// a failing container's last log lines stand in the message.
    ///
    /// - Parameter now: unix seconds.
    package func observe(_ applied: [AppliedObject], now: Int64) async throws(KubernetesError) -> [ObjectIdentity: HealthReport] {
        let live = try await LiveObjects.list(applied.map { ($0.identity, $0.apiVersion) }, client: client)
        let workloads = applied.filter { Self.isWorkload($0.identity) && live[$0.identity] != nil }
        var pods: [String: Surroundings] = [:]
        for namespace in Set(workloads.map(\.identity.namespace)) {
            // Events only explain; for workloads that are all right there is nothing to explain.
            let isQuiet = workloads.allSatisfy { $0.identity.namespace != namespace || isCurrent(live[$0.identity], now: now) }
            pods[namespace] = try await surroundings(namespace, withEvents: !isQuiet)
        }
        var reports: [ObjectIdentity: HealthReport] = [:]
        for object in applied {
            let id = object.identity
            var found = live[id]
            // Its label may have been taken off; a list by label does not show that.
            if found == nil { found = try await client.get(id) }
            guard let found else {
                reports[id] = HealthReport(.notFound, "NotFound", "\(id) does not exist: it was deleted after it was applied.")
                continue
            }
            let around = pods[id.namespace]
            var report = Self.report(on: found, object, around, settings: settings, now: now)
            if report.status == .failed, let source = report.logs { report.message += await excerpt(source) }
            reports[id] = report
        }
        return reports
    }

    private struct Surroundings: Sendable {
        var replicaSets: [Value]
        var pods: [Value]
        var events: [Value]
    }

    private func surroundings(_ namespace: String, withEvents: Bool) async throws(KubernetesError) -> Surroundings {
        async let replicaSets = Self.caught { () async throws(KubernetesError) in
            try await client.list(GroupKind(group: "apps", kind: "ReplicaSet"), namespace: namespace)
        }
        async let pods = Self.caught { () async throws(KubernetesError) in
            try await client.list(GroupKind(group: "", kind: "Pod"), namespace: namespace)
        }
        async let events = Self.caught { () async throws(KubernetesError) in
            guard withEvents else { return [] }
            return try await client.list(GroupKind(group: "", kind: "Event"), namespace: namespace, fieldSelector: "type=Warning")
        }
        return Surroundings(replicaSets: try await replicaSets.get(), pods: try await pods.get(), events: try await events.get())
    }

    private static func caught(
        _ body: () async throws(KubernetesError) -> [Value]
    ) async -> Result<[Value], KubernetesError> {
        do throws(KubernetesError) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private func isCurrent(_ live: Value?, now: Int64) -> Bool {
        live.map { ObjectHealth.evaluate($0, now: now).status == .current } ?? true
    }

    private static func isWorkload(_ id: ObjectIdentity) -> Bool {
        (id.group == "apps" && ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].contains(id.kind))
            || (id.group == "batch" && id.kind == "Job")
    }

    private static func report(
        on live: Value, _ applied: AppliedObject, _ around: Surroundings?, settings: EnvironmentSettings, now: Int64
    ) -> HealthReport {
        if isWorkload(applied.identity), let around {
            return WorkloadHealth.evaluate(
                workload: live, replicaSets: around.replicaSets, pods: around.pods, events: around.events,
                expecting: AppliedVersion(uid: applied.uid, generation: applied.generation), policy: settings.failFast, now: now)
        }
        if live.uid != applied.uid {
            return HealthReport(
                .unknown, "Replaced", "\(applied.identity) is not the one that was applied: it was deleted and created again.")
        }
        return ObjectHealth.evaluate(live, now: now, rules: settings.healthRules)
    }

    /// The log is a help, not the verdict: when it cannot be read, the message says so.
    private func excerpt(_ source: LogSource) async -> String {
        do throws(KubernetesError) {
            let log = try await client.logs(
                namespace: source.namespace, pod: source.pod, container: source.container, previous: source.previous,
                tailLines: EnvironmentLimits.logLines, limitBytes: EnvironmentLimits.logBytes)
            let lines = LogExcerpt(secrets: knownSecrets).lines(of: log)
            return lines.isEmpty ? " Its log is empty." : " Its last log lines:" + lines.map { "\n  \($0)" }.joined()
        } catch {
            return " Its log could not be read: \(error.message)"
        }
    }
}
