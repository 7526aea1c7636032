import HTTPTransport
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

// Hummingbird has types of the same names.
typealias ClientRequest = HTTPTransport.HTTPRequest
typealias ClientError = HTTPTransport.HTTPError

/// Knows its channel, so that a test can tell connections apart.
struct TestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// Runs a real server on a free port of the loopback address while `body` runs.
func withServer<Success: Sendable>(
    _ router: Router<TestContext>, server: HTTPServerBuilder = .http1(), address: BindAddress = .hostname("127.0.0.1", port: 0),
    _ body: @escaping @Sendable (_ port: Int) async throws -> Success
) async throws -> Success {
    let (ports, announce) = AsyncStream<Int>.makeStream()
    var logger = Logger(label: "test-server")
    logger.logLevel = .critical
    let application = Application(
        router: router, server: server, configuration: .init(address: address),
        onServerRunning: { channel in announce.yield(channel.localAddress?.port ?? 0) }, logger: logger)
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(5)
    let services = ServiceGroup(configuration: configuration)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { throw ServerDidNotStart() }
        let result = await Task { try await body(port) }.result
        // Not by cancelling: NIO stops the process when a connection that was just accepted is dropped.
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
        return try result.get()
    }
}

struct ServerDidNotStart: Error {}

/// Holds a request until the server shuts down.
func waitForShutdown() async {
    // Cancellation, the only error, ends the waiting too.
    try? await gracefulShutdown()
}

/// A door that stays open once it was opened.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream<Void>.makeStream()
    }

    func open() { continuation.finish() }

    /// For one waiter.
    func wait() async { for await _ in stream {} }
}

extension Response {
    /// Writes one byte, then holds the response open until the client closes the connection, and says when that was.
    static func heldOpen(_ request: Request, closed: Gate) -> Response {
        Response(
            status: .ok,
            body: .init { writer in
                try await writer.write(ByteBuffer(string: "x"))
                let gone = Gate()
                try await request.body.consumeWithInboundCloseHandler { _ in
                    await gone.wait()
                } onInboundClosed: {
                    closed.open()
                    gone.open()
                }
            })
    }
}
