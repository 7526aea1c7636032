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

    /// All matching objects. Each carries its apiVersion and kind, which the API leaves out in lists.
    ///
    /// - Parameters:
    ///   - version: the version of the API to read them in; the server's preferred one when `nil`.
    ///   - namespace: `nil` for all namespaces and for cluster-scoped kinds.
    package func list(
        _ kind: GroupKind, version: String? = nil, namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil
    ) async throws(KubernetesError) -> [Value] {
        let query = CollectionQuery(
            kind: kind, version: version, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector)
        // A list that expires between two pages begins again, once: the second time the cluster compacts faster than it answers.
        do throws(KubernetesError) {
            return try await collect(query)
        } catch  where error.code == .gone {
            return try await collect(query)
        }
    }

    private func collect(_ query: CollectionQuery) async throws(KubernetesError) -> [Value] {
        var items: [Value] = []
        _ = try await pages(of: query) { items += $0 }
        return items
    }

    /// A collection that is not found is a kind that is not served any more: its definition went after the kinds were read.
    func collectionError(_ error: KubernetesError, _ query: CollectionQuery) async -> KubernetesError {
        guard error.code == .notFound else { return error }
        await discovery.invalidate()
        do throws(KubernetesError) {
            _ = try await discovery.resource(query.kind, version: query.version)
            return error
        } catch {
            return error
        }
    }

    /// How many objects there are; `nil` when the server does not say, as it does for no selection.
    func count(_ query: CollectionQuery) async throws(KubernetesError) -> Int? {
        let resource = try await discovery.resource(query.kind, version: query.version)
        let subject = query.subject("count", resource)
        var call = APICall(path: try resource.path(namespace: query.namespace, subject), subject: subject)
        call.query = [("limit", "1")] + query.selectors
        let answer: Value
        do throws(KubernetesError) {
            answer = try await Answer.value(sender.send(call), subject)
        } catch {
            throw await collectionError(error, query)
        }
        let shown = answer["items"]?.array?.count ?? 0
        if answer["metadata"]?["continue"]?.string ?? "" == "" { return shown }
        return answer["metadata"]?["remainingItemCount"]?.integer.map { shown + Int($0) }
    }

    /// Lists page by page, so that no more than one page need be kept.
    ///
    /// - Returns: the collection's resourceVersion, from which a watch goes on.
    package func pages(of query: CollectionQuery, each: ([Value]) -> Void) async throws(KubernetesError) -> String {
        let resource = try await discovery.resource(query.kind, version: query.version)
        let subject = query.subject("list", resource)
        var count = 0
        var next: String?
        while true {
            var call = APICall(path: try resource.path(namespace: query.namespace, subject), subject: subject)
            call.query = [("limit", String(limits.listPageSize))] + query.selectors
            if let next { call.query.append(("continue", next)) }
            let answer: Value
            do throws(KubernetesError) {
                answer = try await Answer.value(sender.send(call), subject)
            } catch {
                throw await collectionError(error, query)
            }
            guard let page = answer["items"] else { throw .unexpected(subject, "has no items") }
            let kind = Value.string(resource.kind), version = Value.string(resource.apiVersion)
            let items = (page.array ?? []).map { item in
                var item = item
                if item["kind"] == nil { item["kind"] = kind }
                if item["apiVersion"] == nil { item["apiVersion"] = version }
                return item
            }
            count += items.count
            guard count <= limits.listObjects else {
                throw KubernetesError(.tooLarge, "cannot list \(subject.what): there are more than \(limits.listObjects)")
            }
            each(items)
            let token = answer["metadata"]?["continue"]?.string ?? ""
            if token.isEmpty { return answer.resourceVersion ?? "" }
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
