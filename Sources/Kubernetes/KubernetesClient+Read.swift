internal import HTTPTransport
package import Manifests

extension KubernetesClient {
    /// - Returns: `nil` when there is no such object.
    package func get(_ id: ObjectIdentity) async throws(KubernetesError) -> Value? {
        try await get(id, version: nil)
    }

    /// In the version given: a field of `autoscaling/v2` does not show in v1.
    package func get(_ id: ObjectIdentity, version: String?) async throws(KubernetesError) -> Value? {
        let subject = CallSubject("read", id)
        let resource = try await discovery.resource(id.groupKind, version: version)
        let call = APICall(path: try resource.path(namespace: id.namespace, name: id.name, subject), subject: subject)
        let response = try await sender.attempt(call)
        if response.status == 404 { return nil }
        if response.status >= 400 { throw StatusReader.error(response, subject) }
        return try await Answer.value(response, subject)
    }

    /// All matching objects, page by page. Each carries its apiVersion and kind, which the API leaves out in lists.
    ///
    /// - Parameters:
    ///   - version: the version of the API to read them in; the server's preferred one when `nil`.
    ///   - namespace: `nil` for all namespaces and for cluster-scoped kinds.
    package func list(
        _ kind: GroupKind, version: String? = nil, namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil
    ) async throws(KubernetesError) -> [Value] {
        try await listWithVersion(
            kind, version: version, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector
        ).items
    }

    /// The same with the collection's resourceVersion, from which a watch goes on.
    package func listWithVersion(
        _ kind: GroupKind, version: String? = nil, namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil
    ) async throws(KubernetesError) -> (items: [Value], resourceVersion: String) {
        let resource = try await discovery.resource(kind, version: version)
        // A list that expires between two pages begins again, once: the second time the cluster compacts faster than it answers.
        do throws(KubernetesError) {
            return try await pages(of: resource, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector)
        } catch  where error.code == .gone {
            return try await pages(of: resource, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector)
        }
    }

    private func pages(
        of resource: APIResource, namespace: String?, labelSelector: String?, fieldSelector: String?
    ) async throws(KubernetesError) -> (items: [Value], resourceVersion: String) {
        let place = namespace.map { $0.isEmpty ? "" : " in namespace \($0)" } ?? ""
        let subject = CallSubject("list", resource.plural + place, isSecret: resource.group.isEmpty && resource.kind == "Secret")
        var items: [Value] = []
        var next: String?
        while true {
            var call = APICall(path: try resource.path(namespace: namespace, subject), subject: subject)
            call.query = [("limit", String(limits.listPageSize))]
            if let labelSelector { call.query.append(("labelSelector", labelSelector)) }
            if let fieldSelector { call.query.append(("fieldSelector", fieldSelector)) }
            if let next { call.query.append(("continue", next)) }
            let answer = try await Answer.value(sender.send(call), subject)
            guard let page = answer["items"] else { throw .unexpected(subject, "has no items") }
            let kind = Value.string(resource.kind), version = Value.string(resource.apiVersion)
            for var item in page.array ?? [] {
                if item["kind"] == nil { item["kind"] = kind }
                if item["apiVersion"] == nil { item["apiVersion"] = version }
                items.append(item)
            }
            guard items.count <= limits.listObjects else {
                throw KubernetesError(.tooLarge, "cannot list \(subject.what): there are more than \(limits.listObjects)")
            }
            let token = answer["metadata"]?["continue"]?.string ?? ""
            if token.isEmpty { return (items, answer.resourceVersion ?? "") }
            next = token
        }
    }
}

extension CallSubject {
    init(_ verb: String, _ what: String, isSecret: Bool) {
        self.init(verb, what)
        self.isSecret = isSecret
    }
}
