internal import Manifests

/// The objects of a cluster that correspond to some identities, read with one list a kind and namespace instead of one read an object.
struct LiveObjects: Sendable {
    private(set) var found: [ObjectIdentity: Value] = [:]

    subscript(_ id: ObjectIdentity) -> Value? { found[id] }

    /// Only objects that carry our managed-by label are found; what else exists is for the caller to read by name.
    ///
    /// - Parameter objects: with the apiVersion to read each in, so that what is read compares with what is applied.
    static func list(
        _ objects: [(id: ObjectIdentity, apiVersion: String)], client: KubernetesClient
    ) async throws(KubernetesError) -> LiveObjects {
        struct Place: Hashable, Sendable {
            var kind: GroupKind
            var version: String?
            var namespace: String
        }
        let places = Set(
            objects.map { object in
                Place(
                    kind: object.id.groupKind, version: object.apiVersion.split(separator: "/").last.map(String.init),
                    namespace: object.id.namespace)
            })
        let results = await BoundedTasks.run(Array(places), limit: client.limits.concurrentRequests) {
            place async -> Result<[Value], KubernetesError> in
            do throws(KubernetesError) {
                return .success(
                    try await client.list(
                        place.kind, version: place.version, namespace: place.namespace.isEmpty ? nil : place.namespace,
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
