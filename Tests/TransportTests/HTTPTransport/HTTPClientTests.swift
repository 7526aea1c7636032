import HTTPTransport
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization
import Testing

@Suite struct HTTPClientTests {
    @Test func carriesMethodHeadersAndBodyBothWays() async throws {
        let router = Router(context: TestContext.self)
        router.on("/echo", method: .patch) { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            let type = request.headers[.contentType] ?? "none"
            var headers = HTTPFields()
            headers.append(HTTPTypes.HTTPField(name: HTTPTypes.HTTPField.Name("X-Twice")!, value: "one"))
            headers.append(HTTPTypes.HTTPField(name: HTTPTypes.HTTPField.Name("X-Twice")!, value: "two"))
            return Response(
                status: .created, headers: headers, body: .init(byteBuffer: ByteBuffer(string: "\(type) \(String(buffer: body))")))
        }
        try await withServer(router) { port async throws in
            let client = HTTPClient()
            let request = ClientRequest(
                method: "PATCH", url: "http://127.0.0.1:\(port)/echo", headers: ["content-type": "application/json"], body: Array("{}".utf8)
            )
            let response = try await client.send(request)
            #expect(response.status == 201)
            #expect(response.text == "application/json {}")
            #expect(response.headers["x-twice"] == "one")
            #expect(response.headers.values(of: "X-TWICE") == ["one", "two"])
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "HEAD", "GET"])
    func sendsEveryMethodWithoutBody(method: String) async throws {
        let router = Router(context: TestContext.self)
        let handler: @Sendable (Request, TestContext) async throws -> Response = { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            return Response(
                status: .ok, headers: [.eTag: "\(request.method.rawValue) \(body.readableBytes) \(request.headers[.contentType] ?? "-")"],
                body: .init(byteBuffer: ByteBuffer(string: "done")))
        }
        for method in [HTTPTypes.HTTPRequest.Method.post, .put, .delete, .head, .get] { router.on("/", method: method, use: handler) }
        try await withServer(router) { port async throws in
            let response = try await HTTPClient().send(.init(method: method, url: "http://127.0.0.1:\(port)/"))
            #expect(response.headers["ETag"] == "\(method) 0 -")
            #expect(response.text == (method == "HEAD" ? "" : "done"))
        }
    }

    @Test func errorStatusesAndRedirectsAreResponses() async throws {
        let router = Router(context: TestContext.self)
        router.get("/moved") { _, _ in Response(status: .found, headers: [.location: "http://127.0.0.1:1/elsewhere"]) }
        try await withServer(router) { port async throws in
            let client = HTTPClient()
            let moved = try await client.send(.init(url: "http://127.0.0.1:\(port)/moved"))
            #expect(moved.status == 302)
            let missing = try await client.send(.init(url: "http://127.0.0.1:\(port)/missing"))
            #expect(missing.status == 404)
            #expect(!missing.isSuccess)
        }
    }

    @Test func reusesConnectionsAndSharesThemAmongManyRequests() async throws {
        let ports = Mutex<[Int]>([])
        let router = Router(context: TestContext.self)
        router.get("/") { _, context in
            ports.withLock { $0.append(context.channel.remoteAddress?.port ?? 0) }
            return "x"
        }
        try await withServer(router) { port async throws in
            let client = HTTPClient()
            for _ in 0..<5 { _ = try await client.send(.init(url: "http://127.0.0.1:\(port)/")) }
            #expect(Set(ports.withLock { $0 }).count == 1)
            let total = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 { group.addTask { try await client.send(.init(url: "http://127.0.0.1:\(port)/")).status } }
                return try await group.reduce(0) { $0 + ($1 == 200 ? 1 : 0) }
            }
            #expect(total == 200)
            await client.shutdown()
        }
    }

    @Test func refusesAResponseAboveItsLimit() async throws {
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 65, count: 100_000))) }
        try await withServer(router) { port async throws in
            let client = HTTPClient()
            let url = "http://127.0.0.1:\(port)/"
            let error = await #expect(throws: ClientError.self) { try await client.send(.init(url: url, maximumResponseBytes: 99_999)) }
            #expect(error?.code == .tooLarge)
            #expect(error?.message == "GET \(url): the response is larger than the limit of 99999 bytes")
            let collected = try await client.send(.init(url: url, maximumResponseBytes: 100_000)).body.count
            #expect(collected == 100_000)
        }
    }

    @Test func refusesHeadersAboveTheirLimit() async throws {
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in Response(status: .ok, headers: [.eTag: String(repeating: "x", count: 5000)]) }
        try await withServer(router) { port async throws in
            var limits = HTTPLimits()
            limits.headerBytes = 4000
            let client = HTTPClient(limits: limits)
            let error = await #expect(throws: ClientError.self) { try await client.send(.init(url: "http://127.0.0.1:\(port)/")) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func speaksOverAUnixSocket() async throws {
        try await withTemporaryFolder { folder in
            let router = Router(context: TestContext.self)
            router.get("/where") { request, _ in "host \(request.head.authority ?? "")" }
            let socket = folder + "/control.sock"
            try await withServer(router, address: .unixDomainSocket(path: socket)) { _ in
                let response = try await HTTPClient().send(.init(url: "http://slipway/where", unixSocketPath: socket))
                #expect(response.text == "host slipway")
            }
        }
    }

    @Test func saysWhenNobodyListens() async throws {
        let client = HTTPClient()
        let error = await #expect(throws: ClientError.self) {
            try await client.send(.init(url: "http://127.0.0.1:1/path?token=canary"))
        }
        #expect(error?.code == .connectionFailed)
        #expect(error?.isTransient == true)
        #expect(error?.message.hasPrefix("GET http://127.0.0.1:1/path: no connection: ") == true)
        let missing = await #expect(throws: ClientError.self) {
            try await client.send(.init(url: "http://x/", unixSocketPath: "/nonexistent/socket"))
        }
        #expect(missing?.code == .connectionFailed)
    }

    @Test(arguments: [
        ClientRequest(url: "ftp://host/"), ClientRequest(url: "file:///etc/passwd"), ClientRequest(url: "http://user:canary@host/"),
        ClientRequest(url: "http://host/a b"), ClientRequest(url: ""), ClientRequest(url: "/only/a/path"),
        ClientRequest(url: "http://host:99999/"),
        ClientRequest(method: "GET\r\nX: y", url: "http://host/"), ClientRequest(url: "http://host/", headers: ["A": "b\r\nInjected: yes"]),
        ClientRequest(url: "http://host/", headers: ["A b": "c"]),
    ])
    func refusesWhatMustNotReachTheWire(request: ClientRequest) async throws {
        let client = HTTPClient()
        let error = await #expect(throws: ClientError.self) { try await client.send(request) }
        #expect(error?.code == .invalidURL)
        #expect(error?.message.contains("canary") == false)
    }

    @Test func anEmptyHeaderValueIsSentAndASemicolonIsNotAnOption() async throws {
        let router = Router(context: TestContext.self)
        router.get("/") { request, _ in
            "\(request.headers[HTTPTypes.HTTPField.Name("X-Empty")!] ?? "missing")|\(request.headers[.accept] ?? "")"
        }
        try await withServer(router) { port async throws in
            let response = try await HTTPClient().send(.init(url: "http://127.0.0.1:\(port)/", headers: ["X-Empty": "", "Accept": "a;b"]))
            #expect(response.text == "|a;b")
        }
    }

    @Test func afterShutdownNothingIsSent() async throws {
        let client = HTTPClient()
        await client.shutdown()
        let error = await #expect(throws: ClientError.self) { try await client.send(.init(url: "http://127.0.0.1:1/")) }
        #expect(error?.code == .unavailable)
        await client.shutdown()
    }
}
