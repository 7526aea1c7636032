import HTTPTransport
import HTTPTypes
import Hummingbird
import Kubernetes
import Logging
import Manifests
import NIOCore
import TestSupport
import Testing

/// The client over a real connection: what the fake API server has no part in.
@Suite struct WireTests {
    static let discovery: Value = [
        "kind": "APIGroupDiscoveryList",
        "items": [
            [
                "metadata": [:],
                "versions": [
                    [
                        "version": "v1",
                        "resources": [["resource": "pods", "responseKind": ["kind": "Pod"], "scope": "Namespaced", "verbs": []]],
                    ]
                ],
            ]
        ],
    ]
    static let pods = GroupKind(group: "", kind: "Pod")

    static func json(_ value: Value, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: JSON.bytes(value))))
    }

    /// Runs `body` against a server on a free port, which ends with it.
    static func withServer(
        _ configure: (Router<BasicRequestContext>) -> Void, _ body: @escaping @Sendable (KubernetesClient) async throws -> Void
    ) async throws {
        let router = Router()
        router.get("api") { _, _ in json(discovery) }
        router.get("apis") { _, _ in json(["kind": "APIGroupDiscoveryList", "items": []]) }
        configure(router)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.yield(channel.localAddress?.port ?? 0)
                port.finish()
            }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            let number = try #require(await ports.first { _ in true })
            try await body(KubernetesClient(access: ClusterAccess(server: "http://127.0.0.1:\(number)", origin: "test")))
            group.cancelAll()
        }
    }

    @Test func watchReadsEventsAsTheyComeAndEndsWithItsTask() async throws {
        let (silence, end) = AsyncStream.makeStream(of: Void.self)
        try await Self.withServer { router in
            router.get("api/v1/namespaces/nova/pods") { request, _ in
                guard request.uri.queryParameters["resourceVersion"] == "7", request.uri.queryParameters["allowWatchBookmarks"] == "true"
                else {
                    return Self.json(["kind": "Status", "code": 400, "message": "unexpected query"], status: .badRequest)
                }
                return Response(
                    status: .ok,
                    body: ResponseBody { writer in
                        try await writer.write(ByteBuffer(string: #"{"type":"ADDED","object":{"metadata":{"na"#))
                        try await writer.write(
                            ByteBuffer(
                                string: #"me":"a"}}}"# + "\n" + #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}"# + "\n"
                            ))
                        for await _ in silence {}  // an idle watch: the client has to leave by itself
                        try await writer.finish(nil)
                    })
            }
        } _: { client in
            let events = try await client.watch(CollectionQuery(kind: Self.pods, namespace: "nova"), resourceVersion: "7")
            let (seen, seenOne) = AsyncStream.makeStream(of: String.self)
            let reader = Task {
                for try await event in events {
                    switch event {
                    case .added(let object): seenOne.yield("added \(object.name ?? "")")
                    case .bookmark(let version, _): seenOne.yield("bookmark \(version)")
                    default: seenOne.yield("other")
                    }
                }
            }
            var iterator = seen.makeAsyncIterator()
            #expect(await iterator.next() == "added a")
            #expect(await iterator.next() == "bookmark 9")
            let start = ContinuousClock.now
            reader.cancel()
            let result = await reader.result
            #expect(ContinuousClock.now - start < .seconds(10))
            let error = #expect(throws: KubernetesError.self) { try result.get() }
            #expect(error?.code == .cancelled)
            end.finish()
        }
    }

    @Test func aWatchThatTheServerEndsIsOver() async throws {
        try await Self.withServer { router in
            router.get("api/v1/pods") { _, _ in
                let status: Value = [
                    "type": "ERROR", "object": ["kind": "Status", "code": 410, "reason": "Expired", "message": "too old"],
                ]
                return Self.json(status)
            }
        } _: { client in
            // The one line has no line feed; what a broken connection leaves of a line is no event.
            var events = try await client.watch(CollectionQuery(kind: Self.pods)).makeAsyncIterator()
            let event = try await events.next()
            #expect(event == nil)
        }
    }

    @Test func aWatchFromTooLongAgoIsGone() async throws {
        try await Self.withServer { router in
            router.get("api/v1/pods") { _, _ in
                Self.json(["kind": "Status", "code": 410, "reason": "Expired", "message": "too old resource version"], status: .gone)
            }
        } _: { client in
            let error = await #expect(throws: KubernetesError.self) {
                _ = try await client.watch(CollectionQuery(kind: Self.pods), resourceVersion: "1")
            }
            #expect(error?.code == .gone)
            #expect(error?.message == "cannot watch pods: too old resource version")
        }
    }

    @Test func logsAreTextAndTheirErrorIsTold() async throws {
        try await Self.withServer { router in
            router.get("api/v1/namespaces/nova/pods/:name/log") { _, context in
                guard context.parameters.get("name") == "web-1" else {
                    return Self.json(["kind": "Status", "code": 404, "message": "pods \"web-2\" not found"], status: .notFound)
                }
                return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "one\ntwo\n")))
            }
        } _: { client in
            let log = try await client.logs(namespace: "nova", pod: "web-1", container: "app", limitBytes: 100)
            #expect(log == "one\ntwo\n")
            let error = await #expect(throws: KubernetesError.self) {
                try await client.logs(namespace: "nova", pod: "web-2", container: nil)
            }
            #expect(error?.code == .notFound)
            #expect(error?.message == "cannot read the log of Pod nova/web-2: pods \"web-2\" not found")
        }
    }

    @Test func aServerThatIsGoneIsUnreachableAndThatIsTransient() async throws {
        var limits = KubernetesLimits()
        limits.attempts = 2
        // Port 1 of the loopback interface: nothing listens there.
        let client = KubernetesClient(access: ClusterAccess(server: "http://127.0.0.1:1", origin: "test"), limits: limits)
        let error = await #expect(throws: KubernetesError.self) { try await client.serverVersion() }
        #expect(error?.code == .unreachable)
        #expect(error?.isTransient == true)
    }
}
