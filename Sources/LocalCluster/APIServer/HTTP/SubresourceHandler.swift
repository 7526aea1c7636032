internal import Manifests

/// What stands behind the name of an object in a path: `status`, `scale`, `log`, `proxy`, `eviction`.
struct SubresourceHandler: Sendable {
    let handler: ResourceHandler
    let node: (any NodeServices)?
    let tokens: ServiceAccountTokens?

    private var store: ObjectStore { handler.store }
    private var request: APIRequest { handler.request }
    private var type: ResourceType { handler.type }
    private var name: String { handler.path.name ?? "" }

    func answer(_ subresource: String) async throws(APIError) -> APIResponse {
        switch subresource {
        case "status" where type.hasStatus:
            return try status()
        case "scale" where type.hasScale:
            return try scale()
        case "log" where type == .pods:
            return try await LogHandler(handler: handler, node: node).answer()
        case "proxy" where type == .pods || type == .services:
            return try await ProxyHandler(handler: handler).answer()
        case "eviction" where type == .pods && request.method == .post:
            return try evict()
        case "finalize" where type == .namespaces && request.method == .put:
            return try handler.present(handler.existing(name))
        case "token" where type == .serviceAccounts && request.method == .post:
            return try token()
        case "exec" where type == .pods, "attach" where type == .pods:
            return try await RemoteCommandHandler(handler: handler, node: node).answer(subresource)
        case "ephemeralcontainers" where type == .pods:
            return try ephemeralContainers()
        case "portforward" where type == .pods:
            return try PortForwardHandler(handler: handler).answer()
        default:
            throw APIError(.notFound, "the server could not find the requested resource")
        }
    }

    private func token() throws(APIError) -> APIResponse {
        guard let tokens else { throw APIError(.notFound, "the server could not find the requested resource") }
        _ = try handler.existing(name)
        let body: Value = request.body.isEmpty ? [:] : try handler.parseBody()
        return .json(
            try TokenRequests(tokens: tokens, store: store).issue(
                body, account: name, namespace: handler.namespace, dryRun: try request.isDryRun), status: 201)
    }

    private func status() throws(APIError) -> APIResponse {
        switch request.method {
        case .get: try handler.present(handler.existing(name))
        case .put: try handler.replace(name, target: .status)
        case .patch: try handler.patch(name, target: .status)
        case .head, .post, .delete, .options:
            throw APIError(.methodNotAllowed, "the server does not allow this method on the requested resource")
        }
    }

    /// The Pod itself, of which this path changes the ephemeral containers only; those that are there stay as they are.
    private func ephemeralContainers() throws(APIError) -> APIResponse {
        switch request.method {
        case .get: try handler.present(handler.existing(name))
        case .put: try handler.replace(name, target: .ephemeralContainers)
        case .patch: try handler.patch(name, target: .ephemeralContainers)
        case .head, .post, .delete, .options:
            throw APIError(.methodNotAllowed, "the server does not allow this method on the requested resource")
        }
    }

    // MARK: Scale

    private func scale() throws(APIError) -> APIResponse {
        let object = try handler.existing(name)
        switch request.method {
        case .get:
            return .json(Self.scale(of: object, type))
        case .put:
            return .json(try setScale(handler.parseBody(), of: object))
        case .patch:
            let patch = try handler.parseBody()
            let current = Self.scale(of: object, type)
            if request.contentType.hasPrefix("application/json-patch+json") {
                do {
                    return .json(try setScale(JSONPatch.apply(patch, to: current), of: object))
                } catch let error as APIError {
                    throw error
                } catch {
                    throw APIError(.invalid, "the patch cannot be applied: \(error)")
                }
            }
            return .json(try setScale(MergePatch.apply(patch, to: current), of: object))
        case .head, .post, .delete, .options:
            throw APIError(.methodNotAllowed, "the server does not allow this method on the requested resource")
        }
    }

    private func setScale(_ scale: Value, of object: Value) throws(APIError) -> Value {
        let replicas = scale["spec"]?["replicas"]?.integer ?? 0
        let version = scale.resourceVersion.flatMap { $0.isEmpty || $0 == object.resourceVersion ? nil : $0 }
        let options = try handler.options(.scale)
        let type = type
        let stored = try handler.commit(updating: name, expecting: version, options: options) {
            $0.set(type.custom?.version.scale?.specReplicas ?? ["spec", "replicas"], to: .integer(replicas))
        }
        return Self.scale(of: stored, type)
    }

    static func scale(of object: Value, _ type: ResourceType) -> Value {
        let paths = type.custom?.version.scale
        var metadata = Object()
        for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] { metadata[field] = object["metadata"]?[field] }
        var status: Object = ["replicas": object.at(paths?.statusReplicas ?? ["status", "replicas"]) ?? 0]
        let labels = object["spec"]?["selector"]?["matchLabels"]?.object ?? Object()
        var selector = labels.map { "\($0.key)=\($0.value.string ?? "")" }.sorted().joined(separator: ",")
        if let paths { selector = paths.selector.flatMap { object.at($0)?.string } ?? "" }
        if !selector.isEmpty { status["selector"] = .string(selector) }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .object(metadata),
            "spec": ["replicas": object.at(paths?.specReplicas ?? ["spec", "replicas"]) ?? 0], "status": .object(status),
        ]
    }

    // MARK: Eviction

    /// Deletes a Pod if its disruption budgets allow it.
    private func evict() throws(APIError) -> APIResponse {
        let pod = try handler.existing(name)
        let body: Value = request.body.isEmpty ? [:] : try handler.parseBody()
        let asked = body["deleteOptions"]?["dryRun"]?.array?.contains("All") ?? false
        var options = DeleteOptions(dryRun: try request.isDryRun || asked)
        options.uid = body["deleteOptions"]?["preconditions"]?["uid"]?.string
        options.gracePeriodSeconds = body["deleteOptions"]?["gracePeriodSeconds"]?.integer
        let budgets = store.list(.podDisruptionBudgets, namespace: handler.namespace).items
        switch try EvictionRules.decide(pod, budgets: budgets, now: store.environment.now()) {
        case .counted(let budget, let status) where !options.dryRun:
            // A stale budget is a conflict: another eviction was first.
            let version = budgets.first { $0.name == budget }?.resourceVersion
            try store.updateStatus(
                .podDisruptionBudgets, namespace: handler.namespace, name: budget, expectedResourceVersion: version
            ) { $0["status"] = status }
        case .free, .counted: break
        }
        try store.delete(.pods, namespace: handler.namespace, name: name, options: options)
        return .json(["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success"], status: 201)
    }
}
