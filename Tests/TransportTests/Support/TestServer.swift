import HTTPTransport
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

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
    return try await withThrowingTaskGroup(of: Success?.self) { group in
        group.addTask {
            try await application.run()
            return nil
        }
        group.addTask {
            for await port in ports { return try await body(port) }
            return nil
        }
        defer { group.cancelAll() }
        while let result = try await group.next() {
            if let result { return result }
        }
        throw ServerDidNotStart()
    }
}

struct ServerDidNotStart: Error {}

/// Waits until the task is cancelled.
func waitForCancellation() async {
    let (stream, continuation) = AsyncStream<Never>.makeStream()
    for await _ in stream {}
    continuation.finish()
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
