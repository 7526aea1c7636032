import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization
import Testing

@testable import HTTPTransport

@Suite struct HTTPStreamTests {
    @Test func deliversEachPieceAsItComes() async throws {
        let next = Gate()
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init { writer in
                    try await writer.write(ByteBuffer(string: "first"))
                    await next.wait()
                    try await writer.write(ByteBuffer(string: "second"))
                    try await writer.finish(nil)
                })
        }
        try await withServer(router) { port async throws in
            let stream = try await HTTPClient().stream(.init(url: "http://127.0.0.1:\(port)/"))
            #expect(stream.status == 200)
            #expect(stream.headers["content-type"] == "application/json")
            let iterator = stream.makeAsyncIterator()
            #expect(try await iterator.next() == Array("first".utf8))
            next.open()
            #expect(try await iterator.next() == Array("second".utf8))
            #expect(try await iterator.next() == nil)
            #expect(try await iterator.next() == nil)
        }
    }

    @Test func aSlowReaderGetsEveryByteThroughASmallBuffer() async throws {
        let pieces = 400
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in
            Response(
                status: .ok,
                body: .init { writer in
                    for index in 0..<pieces {
                        try await writer.write(ByteBuffer(repeating: UInt8(index & 255), count: 50_000))
                    }
                    try await writer.finish(nil)
                })
        }
        try await withServer(router) { port async throws in
            var limits = HTTPLimits()
            limits.streamBufferBytes = 20_000
            let client = HTTPClient(limits: limits)
            let stream = try await client.stream(.init(url: "http://127.0.0.1:\(port)/"))
            var position = 0
            var isRight = true
            var largest = 0
            for try await bytes in stream {
                largest = max(largest, bytes.count)
                for byte in bytes {
                    isRight = isRight && byte == UInt8(position / 50_000 & 255)
                    position += 1
                }
                await Task.yield()
            }
            #expect(isRight)
            #expect(position == pieces * 50_000)
            // The buffer's capacity and one delivery of libcurl above it.
            #expect(largest <= 20_000 + 16_384)
        }
    }

    @Test func anIdleStreamEndsAtItsStallDeadline() async throws {
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in
            Response(
                status: .ok,
                body: .init { writer in
                    try await writer.write(ByteBuffer(string: "x"))
                    await waitForShutdown()
                })
        }
        try await withServer(router) { port async throws in
            let stream = try await HTTPClient().stream(
                .init(url: "http://127.0.0.1:\(port)/", timeouts: .init(stall: .seconds(1))))
            let iterator = stream.makeAsyncIterator()
            #expect(try await iterator.next() == [UInt8(ascii: "x")])
            let error = await #expect(throws: ClientError.self) { try await iterator.next() }
            #expect(error?.code == .timedOut)
        }
    }

    @Test(arguments: [true, false])
    func theConnectionClosesWhenTheReaderGoes(byCancelling: Bool) async throws {
        let closed = Gate()
        let router = Router(context: TestContext.self)
        router.get("/") { request, _ in Response.heldOpen(request, closed: closed) }
        try await withServer(router) { port async throws in
            let client = HTTPClient()
            let request = ClientRequest(url: "http://127.0.0.1:\(port)/")
            if byCancelling {
                let reading = Gate()
                let task = Task {
                    for try await _ in try await client.stream(request) { reading.open() }
                }
                await reading.wait()
                task.cancel()
                let error = await #expect(throws: ClientError.self) { try await task.value }
                #expect(error?.code == .cancelled)
            } else {
                _ = try await client.stream(request)
            }
            await closed.wait()
        }
    }

    @Test func collectsASmallBodyAndRefusesALargeOne() async throws {
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in Response(status: .badRequest, body: .init(byteBuffer: ByteBuffer(string: "because"))) }
        try await withServer(router) { port async throws in
            let client = HTTPClient()
            let request = ClientRequest(url: "http://127.0.0.1:\(port)/")
            let collected = try await client.stream(request).collect(limit: 7)
            #expect(collected == Array("because".utf8))
            let error = await #expect(throws: ClientError.self) { try await client.stream(request).collect(limit: 6) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func theBufferRefusesWhenFullAndAsksForMoreWhenEmptied() async throws {
        let resumed = Mutex(0)
        let buffer = StreamBuffer(capacity: 4, request: "GET x") { resumed.withLock { $0 += 1 } }
        func offer(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { buffer.offer($0) } }
        #expect(offer("abc"))
        #expect(offer("def"))
        #expect(!offer("ghi"))
        #expect(resumed.withLock { $0 } == 0)
        #expect(try await buffer.next() == Array("abcdef".utf8))
        #expect(resumed.withLock { $0 } == 1)
        #expect(offer("ghi"))
        buffer.finish(.success(()))
        buffer.finish(.failure(ClientError(code: .cancelled, message: "late")))
        #expect(try await buffer.next() == Array("ghi".utf8))
        #expect(try await buffer.next() == nil)
    }
}
