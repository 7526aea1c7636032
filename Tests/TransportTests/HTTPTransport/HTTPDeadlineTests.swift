import HTTPTransport
import Hummingbird
import HummingbirdCore
import NIOCore
import Testing

@Suite struct HTTPDeadlineTests {
    @Test func theTotalDeadlineEndsASilentRequest() async throws {
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in
            await waitForShutdown()
            return "late"
        }
        try await withServer(router) { port async throws in
            let url = "http://127.0.0.1:\(port)/"
            let started = ContinuousClock.now
            let error = await #expect(throws: ClientError.self) {
                try await HTTPClient().send(.init(url: url, timeouts: .init(total: .milliseconds(200))))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.isTransient == true)
            #expect(error?.message == "GET \(url): no complete answer within 0.2 seconds")
            #expect(ContinuousClock.now - started >= .milliseconds(200))
        }
    }

    @Test func theStallDeadlineEndsATransferThatStandsStill() async throws {
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in
            Response(
                status: .ok,
                body: .init { writer in
                    try await writer.write(ByteBuffer(string: "some bytes"))
                    await waitForShutdown()
                })
        }
        try await withServer(router) { port async throws in
            let error = await #expect(throws: ClientError.self) {
                try await HTTPClient().send(.init(url: "http://127.0.0.1:\(port)/", timeouts: .init(total: nil, stall: .milliseconds(200))))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.message.hasSuffix("no data for 0.2 seconds") == true)
        }
    }

    @Test func aStreamMustHaveItsHeadInTime() async throws {
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in
            await waitForShutdown()
            return "late"
        }
        try await withServer(router) { port async throws in
            let error = await #expect(throws: ClientError.self) {
                try await HTTPClient().stream(
                    .init(url: "http://127.0.0.1:\(port)/", timeouts: .init(total: .milliseconds(200), stall: nil)))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.message.hasSuffix("no response head within 0.2 seconds") == true)
        }
    }

    @Test func anAddressThatSwallowsPacketsEndsAtTheConnectDeadline() async throws {
        // 192.0.2.0/24 is set apart for documents (RFC 5737); a network may also refuse it at once.
        let error = await #expect(throws: ClientError.self) {
            try await HTTPClient(proxy: .none).send(.init(url: "http://192.0.2.1/", timeouts: .init(connect: .milliseconds(200))))
        }
        #expect(error.map { $0.code == .timedOut || $0.code == .connectionFailed } == true)
    }

    @Test func cancellingTheTaskClosesTheRequest() async throws {
        let arrived = Gate()
        let left = Gate()
        let router = Router(context: TestContext.self)
        router.get("/") { request, _ in
            arrived.open()
            return Response.heldOpen(request, closed: left)
        }
        try await withServer(router) { port async throws in
            let client = HTTPClient()
            let task = Task { try await client.send(.init(url: "http://127.0.0.1:\(port)/")) }
            await arrived.wait()
            task.cancel()
            let error = await #expect(throws: ClientError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            await left.wait()
        }
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        let client = HTTPClient()
        let gate = Gate()
        let task = Task {
            await gate.wait()
            return try await client.send(.init(url: "http://127.0.0.1:1/"))
        }
        task.cancel()
        gate.open()
        let error = await #expect(throws: ClientError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func shutdownEndsWhatIsUnderWay() async throws {
        let arrived = Gate()
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in
            arrived.open()
            await waitForShutdown()
            return "late"
        }
        try await withServer(router) { port async throws in
            let client = HTTPClient()
            let task = Task { try await client.send(.init(url: "http://127.0.0.1:\(port)/")) }
            await arrived.wait()
            await client.shutdown()
            let error = await #expect(throws: ClientError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }
}
