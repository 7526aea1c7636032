import HTTPTransport
import Hummingbird
import Logging
import Manifests
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

extension LargeTests {
    /// What a running controller tells, and what people see when it cannot.
    @Suite struct NotificationTests {
        @Test func `a notice that was refused is seen, sent again, and that is audited`() async throws {
            try await withTemporaryFolder("slipway-notifications") { folder in
                let sample = SampleEnvironment()
                let repository = try await WatchedRepository(in: folder.path)
                let hook = Hook()
                try Files.write("a-secret-of-the-hook\n", to: folder.file("hook-secret"))
                try await withCluster(in: folder.file("cluster")) { cluster in
                    try await hook.serving { port in
                        let installation = try Installation(
                            in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig,
                            access: """
                                notifications:
                                  channels:
                                    - name: bus
                                      webhook: {url: "http://127.0.0.1:\(port)/hook", secretFile: hook-secret}
                                      events: [releaseVerified]

                                """)
                        hook.answers(404)
                        let controller = try await installation.start()
                        let revision = try await repository.push(sample.files.mapValues { $0 })
                        try await installation.until("it is verified", in: sample.name) { $0.isVerified(revision) }
                        try await eventually("it is a dead letter") {
                            try await installation.get("/api/v1/status")["notifications", "dead"]?.integer == 1
                        }
                        let status = try await installation.slipway("status")
                        #expect(status.text.contains("notifications (bus): 1 given up, 0 waiting. Look: slipway outbox"), "\(status.text)")
                        let outbox = try await installation.slipway("outbox")
                        #expect(outbox.text.contains("dead") && outbox.text.contains("answered 404"), "\(outbox.text)")
                        #expect(try await installation.slipway("outbox", "replay").ending == .exited(2))
                        #expect(try await installation.slipway("outbox", "replay", "99").ending == .exited(1))
                        hook.answers(200)
                        let replay = try await installation.slipway("outbox", "replay", "--all", "--reason", "the hook is back")
                        #expect(replay.ending == .exited(0) && replay.text.contains("sent again: 1"), "\(replay.text)")
                        try await eventually("it arrives") { hook.received.count == 2 }
                        try await eventually("it is marked") {
                            try await installation.get("/api/v1/outbox?all=true")["deliveries"]?.array?.first?["state"]?.string
                                == "delivered"
                        }
                        let body = try JSON.parse(hook.received[1].body)
                        #expect(body["event"]?.string == "releaseVerified" && body["revision"]?.string == revision)
                        #expect(hook.received[0].key == hook.received[1].key && !hook.received[0].key.isEmpty)
                        let audit = try await installation.get("/api/v1/audit?limit=1000")["entries"]?.array ?? []
                        let sequence = body["audit", "sequence"]?.integer
                        #expect(audit.first { $0["sequence"]?.integer == sequence }?["hash"]?.string == body["audit", "hash"]?.string)
                        let replayed = audit.first { $0["action"]?.string == "outbox.replayed" }
                        #expect(replayed?["reason"]?.string == "the hook is back")
                        let metrics = try await installation.remotely("GET", "/metrics").text
                        #expect(metrics.contains(#"slipway_notifications_total{channel="bus",result="delivered"} 1"#))
                        try await controller.crash()
                        // Its journal tells the rest.
                        let stopped = try await installation.slipway("outbox", "--all")
                        #expect(stopped.ending == .exited(0) && stopped.text.contains("delivered"), "\(stopped.text)")
                        #expect(try !Files.text(installation.log).contains("a-secret-of-the-hook"))
                    }
                }
            }
        }
    }
}

/// Takes webhooks, with the status that it is told.
private final class Hook: Sendable {
    struct Received: Sendable {
        var key: String
        var body: [UInt8]
    }

    private struct State {
        var status = 200
        var received: [Received] = []
    }
    private let state = Mutex(State())

    var received: [Received] { state.withLock { $0.received } }
    func answers(_ status: Int) { state.withLock { $0.status = status } }

    func serving(_ body: @escaping @Sendable (_ port: Int) async throws -> Void) async throws {
        let router = Router()
        router.post("hook") { request, _ in
            let bytes = try await request.body.collect(upTo: 1 << 20)
            var key = ""
            for field in request.headers where field.name.canonicalName == "slipway-delivery" { key = field.value }
            let status = self.state.withLock { state in
                state.received.append(Received(key: key, body: Array(bytes.readableBytesView)))
                return state.status
            }
            return Response(status: .init(code: status))
        }
        let (ports, announce) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "hook")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let services = ServiceGroup(configuration: .init(services: [application], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            let result = await Task { try await body(port) }.result
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            try result.get()
        }
    }
}
