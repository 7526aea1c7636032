internal import Logging
internal import Manifests

/// Answers requests: authentication is done, HTTP is still to come.
struct APIHandler: Sendable {
    let store: ObjectStore
    let node: (any NodeServices)?
    private let live: LiveCatalog
    private let webhooks = WebhookClients()
    /// Nil: bearer tokens are unknown here.
    let tokens: ServiceAccountTokens?
    let logger: Logger

    init(
        store: ObjectStore, node: (any NodeServices)?, catalog: ResourceCatalog = .builtIn, tokens: ServiceAccountTokens? = nil,
        logger: Logger
    ) {
        self.store = store
        self.node = node
        live = LiveCatalog(base: catalog)
        self.tokens = tokens
        self.logger = logger
    }

    func handle(_ request: APIRequest) async -> APIResponse {
        do throws(APIError) {
            let response = try await answer(request)
            try await settle(request)
            return response
        } catch {
            return .error(error)
        }
    }

    /// What is told has to be true after a crash: nothing is answered before it is on the disk. When the disk takes nothing more, reading
    /// goes on.
    private func settle(_ request: APIRequest) async throws(APIError) {
        do throws(APIError) {
            try await store.settle()
        } catch {
            if request.method != .get && request.method != .head { throw error }
        }
    }

    private func answer(_ asked: APIRequest) async throws(APIError) -> APIResponse {
        let request = try identified(asked)
        switch request.segments.first {
        case "healthz", "livez", "readyz":
            return .text(request.query["verbose"] == nil ? "ok" : "[+]ping ok\n\(request.segments[0]) check passed\n")
        case "version":
            return .json(Discovery.version)
        default:
            break
        }
        let path = ResourcePath(request.segments)
        try authorize(request, path)
        if let path { return try await resource(request, path) }
        if request.method == .get, request.segments == ["apis", CustomMetricsHandler.group, CustomMetricsHandler.version] {
            return await CustomMetricsHandler(store: store).resources()
        }
        if let response = try live.current(store).discovery.answer(request) { return response }
        throw APIError(.notFound, "the server could not find the requested resource")
    }

    /// The request as the one whom it asks to be taken for, if its own user may do that.
    func identified(_ request: APIRequest) throws(APIError) -> APIRequest {
        guard let impersonation = request.impersonation else { return request }
        guard !request.user.isAnonymous else { throw APIError(.unauthorized, "Unauthorized") }
        var request = request
        request.user = try impersonation.identity(askedBy: request.user, authorizer)
        request.impersonation = nil
        return request
    }

    /// Every request for anything but health and version passes here before it is looked at.
    ///
    /// - Throws: `Unauthorized` for nobody, `Forbidden` for somebody without the right.
    func authorize(_ request: APIRequest, _ path: ResourcePath?) throws(APIError) {
        guard !request.user.isAnonymous else { throw APIError(.unauthorized, "Unauthorized") }
        try authorizer.require(AccessAttributes(request, path))
    }

    private var authorizer: RoleAuthorizer { RoleAuthorizer(store: store) }

    private func resource(_ request: APIRequest, _ path: ResourcePath) async throws(APIError) -> APIResponse {
        if let virtual = VirtualResource.all.first(where: {
            $0.type.group == path.group && $0.type.version == path.version && $0.type.plural == path.plural
        }) {
            return try await VirtualHandler(store: store, node: node, tokens: tokens).answer(request, path, virtual)
        }
        guard let resource = live.current(store).catalog.resource(group: path.group, version: path.version, plural: path.plural),
            resource.type.namespaced || path.namespace == nil
        else { throw APIError(.notFound, "the server could not find the requested resource") }
        if !AcceptedMedia(request.accept).takesJSON, path.subresource == nil {
            throw APIError(.notAcceptable, "only the following media types are accepted: application/json")
        }
        if resource.type.custom?.definition.isEnding == true, request.method == .post {
            throw APIError(.methodNotAllowed, "create not allowed while custom resource definition is terminating")
        }
        let handler = ResourceHandler(store: store, request: request, path: path, resource: resource)
        let admission = WebhookAdmission(store: store, clients: webhooks, catalog: live.current(store).catalog)
        let (node, tokens) = (node, tokens)
        var response = try await ReviewedWrite(admission: admission, handler: handler) { (handler) throws(APIError) in
            guard let subresource = path.subresource else { return try await handler.answer() }
            return try await SubresourceHandler(handler: handler, node: node, tokens: tokens).answer(subresource)
        }.run()
        if let warning = resource.type.custom?.version.deprecationWarning { response.warn([warning]) }
        return response
    }
}
