internal import Manifests

/// The objects of a cluster that correspond to some identities, read with one list a kind and namespace instead of one read an object.
struct LiveObjects: Sendable {
    private(set) var found: [ObjectIdentity: Value] = [:]

    subscript(_ id: ObjectIdentity) -> Value? { found[id] }

    /// Only objects that carry our managed-by label are found; what else exists is for the caller to read by name.
    static func list(
        _ ids: [ObjectIdentity], client: KubernetesClient
    ) async throws(KubernetesError) -> LiveObjects {
        struct Place: Hashable, Sendable {
            var kind: GroupKind
            var namespace: String
        }
        let places = Set(ids.map { Place(kind: $0.groupKind, namespace: $0.namespace) })
        let results = await BoundedTasks.run(Array(places), limit: client.limits.concurrentRequests) {
            place async -> Result<[Value], KubernetesError> in
            do throws(KubernetesError) {
                return .success(
                    try await client.list(
                        place.kind, namespace: place.namespace.isEmpty ? nil : place.namespace,
                        labelSelector: "\(SlipwayLabel.managedBy)=\(SlipwayLabel.managedByValue)"))
            } catch {
                if case .unknownKind = error.code { return .success([]) }  // not served (any more), so there are none
                return .failure(error)
            }
        }
        var live = LiveObjects()
        for result in results {
            for object in try result.get() {
                guard let id = object.identity else { continue }
                live.found[id] = object
            }
        }
        return live
    }
}
