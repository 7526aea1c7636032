import Delivery
import Journal
import Manifests
import Synchronization
import Testing

@testable import Notifications

@Suite struct SlackTests {
    private static func stamps(_ service: FakeService) {
        service.usually { received in .json(200, ["ok": true, "channel": "C1", "ts": .string("ts-\(received.body.count)")]) }
    }

    @Test func aReleaseIsOneThread() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.slack(service)])
            service.next(
                .json(200, ["ok": true, "ts": "100.1"]), .json(200, ["ok": true, "ts": "100.2"]), .json(200, ["ok": true, "ts": "200.1"]))
            for notice in [
                world.notice("a", .approvalNeeded, text: "wants <!channel> & more"), world.notice("b", .rollbackFailed, severity: .page),
                world.notice("c", release: 8),
            ] {
                try await world.happen(notice)
                _ = try await deliverer.routeDue()
                try await deliverer.deliverDue()
                world.pass(.seconds(2))
            }
            let bodies = try service.bodies
            #expect(bodies.map { $0["thread_ts"]?.string } == [nil, "100.1", nil])
            #expect(bodies.map { $0["reply_broadcast"]?.bool } == [nil, true, nil])
            #expect(bodies.map { $0["channel"]?.string } == ["#deployments", "#deployments", "#deployments"])
            let first = bodies[0]["text"]?.string ?? ""
            let head = try await world.journal.auditEntries().first
            #expect(first == "wants &lt;!channel&gt; &amp; more\n_audit record 1 \(head?.hash ?? "")_")
            #expect(bodies[0]["metadata", "event_payload", "deliveries"] == ["a"])
            #expect(service.received.allSatisfy { $0.path == "/api/chat.postMessage" && $0.headers["authorization"] == "Bearer token-abc" })
        }
        #expect(try await world.states() == ["a delivered", "b delivered", "c delivered"])
    }

    @Test func aThreadThatIsGoneBeginsAnew() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.slack(service)])
            service.next(
                .json(200, ["ok": true, "ts": "1"]), .json(200, ["ok": false, "error": "thread_not_found"]),
                .json(200, ["ok": true, "ts": "2"]))
            for key in ["a", "b", "c"] {
                try await world.happen(world.notice(key))
                _ = try await deliverer.routeDue()
                try await deliverer.deliverDue()
                world.pass(.seconds(2))
            }
            #expect(try service.bodies.map { $0["thread_ts"]?.string } == [nil, "1", nil, "2"])
        }
    }

    @Test func anHourWithoutSlackLosesNothingAndFloodsNothing() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.slack(service)])
            service.usually { _ in .text(503, "down") }
            // Ten releases of one Environment, two notices each, over an hour.
            for release in 1...10 {
                try await world.happen(
                    world.notice("r\(release)-failing", .rollbackStarted, severity: .warning, release: Int64(release)),
                    world.notice("r\(release)-back", .rolledBack, severity: .warning, release: Int64(release)))
                for _ in 0..<6 {
                    _ = try await deliverer.routeDue()
                    try await deliverer.deliverDue()
                    world.pass(.seconds(60))
                }
            }
            #expect(service.received.count < 40, "\(service.received.count) requests while it was down")
            service.forget()
            service.usually { _ in .json(200, ["ok": true, "ts": "1"]) }
            for _ in 0..<10 {
                world.pass(.seconds(301))
                try await deliverer.deliverDue()
            }
            #expect(service.received.count <= 3)
            let text = try service.bodies.compactMap { $0["text"]?.string }.joined(separator: "\n")
            for release in 1...10 {
                #expect(text.contains("r\(release)-failing") && text.contains("r\(release)-back"))
            }
            #expect(text.contains("(late, of 2023-11-14T"))
        }
        #expect(try await world.states().allSatisfy { $0.hasSuffix(" delivered") })
    }

    @Test(arguments: [
        ("ratelimited", "pending"), ("invalid_auth", "pending"), ("channel_not_found", "pending"), ("msg_too_long", "dead"),
        ("something_new", "pending"),
    ])
    func refusals(_ code: String, _ state: String) async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.slack(service)])
            service.next(.json(200, ["ok": false, "error": .string(code)]))
            try await world.happen(world.notice("a"))
            _ = try await deliverer.routeDue()
            try await deliverer.deliverDue()
            #expect(try await world.states() == ["a \(state)"])
            let delivery = try #require(try await world.journal.deliveries(in: [.pending, .dead]).first)
            #expect(delivery.lastError == "Slack says \(code)")
        }
    }

    @Test func anIncomingWebhookKeepsItsAddressSecret() async throws {
        let world = try World()
        try await withService { service in
            world.files.withLock { $0["/hook"] = service.url + "/services/T0/B0/hook-path" }
            let channel = NotificationsConfiguration.Channel(
                name: "simple", service: .slack(.init(way: .incomingWebhook(urlFile: "/hook"))))
            let deliverer = world.deliverer([channel])
            service.next(
                .text(500, "no \(service.url)/services/T0/B0/hook-path today"), .text(500, "POST /services/T0/B0/hook-path failed"), .closed
            )
            try await world.happen(world.notice("a"))
            _ = try await deliverer.routeDue()
            for _ in 0..<4 {
                try await deliverer.deliverDue()
                let error = try await world.journal.deliveries(in: [.pending]).first?.lastError ?? ""
                #expect(!error.contains("hook-path"), "\(error)")
                world.pass(.seconds(600))
            }
            #expect(!world.log.text.contains("hook-path"))
            #expect(try await world.states() == ["a delivered"])
            #expect(service.received.last?.path == "/services/T0/B0/hook-path")
        }
    }
}
