import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Manifests
import NIOCore
import ServiceLifecycle
import Synchronization

/// A real HTTP server that behaves as a test says, and keeps what it was asked.
final class FakeService: Sendable {
    struct Received: Sendable {
        var method: String
        var path: String
        var headers: [String: String]
        var body: [UInt8]

        var json: Value {
            get throws { try JSON.parse(body) }
        }
    }

    enum Answer: Sendable {
        case json(Int, Value, headers: [String: String] = [:])
        case text(Int, String)
        /// The connection is closed without a word.
        case closed
        /// Nothing comes until the server ends.
        case silence
    }

    private struct State {
        var received: [Received] = []
        var next: [Answer] = []
        var usual: @Sendable (Received) -> Answer = { _ in .json(200, ["ok": true]) }
    }

    private let state = Mutex(State())
    let port = Mutex(0)

    var url: String { "http://127.0.0.1:\(port.withLock { $0 })" }
    var received: [Received] { state.withLock { $0.received } }
    var bodies: [Value] {
        get throws { try received.map { try $0.json } }
    }

    /// What it says to the next requests, one after the other; then `usual` again.
    func next(_ answers: Answer...) { state.withLock { $0.next += answers } }
    func usually(_ answer: @escaping @Sendable (Received) -> Answer) { state.withLock { $0.usual = answer } }
    func forget() { state.withLock { $0.received = [] } }

    fileprivate func answer(_ received: Received) -> Answer {
        state.withLock { state in
            state.received.append(received)
            return state.next.isEmpty ? state.usual(received) : state.next.removeFirst()
        }
    }
}

struct FakeContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

private struct FakeResponder: HTTPResponder {
    let service: FakeService

    func respond(to request: Request, context: FakeContext) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let received = FakeService.Received(
            method: request.method.rawValue, path: request.uri.string, headers: headers, body: Array(body.readableBytesView))
        switch service.answer(received) {
        case .json(let status, let value, let extra): return Self.response(status, JSON.string(value), extra)
        case .text(let status, let text): return Self.response(status, text, [:])
        case .closed:
            try await context.channel.close()
            return Self.response(500, "", [:])
        case .silence:
            try? await gracefulShutdown()
            return Self.response(500, "", [:])
        }
    }

    private static func response(_ status: Int, _ text: String, _ extra: [String: String]) -> Response {
        var headers = HTTPFields()
        for (name, value) in extra {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

struct ServerDidNotStart: Error {}

/// Runs the service on a free port of the loopback address while `body` runs.
func withService<Success: Sendable>(_ body: @escaping @Sendable (FakeService) async throws -> Success) async throws -> Success {
    let service = FakeService()
    let (ports, announce) = AsyncStream<Int>.makeStream()
    var logger = Logger(label: "fake-service")
    logger.logLevel = .critical
    let application = Application(
        responder: FakeResponder(service: service), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in announce.yield(channel.localAddress?.port ?? 0) }, logger: logger)
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(5)
    let services = ServiceGroup(configuration: configuration)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { throw ServerDidNotStart() }
        service.port.withLock { $0 = port }
        let result = await Task { try await body(service) }.result
        // Not by cancelling: NIO stops the process when a connection that was just accepted is dropped.
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
        return try result.get()
    }
}
