import Hummingbird
import Logging
import Testing

@testable import Console

@Suite struct ListenerTests {
    @Test func aConnectionThatSaysNothingIsClosed() async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let listener = Listener(idle: .milliseconds(200), logger: Logger(label: "test"))
        let application = listener.application(
            Router(context: ConsoleContext.self), at: .hostname("127.0.0.1", port: 0)
        ) { channel in
            port.yield(channel.localAddress?.port ?? 0)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            let number = try #require(await ports.first { _ in true })
            #expect(try await SilentConnection(port: number).isClosed(withinSeconds: 20))
            group.cancelAll()
        }
    }

    @Test func theLimitsAreThoseOfAllEntrances() {
        let listener = Listener(logger: Logger(label: "test"))
        #expect(listener.idle == .seconds(30))
        #expect(listener.connections == 200)
    }
}
