internal import Manifests

/// The objects of a cluster that correspond to some identities, read with one list a kind and namespace instead of one read an object.
struct LiveObjects: Sendable {
    private(set) var found: [ObjectIdentity: Value] = [:]

    subscript(_ id: ObjectIdentity) -> Value? { found[id] }

    /// Only objects that carry our managed-by label are found, but for the places of `unlabelled`.
    ///
    /// - Parameters:
    ///   - objects: with the apiVersion to read each in, so that what is read compares with what is applied.
    ///   - unlabelled: those of them that must be found without a label too.
    static func list(
        _ objects: [(id: ObjectIdentity, apiVersion: String)], unlabelled: Set<ObjectIdentity> = [], client: KubernetesClient
    ) async throws(KubernetesError) -> LiveObjects {
        struct Place: Hashable, Sendable {
            var kind: GroupKind
            var version: String?
            var namespace: String
        }
        func place(_ object: (id: ObjectIdentity, apiVersion: String)) -> Place {
            Place(
                kind: object.id.groupKind, version: object.apiVersion.split(separator: "/").last.map(String.init),
                namespace: object.id.namespace)
        }
        let places = Set(objects.map(place))
        let open = Set(objects.filter { unlabelled.contains($0.id) }.map(place))
        let results = await BoundedTasks.run(Array(places), limit: client.limits.concurrentRequests) {
            place async -> Result<[Value], KubernetesError> in
            do throws(KubernetesError) {
                return .success(
                    try await client.list(
                        place.kind, version: place.version, namespace: place.namespace.isEmpty ? nil : place.namespace,
                        labelSelector: open.contains(place) ? nil : "\(SlipwayLabel.managedBy)=\(SlipwayLabel.managedByValue)"))
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
