internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Observability
internal import RankingModel

/// Answers the requests of the service port.
struct APIResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let state: ServiceState
    let weights: WeightsStore
    let telemetry: Telemetry
    let identity: ServiceIdentity
    let clock: UnixClock

    private struct Answer {
        var status: HTTPResponse.Status = .ok
        var type = "application/json"
        var body: [UInt8]
        var fields: [(HTTPField.Name, String)] = []
    }

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let start = ContinuousClock.now
        telemetry.requestStarted()
        let target = request.head.path.flatMap { RequestTarget($0) }
        let route = target.map { Route($0) } ?? .unknown
        let answer: Answer
        do throws(Problem) {
            guard let target else { throw .badRequest("the request target is too long or is not validly encoded") }
            answer = try await self.answer(request, target: target, route: route)
        } catch {
            answer = Self.answer(error)
        }
        if answer.status.code >= 500, route != .ready, route != .health {
            context.logger.warning("A request was not served", metadata: ["status": "\(answer.status.code)", "route": "\(route.label)"])
        }
        telemetry.requestEnded(
            status: answer.status.code, method: Self.label(request.method), route: route.label, duration: ContinuousClock.now - start)
        return response(answer, isHead: request.method == .head)
    }

    private func answer(_ request: Request, target: RequestTarget, route: Route) async throws(Problem) -> Answer {
        if route == .unknown { throw .notFound() }
        guard route.allowedMethods.contains(request.method.rawValue) else { throw .methodNotAllowed(route.allowedMethods) }
        switch route {
        case .live: return Answer(body: HealthBody.live)
        case .health:
            let health = health()
            // A service that starts or stops still answers here, but a load balancer must not choose it.
            return Answer(
                status: health.phase == .ready ? .ok : .serviceUnavailable, body: health.health(unixSeconds: clock.nowSeconds))
        case .ready:
            let health = health()
            return Answer(status: health.phase == .ready ? .ok : .serviceUnavailable, body: health.ready())
        case .feed(let user):
            let query = try FeedQuery(user: user, query: target.query)
            return try page(user: query.user, isExplained: query.isExplained) { ranker, weights in
                ranker.feed(user: query.user, weights: weights, limit: query.limit)
            }
        case .rank:
            if let type = request.headers[.contentType], !Self.isJSON(type) { throw .notJSON }
            let query = try RankQuery(body: try await BodyReader.collect(request))
            return try page(user: query.user, isExplained: query.isExplained) { ranker, weights in
                ranker.rank(user: query.user, candidates: query.candidates, weights: weights, limit: query.limit)
            }
        case .unknown: throw .notFound()
        }
    }

    private func page(user: String, isExplained: Bool, _ rank: (Ranker, RankingWeights) -> RankedPage) throws(Problem) -> Answer {
        guard let model = state.view.model else { throw .starting }
        let snapshot = weights.current
        let page = rank(model.ranker, snapshot.weights)
        let body = PageBody(user: user, page: page, snapshot: snapshot, identity: identity, isExplained: isExplained)
        return Answer(body: body.bytes(), fields: [(.rankingMode, identity.mode)])
    }

    private func health() -> HealthBody {
        HealthBody(identity: identity, phase: state.phase, weightsVersion: weights.current.version, rejection: weights.rejection)
    }

    private func response(_ answer: Answer, isHead: Bool) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = answer.type
        headers[.contentLength] = String(answer.body.count)
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        for (name, value) in answer.fields { headers[name] = value }
        // Whoever keeps a connection to us is told to open the next one elsewhere.
        if state.phase == .draining { headers[.connection] = "close" }
        return Response(
            status: answer.status, headers: headers,
            body: isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private static func answer(_ problem: Problem) -> Answer {
        var fields: [(HTTPField.Name, String)] = []
        for name in problem.headers.keys.sorted() {
            if let field = HTTPField.Name(name), let value = problem.headers[name] { fields.append((field, value)) }
        }
        return Answer(
            status: HTTPResponse.Status(code: problem.status, reasonPhrase: problem.title), type: "application/problem+json",
            body: problem.body, fields: fields)
    }

    /// Methods are the caller's text; only the ones that we know become labels.
    private static func label(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        default: "other"
        }
    }

    private static func isJSON(_ type: String) -> Bool {
        let name = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        return name == "application/json" || (name.hasPrefix("application/") && name.hasSuffix("+json"))
    }
}

extension HTTPField.Name {
    /// Says which of its modes the service answered in.
    static let rankingMode = HTTPField.Name("X-Ranking-Mode") ?? .server
}
