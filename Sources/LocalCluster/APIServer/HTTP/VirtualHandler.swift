internal import Manifests

/// Answers what is not stored: reviews of rights, and what Pods use.
struct VirtualHandler: Sendable {
    let store: ObjectStore
    let node: (any NodeServices)?
    let tokens: ServiceAccountTokens?

    func answer(_ request: APIRequest, _ path: ResourcePath, _ virtual: VirtualResource) async throws(APIError) -> APIResponse {
        if virtual.type.group == CustomMetricsHandler.group { return try await CustomMetricsHandler(store: store).answer(request, path) }
        if virtual.type.group == "metrics.k8s.io" {
            guard request.method == .get else {
                throw APIError(.methodNotAllowed, "the server does not allow this method on the requested resource")
            }
            return try await metrics(request, path, virtual.type)
        }
        guard request.method == .post else {
            throw APIError(.methodNotAllowed, "the server does not allow this method on the requested resource")
        }
        return .json(try review(request, path, virtual.type), status: 201)
    }

    // MARK: Reviews

    private func review(_ request: APIRequest, _ path: ResourcePath, _ type: ResourceType) throws(APIError) -> Value {
        let body: Value = request.body.isEmpty ? [:] : try request.parseBody()
        var result: Value = [
            "kind": .string(type.kind), "apiVersion": .string(type.apiVersion), "metadata": ["creationTimestamp": .null],
            "spec": body["spec"] ?? [:],
        ]
        switch type.kind {
        case "SelfSubjectReview":
            result["spec"] = nil
            result["status"] = ["userInfo": request.user.value]
        case "TokenReview":
            result["status"] =
                tokens.map { TokenRequests(tokens: $0, store: store).review(body["spec"] ?? [:]) } ?? ["user": [:]]
        default:
            let reviews = AccessReviews(authorizer: RoleAuthorizer(store: store), user: request.user)
            result["status"] = try reviews.status(of: type.kind, body["spec"] ?? [:], namespace: path.namespace)
        }
        return result
    }

    // MARK: Metrics

    private func metrics(_ request: APIRequest, _ path: ResourcePath, _ type: ResourceType) async throws(APIError) -> APIResponse {
        let selector = try request.query["labelSelector"].map { (text) throws(APIError) in try LabelQuery(text) } ?? .everything
        var items: [Value] = []
        if type.plural == "pods" {
            for pod in store.list(.pods, namespace: path.namespace).items where selector.matches(pod) {
                if let name = path.name, pod.name != name { continue }
                if let item = await usage(of: pod) { items.append(item) }
            }
        } else {
            for machine in store.list(.nodes).items where selector.matches(machine) {
                if let name = path.name, machine.name != name { continue }
                items.append(await usage(ofNode: machine))
            }
        }
        if let name = path.name {
            guard let item = items.first else { throw APIError.notFound(type, name) }
            return .json(item)
        }
        return .json([
            "kind": .string(type.kind + "List"), "apiVersion": .string(type.apiVersion), "metadata": [:], "items": .array(items),
        ])
    }

    private func usage(of pod: Value) async -> Value? {
        guard let node, let name = pod.name, let namespace = pod.namespace, let usage = await node.usage(namespace: namespace, pod: name)
        else {
            return nil
        }
        let containers = usage.containers.map { container -> Value in
            ["name": .string(container.name), "usage": Self.amounts(cpu: container.cpuNanocores, memory: container.memoryBytes)]
        }
        return metric(
            "PodMetrics", ["name": .string(name), "namespace": .string(namespace), "labels": pod["metadata"]?["labels"] ?? [:]],
            [
                "containers": .array(containers)
            ])
    }

    private func usage(ofNode machine: Value) async -> Value {
        var cpu: Int64 = 0
        var memory: Int64 = 0
        for pod in store.list(.pods).items where pod["spec"]?["nodeName"]?.string == machine.name {
            guard let node, let name = pod.name, let namespace = pod.namespace else { continue }
            for container in await node.usage(namespace: namespace, pod: name)?.containers ?? [] {
                cpu += container.cpuNanocores
                memory += container.memoryBytes
            }
        }
        return metric("NodeMetrics", ["name": .string(machine.name ?? "")], ["usage": Self.amounts(cpu: cpu, memory: memory)])
    }

    private func metric(_ kind: String, _ metadata: Value, _ members: Object) -> Value {
        let now = store.environment.now().rfc3339
        var metadata = metadata
        metadata["creationTimestamp"] = .string(now)
        var value: Object = [
            "kind": .string(kind), "apiVersion": "metrics.k8s.io/v1beta1", "metadata": metadata, "timestamp": .string(now), "window": "1s",
        ]
        for (key, member) in members { value[key] = member }
        return .object(value)
    }

    private static func amounts(cpu: Int64, memory: Int64) -> Value {
        ["cpu": .string("\(cpu)n"), "memory": .string("\(memory / 1024)Ki")]
    }
}
