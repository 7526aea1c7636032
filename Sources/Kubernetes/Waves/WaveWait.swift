internal import Health
internal import Manifests

/// How an apply waits between its waves.
package struct WaveWaiting: Sendable {
    /// For the objects of one wave to become healthy.
    package var deadline: Duration
    package var unixSeconds: @Sendable () -> Int64

    package init(deadline: Duration, unixSeconds: @escaping @Sendable () -> Int64) {
        self.deadline = deadline
        self.unixSeconds = unixSeconds
    }
}

/// What of an apply has to be healthy before more is sent.
struct WaveWait: Sendable {
    let applier: EnvironmentApplier
    let rules: WaveWaiting
    let waiting: @Sendable (String) -> Void

    /// - Throws: when one has failed, or at the deadline; `why` says what waits for them.
    func untilHealthy(_ objects: [AppliedObject], why: String) async throws(KubernetesError) {
        let environment = applier.client.sender.environment
        let start = environment.now()
        var rest = objects
        while !rest.isEmpty {
            let view = try await read(rest)
            let reports = try await applier.observe(rest, in: view, now: rules.unixSeconds())
            for object in rest {
                guard let report = reports[object.identity], report.status == .failed || report.status == .notFound else { continue }
                throw KubernetesError(
                    .refused, "\(why) needs \(object.identity), which has failed: \(report.message)", object: object.identity)
            }
            rest.removeAll { reports[$0.identity]?.status == .current }
            guard let first = rest.first else { return }
            let more = rest.count > 1 ? ", and \(rest.count - 1) more" : ""
            let words = "\(why) waits for \(first.identity)\(more): \(reports[first.identity]?.message ?? "nothing is known of it")"
            waiting(words)
            guard environment.now() - start < rules.deadline else {
                throw KubernetesError(.refused, "after \(rules.deadline) \(words)", object: first.identity)
            }
            do {
                try await environment.sleep(EnvironmentLimits.healthPollInterval)
            } catch {
                throw .cancelled(CallSubject("wait for", first.identity))
            }
        }
    }

    /// The objects and, in the namespaces of workloads, the Pods by which these are judged.
    private func read(_ objects: [AppliedObject]) async throws(KubernetesError) -> ClusterView {
        var found: [Value] = []
        for object in objects {
            if let live = try await applier.client.get(object.identity) { found.append(live) }
        }
        let namespaces = Set(objects.filter { ["apps", "batch"].contains($0.identity.group) }.map(\.identity.namespace))
        for namespace in namespaces {
            found += try await applier.client.list(GroupKind(group: "apps", kind: "ReplicaSet"), namespace: namespace)
            found += try await applier.client.list(GroupKind(group: "", kind: "Pod"), namespace: namespace)
        }
        return ClusterView(found)
    }
}
