internal import Logging
internal import Manifests

/// Answers requests: authentication is done, HTTP is still to come.
struct APIHandler: Sendable {
    let store: ObjectStore
    let node: (any NodeServices)?
    let catalog: ResourceCatalog
    let discovery: Discovery
    let logger: Logger

    init(store: ObjectStore, node: (any NodeServices)?, catalog: ResourceCatalog = .builtIn, logger: Logger) {
        self.store = store
        self.node = node
        self.catalog = catalog
        discovery = Discovery(catalog: catalog)
        self.logger = logger
    }

    func handle(_ request: APIRequest) async -> APIResponse {
        do throws(APIError) {
            return try await answer(request)
        } catch {
            return .error(error)
        }
    }

    private func answer(_ request: APIRequest) async throws(APIError) -> APIResponse {
        switch request.segments.first {
        case "healthz", "livez", "readyz":
            return .text(request.query["verbose"] == nil ? "ok" : "[+]ping ok\n\(request.segments[0]) check passed\n")
        case "version":
            return .json(Discovery.version)
        default:
            break
        }
        guard !request.user.isAnonymous else { throw APIError(.unauthorized, "Unauthorized") }
        if let path = ResourcePath(request.segments) { return try await resource(request, path) }
        if request.method == .get, request.segments == ["apis", CustomMetricsHandler.group, CustomMetricsHandler.version] {
            return await CustomMetricsHandler(store: store).resources()
        }
        if let response = try discovery.answer(request) { return response }
        throw APIError(.notFound, "the server could not find the requested resource")
    }

    private func resource(_ request: APIRequest, _ path: ResourcePath) async throws(APIError) -> APIResponse {
        if let virtual = VirtualResource.all.first(where: {
            $0.type.group == path.group && $0.type.version == path.version && $0.type.plural == path.plural
        }) {
            return try await VirtualHandler(store: store, node: node).answer(request, path, virtual)
        }
        guard let resource = catalog.resource(group: path.group, version: path.version, plural: path.plural),
            resource.type.namespaced || path.namespace == nil
        else { throw APIError(.notFound, "the server could not find the requested resource") }
        if !AcceptedMedia(request.accept).takesJSON, path.subresource == nil {
            throw APIError(.notAcceptable, "only the following media types are accepted: application/json")
        }
        let handler = ResourceHandler(store: store, request: request, path: path, resource: resource)
        guard let subresource = path.subresource else { return try await handler.answer() }
        let subresources = SubresourceHandler(handler: handler, node: node)
        return try await subresources.answer(subresource)
    }
}
