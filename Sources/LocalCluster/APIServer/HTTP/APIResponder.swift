internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import NIOSSL

/// Between HTTP and the API: authenticates, reads the body, writes the answer.
struct APIResponder: HTTPResponder {
    let handler: APIHandler
    let certificates: ClientCertificates
    let administration: ClusterAdministration

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let read: APIRequest
        do throws(APIError) {
            read = try await self.read(request, context)
        } catch {
            return response(.error(error), to: request)
        }
        if let answer = await administration.answer(read) { return response(answer, to: request) }
        let hook = FaultHook(faults: administration.faults, channel: context.channel)
        return response(try await hook.answer(read) { await handler.handle($0) }, to: request)
    }

    func read(_ request: Request, _ context: APIContext) async throws(APIError) -> APIRequest {
        guard let method = APIRequest.Method(rawValue: request.method.rawValue) else {
            throw APIError(.methodNotAllowed, "the server does not allow this method on the requested resource")
        }
        let path = request.uri.path
        var segments: [String] = []
        for segment in path.split(separator: "/") {
            guard let decoded = PercentText.decode(segment) else { throw APIError(.badRequest, "the path cannot be decoded") }
            segments.append(decoded)
        }
        let query = request.uri.query ?? ""
        let body = method == .get || method == .head ? [] : try await body(of: request)
        return APIRequest(
            method: method, segments: segments, rawPath: path, rawQuery: query, query: PercentText.query(query),
            accept: request.headers[values: .accept].joined(separator: ","), contentType: request.headers[.contentType] ?? "",
            userAgent: request.headers[.userAgent] ?? "", headers: Self.passable(request.headers), body: body,
            user: try await identity(request, context),
            impersonation: impersonation(request))
    }

    /// What a proxy may see: a server keeps credentials, and who is impersonated, to itself.
    private static func passable(_ headers: HTTPFields) -> [(name: String, value: String)] {
        headers.filter { field in
            field.name != .authorization && !field.name.canonicalName.hasPrefix("impersonate-")
        }.map { ($0.name.rawName, $0.value) }
    }

    private func body(of request: Request) async throws(APIError) -> [UInt8] {
        do {
            return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                group.addTask { Array(buffer: try await request.body.collect(upTo: APIServerLimits.bodyBytes)) }
                group.addTask {
                    try await Task.sleep(for: APIServerLimits.bodyTimeout)
                    return nil
                }
                defer { group.cancelAll() }
                guard let body = try await group.next() ?? nil else {
                    throw APIError(.timeout, "the body of the request did not arrive in time")
                }
                return body
            }
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.requestEntityTooLarge, "Request entity too large: limit is \(APIServerLimits.bodyBytes)")
        }
    }

    /// A token that is not good is refused even where none is needed.
    private func bearer(_ request: Request) throws(APIError) -> ClientIdentity {
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer ") else { return .anonymous }
        guard let tokens = handler.tokens else { throw APIError(.unauthorized, "Unauthorized") }
        do throws(APIError) {
            return try tokens.identity(of: header.dropFirst("bearer ".count).trimmingSpaces).user
        } catch {
            handler.logger.debug("a bearer token is refused", metadata: ["reason": "\(error.message)"])
            throw APIError(.unauthorized, "Unauthorized")
        }
    }

    private func impersonation(_ request: Request) -> Impersonation? {
        var asked = Impersonation()
        for field in request.headers {
            let name = field.name.canonicalName
            guard name.hasPrefix("impersonate-") else { continue }
            switch name {
            case "impersonate-user": asked.user = field.value
            case "impersonate-group": asked.groups.append(field.value)
            case "impersonate-uid": asked.uid = field.value
            default:
                guard name.hasPrefix("impersonate-extra-"), let key = PercentText.decode(name.dropFirst("impersonate-extra-".count)) else {
                    continue
                }
                asked.extra[key, default: []].append(field.value)
            }
        }
        return asked.isEmpty ? nil : asked
    }

    private func identity(_ request: Request, _ context: APIContext) async throws(APIError) -> ClientIdentity {
        let certificate: NIOSSLCertificate?
        do {
            certificate = try await context.channel.nioSSL_peerCertificate().get()
        } catch {
            return try bearer(request)  // a connection without TLS has no certificate
        }
        guard let certificate else { return try bearer(request) }
        let der: [UInt8]
        do {
            der = try certificate.toDERBytes()
        } catch {
            throw APIError(.unauthorized, "Unauthorized: the client certificate cannot be read")
        }
        return try certificates.identity(der: der)
    }

    private func response(_ answer: APIResponse, to request: Request) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        headers[.cacheControl] = "no-cache, private"
        for (name, value) in answer.headers {
            guard let name = HTTPField.Name(name) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        let body: ResponseBody
        switch answer.body {
        case .bytes(let bytes):
            body = ResponseBody(byteBuffer: ByteBuffer(bytes: request.method == .head ? [] : bytes))
        case .stream(let run):
            body = ResponseBody { writer in
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    var chunks: any ChunkWriter = BodyWriter(writer: writer)
                    try await run(&chunks)
                }
                try await writer.finish(nil)
            }
        case .upgrade:
            // Decided before the request was known to be a WebSocket's; the connection cannot become one any more.
            return self.response(.error(APIError(.badRequest, "the request is not a WebSocket upgrade")), to: request)
        }
        return Response(status: HTTPResponse.Status(code: answer.status), headers: headers, body: body)
    }
}

/// What the server knows of a request's connection.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

private struct BodyWriter: ChunkWriter {
    var writer: any ResponseBodyWriter
    @concurrent mutating func write(_ bytes: [UInt8]) async throws { try await writer.write(ByteBuffer(bytes: bytes)) }
}
