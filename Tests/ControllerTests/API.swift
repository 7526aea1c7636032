import Delivery
import HTTPTransport
import Hummingbird
import Journal
import Logging
import Manifests
import NIOCore
import Observability
import Synchronization
import TestSupport
import Testing

@testable import Console
@testable import Controller

/// The entrances of a controller whose loops do not run: whoever may ask is answered, and nothing moves.
final class API: Sendable {
    struct Route: Sendable {
        var method: String
        /// With the names of its parameters as they are.
        var parts: [String]
        var name: String { "\(method) \(parts.map { $0.filter { $0 != ":" && $0 != "{" && $0 != "}" } }.joined(separator: "/"))" }

        func path(_ environment: String) -> String {
            parts.map { part in
                guard part.hasPrefix(":") || part.hasPrefix("{") else { return part }
                return part.contains("environment") ? environment : "1"
            }.joined(separator: "/")
        }
    }

    enum Entrance {
        case network, socket
    }

    final class Clock: Sendable {
        private let milliseconds = Mutex<Int64>(1_700_000_000_000)
        func now() -> Timestamp { Timestamp(milliseconds: milliseconds.withLock(\.self)) }
        func advance(days: Int64) { milliseconds.withLock { $0 += days * 86_400_000 } }
    }

    typealias Ask =
        @Sendable (
            _ route: Route, _ environment: String, _ body: Value, _ token: String?, _ entrance: Entrance
        ) async throws -> Int
    typealias Answer =
        @Sendable (
            _ route: Route, _ environment: String, _ body: Value, _ token: String?, _ entrance: Entrance
        ) async throws -> HTTPTransport.HTTPResponse

    let controller: Controller
    let admin = Actor(name: "adam the admin", source: .socket)
    let clock = Clock()
    private let socket: String
    private let state: StateDirectory

    init(in folder: TemporaryFolder) async throws {
        socket = folder.file("s")
        state = try StateDirectory(path: folder.file("state"))
        var configuration = ControllerConfiguration(repository: .init(url: folder.file("none.git")), stateDirectory: state.path)
        configuration.access = AccessPolicy(
            grants: [
                .init(identity: "socket:\(admin.name)", roles: ["admin"], environments: []),
                .init(identity: "socket:\(UserNames.current)", roles: ["viewer"], environments: ["prod-*"]),
                // Makes the role known.
                .init(identity: "socket:none", roles: ["nobody"], environments: []),
            ], tokens: [.init(name: "static", sha256: String(repeating: "0", count: 64))])
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        controller = try Controller(
            configuration: configuration, state: state, clock: ControllerClock(now: { [clock] in clock.now() }, random: { 0.5 }),
            logger: logger, registry: MetricsRegistry())
        for name in ["prod-eu", "staging"] {
            try await controller.journal.commit(
                OperatorRequests.hold(EnvironmentState(name: name), by: admin, reason: "a test", until: nil, at: clock.now()))
        }
    }

    private var router: Router<ConsoleContext> {
        ConsoleServer(controller: controller, registry: MetricsRegistry(), state: state).makeRouter()
    }

    /// Those that ask who asks.
    var routes: [Route] {
        router.routes.compactMap { route in
            let parts = "\(route.path)".split(separator: "/").map(String.init)
            guard parts.starts(with: ["api", "v1"]) else { return nil }
            return Route(method: route.method.rawValue, parts: Array(parts.dropFirst(2)))
        }
    }

    func token(for role: String) async throws -> String {
        try await controller.createToken(role, roles: [role], environments: ["prod-*"], lifetime: nil, by: admin, reason: "a test").token
    }

    /// - Parameter body: is given what asks, and gets the status of the answer.
    func serve(_ body: @escaping @Sendable (Ask) async throws -> Void) async throws {
        try await serveAnswers { answer in try await body { try await answer($0, $1, $2, $3, $4).status } }
    }

    func serveAnswers(_ body: @escaping @Sendable (Answer) async throws -> Void) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let (opened, open) = AsyncStream.makeStream(of: Bool.self)
        let listener = Listener(logger: Logger(label: "test"))
        let network = listener.application(router, at: .hostname("127.0.0.1", port: 0)) { port.yield($0.localAddress?.port ?? 0) }
        let local = listener.application(router, at: .unixDomainSocket(path: socket)) { _ in open.yield(true) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await network.run() }
            group.addTask { try await local.run() }
            let number = try #require(await ports.first { _ in true })
            _ = await opened.first { _ in true }
            let (http, socket) = (HTTPClient(), socket)
            try await body { route, environment, document, token, entrance in
                let base = entrance == .network ? "http://127.0.0.1:\(number)" : "http://slipway"
                var request = HTTPTransport.HTTPRequest(method: route.method, url: "\(base)/api/v1/\(route.path(environment))")
                if entrance == .socket { request.unixSocketPath = socket }
                if let token { request.headers["Authorization"] = "Bearer \(token)" }
                if route.method == "POST" {
                    request.headers["Content-Type"] = "application/json"
                    request.body = JSON.bytes(document)
                }
                let answer = try await http.send(request)
                #expect(answer.status != 429 || answer.headers["Retry-After"] != nil)
                return answer
            }
            group.cancelAll()
        }
    }
}
