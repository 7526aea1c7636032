internal import Manifests

/// Services to Endpoints and EndpointSlices.
struct EndpointsController: Reconciler {
    let store: ObjectStore

    let name = "endpoint-controller"
    let watched: [ResourceType] = [.services, .pods]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        if type == .services { return NamespacedName(object).map { [$0] } ?? [] }
        // A Pod whose labels changed may have left a Service, so every Service of its namespace is looked at; there are few.
        return store.list(.services, namespace: object.namespace).items.compactMap(NamespacedName.init)
    }

    func allKeys() -> [NamespacedName] { store.list(.services).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let service = store.get(.services, key), !service.isBeingDeleted else {
            if let endpoints = store.get(.endpoints, key) { try store.remove(.endpoints, endpoints) }
            for slice in slices(of: key) { try store.remove(.endpointSlices, slice) }
            return nil
        }
        // A Service without a selector has endpoints that somebody else writes.
        guard service["spec", "selector"]?.object?.isEmpty == false, service["spec", "type"]?.string != "ExternalName" else { return nil }
        let backends = EndpointRules.backends(of: service, pods: store.list(.pods, namespace: key.namespace).items)
        try writeEndpoints(key, service, EndpointRules.subsets(of: service, backends))
        try writeSlices(key, service, EndpointRules.slices(of: service, backends))
        return nil
    }

    private func writeEndpoints(_ key: NamespacedName, _ service: Value, _ subsets: [Value]) throws(APIError) {
        let wanted: Value? = subsets.isEmpty ? nil : .array(subsets)
        guard var endpoints = store.get(.endpoints, key) else {
            try store.create(
                .endpoints,
                .mapping(
                    (
                        "metadata",
                        .mapping(
                            ("name", .string(key.name)), ("namespace", .string(key.namespace)), ("labels", service["metadata", "labels"]))
                    ), ("subsets", wanted)))
            return
        }
        if endpoints["subsets"] == wanted { return }
        endpoints["subsets"] = wanted
        try store.replace(.endpoints, endpoints)
    }

    private func writeSlices(_ key: NamespacedName, _ service: Value, _ contents: [Value]) throws(APIError) {
        var existing = slices(of: key)
        // A Service with no Pods keeps one empty slice, as in Kubernetes.
        let contents = contents.isEmpty ? [["addressType": "IPv4", "endpoints": [], "ports": []]] : contents
        for content in contents {
            let match = existing.firstIndex { $0["ports"] == content["ports"] } ?? existing.indices.first
            if let match {
                var slice = existing.remove(at: match)
                if slice["endpoints"] == content["endpoints"], slice["ports"] == content["ports"] { continue }
                slice["endpoints"] = content["endpoints"]
                slice["ports"] = content["ports"]
                try store.replace(.endpointSlices, slice)
            } else {
                var slice = content
                slice["metadata"] = [
                    "generateName": .string("\(key.name)-"), "namespace": .string(key.namespace),
                    "labels": [
                        "kubernetes.io/service-name": .string(key.name),
                        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
                    ], "ownerReferences": [service.asControllerReference],
                ]
                try store.create(.endpointSlices, slice)
            }
        }
        for slice in existing { try store.remove(.endpointSlices, slice) }
    }

    private func slices(of key: NamespacedName) -> [Value] {
        store.list(.endpointSlices, namespace: key.namespace).items.filter { $0.label("kubernetes.io/service-name") == key.name }
    }
}
