package import Health
package import Manifests

extension EnvironmentApplier {
    /// What has to be followed to judge the health of what was applied, and to see whether it was changed.
    ///
    /// - Parameter explaining: with the warnings that tell why something is not well.
    package static func scopes(of applied: [AppliedObject], explaining: Bool) -> Set<WatchScope> {
        var scopes: Set<WatchScope> = []
        for object in applied {
            let id = object.identity
            scopes.insert(
                WatchScope(
                    kind: id.groupKind, version: object.apiVersion.split(separator: "/").last.map(String.init), namespace: id.namespace,
                    selection: .managed))
            guard id.groupKind.isWorkload else { continue }
            // A Pod that the Bundle brings itself would be watched twice: among all Pods it is seen as well.
            scopes.insert(WatchScope(kind: Kinds.pod, version: "v1", namespace: id.namespace, selection: .all))
            scopes.insert(WatchScope(kind: Kinds.replicaSet, version: "v1", namespace: id.namespace, selection: .all))
            if explaining { scopes.insert(WatchScope(kind: Kinds.event, version: "v1", namespace: id.namespace, selection: .warnings)) }
        }
        return scopes.filter { $0.selection != .managed || !scopes.contains($0.withAll) }
    }

    /// Those whose health is that of their Pods.
    package static func workloads(of applied: [AppliedObject]) -> Set<ObjectIdentity> {
        Set(applied.map(\.identity).filter(\.groupKind.isWorkload))
    }

    /// The health of what was applied, bound to its UIDs and generations. Workloads are judged by the Pods of their present template, and
    /// a failing container's last log lines stand in the message.
    ///
    /// - Parameters:
    ///   - view: of the scopes of `applied`. The cluster itself is asked only about what is missing in it, and for log lines.
    ///   - now: unix seconds.
    package func observe(
        _ applied: [AppliedObject], in view: ClusterView, now: Int64
    ) async throws(KubernetesError) -> [ObjectIdentity: HealthReport] {
        var surroundings: [String: Surroundings] = [:]
        var reports: [ObjectIdentity: HealthReport] = [:]
        for object in applied {
            let id = object.identity
            var found = view[id]?.object
            if found == nil, object.mayVanish {
                reports[id] = HealthReport(.current, "Finished", "\(id) has finished and was removed after its time.")
                continue
            }
            // It may have been made a moment ago, or its label may have been taken off: a watch by label does not show that.
            if found == nil { found = try await client.get(id) }
            guard let found else {
                reports[id] = HealthReport(.notFound, "NotFound", "\(id) does not exist: it was deleted after it was applied.")
                continue
            }
            var around: Surroundings?
            if id.groupKind.isWorkload {
                around = surroundings[id.namespace] ?? Surroundings(view, namespace: id.namespace)
                surroundings[id.namespace] = around
            }
            var report = Self.report(on: found, object, around, settings: settings, now: now)
            if report.status == .failed, let source = report.logs { report.message += await excerpt(source, in: view) }
            reports[id] = report
        }
        return reports
    }

    private enum Kinds {
        static let pod = GroupKind(group: "", kind: "Pod")
        static let replicaSet = GroupKind(group: "apps", kind: "ReplicaSet")
        static let event = GroupKind(group: "", kind: "Event")
    }

    /// What belongs to the workloads of a namespace, by the UID of who controls it.
    private struct Surroundings {
        private var replicaSets: [String: [Value]] = [:]
        private var pods: [String: [Value]] = [:]
        let events: [Value]

        init(_ view: ClusterView, namespace: String) {
            replicaSets = Dictionary(grouping: view.all(Kinds.replicaSet, namespace: namespace), by: { $0.controllerUID ?? "" })
            pods = Dictionary(grouping: view.all(Kinds.pod, namespace: namespace), by: { $0.controllerUID ?? "" })
            events = view.all(Kinds.event, namespace: namespace)
        }

        func owned(by workload: Value) -> (replicaSets: [Value], pods: [Value]) {
            guard let uid = workload.uid else { return ([], []) }
            let sets = replicaSets[uid] ?? []
            return (sets, (pods[uid] ?? []) + sets.flatMap { pods[$0.uid ?? ""] ?? [] })
        }
    }

    private static func report(
        on live: Value, _ applied: AppliedObject, _ around: Surroundings?, settings: EnvironmentSettings, now: Int64
    ) -> HealthReport {
        if let around {
            let owned = around.owned(by: live)
            return WorkloadHealth.evaluate(
                workload: live, replicaSets: owned.replicaSets, pods: owned.pods, events: around.events,
                expecting: AppliedVersion(uid: applied.uid, generation: applied.generation), policy: settings.failFast, now: now)
        }
        if live.uid != applied.uid {
            return HealthReport(
                .unknown, "Replaced", "\(applied.identity) is not the one that was applied: it was deleted and created again.")
        }
        if let generation = live.generation, generation < applied.generation {
            return HealthReport(
                .inProgress, "StaleRead", "\(applied.identity): generation \(generation) was read, \(applied.generation) was applied.")
        }
        return ObjectHealth.evaluate(live, now: now, rules: settings.healthRules)
    }

    private func log(of source: LogSource, previous: Bool) async throws(KubernetesError) -> String {
        try await client.logs(
            namespace: source.namespace, pod: source.pod, container: source.container, previous: previous,
            tailLines: EnvironmentLimits.logLines, limitBytes: EnvironmentLimits.logBytes)
    }

    /// Empty when there was no instance before.
    private func logBefore(_ source: LogSource) async throws(KubernetesError) -> String {
        do throws(KubernetesError) {
            return try await log(of: source, previous: true)
        } catch {
            guard case .badRequest = error.code else { throw error }
            return ""
        }
    }

    /// The log is a help, not the verdict: when it cannot be read, the message says so.
    private func excerpt(_ source: LogSource, in view: ClusterView) async -> String {
        let pod = ObjectIdentity(group: "", kind: "Pod", namespace: source.namespace, name: source.pod)
        let key = LogExcerptMemory.Key(source: source, version: view[pod]?.object.resourceVersion ?? "")
        if let known = client.logExcerpts[key] { return known }
        do throws(KubernetesError) {
            var log = try await self.log(of: source, previous: source.previous)
            // A container is started again at once, the first time: what it said then stands in the log before this one.
            if log.isEmpty, !source.previous { log = try await logBefore(source) }
            let isCut = log.utf8.count >= EnvironmentLimits.logBytes
            let lines = LogExcerpt(secrets: knownSecrets).lines(of: log, isCut: isCut)
            let nothing = isCut ? " The last line of its log is too long to be shown." : " Its log is empty."
            let excerpt = lines.isEmpty ? nothing : " Its last log lines:" + lines.map { "\n  \($0)" }.joined()
            client.logExcerpts.remember(excerpt, key)
            return excerpt
        } catch {
            return " Its log could not be read: \(error.message)"
        }
    }
}
