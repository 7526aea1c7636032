package import Manifests

/// What stands beside an Environment's own objects for a time: a new version that is tried.
extension EnvironmentApplier {
    /// Objects of the inventory that carry a label, as they are in the cluster. Only those are asked for whose name ends as given.
    ///
    /// - Throws: `refused` or `notLeading` when there are some, and they are another controller's.
    package func beside(
        nameSuffix: String, label: String, value: String
    ) async throws(KubernetesError) -> [Value] {
        let entries = try await store.load().sorted.filter { $0.id.name.hasSuffix(nameSuffix) }
        guard !entries.isEmpty else { return [] }
        let found = try await candidates(entries).compactMap { candidate -> Value? in
            guard candidate.decision == .delete, let live = candidate.live, live.labels?[label]?.string == value else { return nil }
            return live
        }
        // What stands there is about to be taken away: whoever does not lead, or has an older journal, learns it before that.
        if !found.isEmpty { try await store.update { _ in } }
        return found
    }

    /// Deletes them at once. The inventory keeps them until a prune has seen them gone.
    package func withdraw(_ objects: [Value]) async throws(KubernetesError) {
        for object in objects {
            guard let id = object.identity else { continue }
            _ = try await client.delete(id, uid: object.uid, propagation: .background)
        }
    }

    /// Waits until every Pod with the label is gone or is being ended, and so has no traffic any more.
    ///
    /// - Returns: whether that came before the deadline.
    package func awaitEnding(podsWith label: String, value: String) async throws(KubernetesError) -> Bool {
        let environment = client.sender.environment
        let start = environment.now()
        while true {
            let pods = try await client.list(
                GroupKind(group: "", kind: "Pod"), version: "v1", namespace: settings.namespace, labelSelector: "\(label)=\(value)")
            if pods.allSatisfy({ $0["metadata", "deletionTimestamp"]?.string != nil }) { return true }
            guard environment.now() - start < EnvironmentLimits.withdrawal else { return false }
            do {
                try await environment.sleep(EnvironmentLimits.pollInterval)
            } catch {
                return false  // whoever cancelled begins again
            }
        }
    }
}
