import Delivery
import Journal
import Manifests
import Observability
import Synchronization
import TestSupport
import Testing

@testable import Notifications

@Suite struct DelivererTests {
    private func once(_ deliverer: Deliverer) async throws {
        _ = try await deliverer.routeDue()
        try await deliverer.deliverDue()
    }

    @Test func aServiceThatAsksForPatienceGetsIt() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service)])
            service.next(.json(429, [:], headers: ["Retry-After": "90"]))
            try await world.happen(world.notice("a"), world.notice("b", environment: "staging"))
            try await once(deliverer)
            #expect(service.received.count == 1)
            world.pass(.seconds(89))
            try await once(deliverer)
            #expect(service.received.count == 1, "nothing else of the channel is sent either")
            world.pass(.seconds(30))
            try await once(deliverer)
            #expect(try await world.states() == ["a delivered", "b delivered"])
        }
    }

    @Test(arguments: [FakeService.Answer.text(500, "oops"), .closed, .silence, .text(408, "")])
    func aTransientTroubleIsTriedAgainUnderTheSameKey(_ trouble: FakeService.Answer) async throws {
        let world = try World()
        try await withService { service in
            var channel = NotificationsConfiguration.Channel.webhook(service)
            channel.timeout = .seconds(1)
            let deliverer = world.deliverer([channel])
            service.next(trouble)
            try await world.happen(world.notice("a"))
            try await once(deliverer)
            let pending = try await world.journal.pendingDeliveries(channel: "bus")
            #expect(pending.map(\.attempts) == [1] && pending.first?.lastError?.isEmpty == false)
            #expect(pending.first.map { $0.dueAt - world.now } == .seconds(2))
            world.pass(.seconds(3))
            try await once(deliverer)
            #expect(try await world.states() == ["a delivered"])
            // The client itself may have tried a closed connection once more.
            #expect(service.received.count >= 2 && Set(service.received.map { $0.headers["slipway-delivery"] }) == ["a"])
        }
    }

    @Test(arguments: [400, 404, 410, 422, 301])
    func whatWillNeverBeTakenIsADeadLetter(_ status: Int) async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service)])
            service.next(.text(status, "no\nhmac-secret-1 here"))
            try await world.happen(world.notice("a"), world.notice("b"))
            try await once(deliverer)
            #expect(try await world.states() == ["a dead", "b delivered"])
            let error = try await world.journal.deliveries(in: [.dead]).first?.lastError ?? ""
            #expect(error.contains("answered \(status)") && error.contains("no (redacted) here"), "\(error)")
            #expect(world.log.text.contains("slipway outbox replay"))
            let draft = AuditDraft(at: world.now, actor: .controller, action: "outbox.replayed")
            #expect(try await world.journal.replayDeliveries([999], channels: ["bus"], audit: draft, at: world.now).isEmpty)
            #expect(try await world.journal.replayDeliveries(nil, channels: ["other"], audit: draft, at: world.now).isEmpty)
            #expect(try await world.journal.replayDeliveries(nil, channels: ["bus"], audit: draft, at: world.now).count == 1)
            try await once(deliverer)
            #expect(try await world.states() == ["a delivered", "b delivered"])
        }
    }

    @Test func attemptsAreCountedAndEnd() async throws {
        let world = try World()
        try await withService { service in
            var channel = NotificationsConfiguration.Channel.webhook(service)
            channel.attempts = 3
            let deliverer = world.deliverer([channel])
            service.usually { _ in .text(500, "") }
            try await world.happen(world.notice("a"))
            for _ in 0..<6 {
                try await once(deliverer)
                world.pass(.seconds(600))
            }
            #expect(service.received.count == 3)
            #expect(try await world.states() == ["a dead"])
            #expect(try await world.journal.outboxSummary().map(\.dead) == [1])
            #expect(world.registry.render().contains("slipway_notifications_total{channel=\"bus\",result=\"failed\"} 2"))
            #expect(world.registry.render().contains("slipway_notifications_dead{channel=\"bus\"} 1"))
        }
    }

    @Test func aDayOldNoticeIsGivenUpWithAllThatIsAsOld() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service)])
            service.usually { _ in .text(500, "") }
            for environment in ["a", "b", "c"] { try await world.happen(world.notice(environment, environment: environment)) }
            try await once(deliverer)
            world.pass(.seconds(86_401))
            try await world.happen(world.notice("new"))
            try await once(deliverer)
            #expect(try await world.states() == ["a dead", "b dead", "c dead", "new pending"])
            #expect(service.received.count == 2)
        }
    }

    @Test func aMissingCredentialIsAPersonsBusinessAndIsReadAgain() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service)])
            let secret = world.files.withLock { $0.removeValue(forKey: "/secret") }
            try await world.happen(world.notice("a"))
            try await once(deliverer)
            #expect(service.received.isEmpty)
            #expect(try await world.journal.deliveries(in: [.pending]).first?.lastError?.contains("/secret cannot be read") == true)
            world.files.withLock { $0["/secret"] = secret }
            world.pass(.seconds(200))
            service.next(.text(401, "who are you"))
            try await once(deliverer)
            #expect(try await world.states() == ["a pending"])
            world.pass(.seconds(400))
            try await once(deliverer)
            #expect(try await world.states() == ["a delivered"])
        }
    }

    @Test func anEndlessAnswerIsNotRead() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service)])
            service.next(.text(200, String(repeating: "x", count: 2 << 20)))
            try await world.happen(world.notice("a"))
            try await once(deliverer)
            #expect(try await world.journal.deliveries(in: [.pending]).first?.lastError?.contains("larger than the limit") == true)
        }
    }

    @Test func aSlowChannelHoldsNoOther() async throws {
        let world = try World()
        try await withService { slow in
            try await withService { quick in
                slow.usually { _ in .silence }
                var channel = NotificationsConfiguration.Channel.webhook(slow, "slow")
                channel.timeout = .seconds(30)
                let deliverer = world.deliverer([channel, .webhook(quick, "quick")])
                let running = Task { await deliverer.run() }
                try await eventually("it listens") { try await world.journal.outboxSummary().isEmpty }
                for number in 0..<5 { try await world.happen(world.notice("n\(number)")) }
                try await eventually("all arrive at the quick one") { quick.received.count == 5 }
                #expect(slow.received.count <= 1)
                running.cancel()
                await running.value
                // What was cut off by the stop is neither lost nor counted.
                #expect(try await world.journal.pendingDeliveries(channel: "slow").map(\.attempts) == [0, 0, 0, 0, 0])
            }
        }
    }

    @Test func oneReleaseThatIsRefusedHoldsNoOther() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service)])
            service.usually { $0.headers["slipway-delivery"] == "poison" ? .text(500, "") : .json(200, [:]) }
            try await world.happen(world.notice("poison"), world.notice("after"), world.notice("other", environment: "staging"))
            for _ in 0..<5 {
                try await once(deliverer)
                world.pass(.seconds(20))
            }
            #expect(try await world.states() == ["poison pending", "after pending", "other delivered"])
        }
    }

    @Test func whoeverIsNotThereAnyMoreIsADeadLetter() async throws {
        let world = try World()
        try await withService { service in
            service.usually { _ in .text(500, "") }
            let before = world.deliverer([.webhook(service, "old")])
            try await world.happen(world.notice("a"))
            try await once(before)
            let after = world.deliverer([.webhook(service, "new")])
            let running = Task { await after.run() }
            try await eventually("it is given up") { try await world.states() == ["a dead"] }
            running.cancel()
            await running.value
            #expect(try await world.journal.deliveries(in: [.dead]).first?.lastError?.contains("no channel \"old\"") == true)
        }
    }

    @Test func aReplayIsSentAtOnceByTheLoops() async throws {
        let world = try World()
        try await withService { service in
            service.next(.text(410, "gone"))
            let deliverer = world.deliverer([.webhook(service)])
            let running = Task { await deliverer.run() }
            try await world.happen(world.notice("a"))
            try await eventually("it is a dead letter") { try await world.states() == ["a dead"] }
            let draft = AuditDraft(at: world.now, actor: .controller, action: "outbox.replayed")
            _ = try await world.journal.replayDeliveries(nil, channels: ["bus"], audit: draft, at: world.now)
            try await eventually("it arrives") { try await world.states() == ["a delivered"] }
            try await eventually("nothing is counted as waiting") {
                world.registry.render().contains("slipway_notifications_dead{channel=\"bus\"} 0")
            }
            running.cancel()
            await running.value
        }
    }

    @Test func nobodyIsToldOfWhatHappenedBeforeTheirTime() async throws {
        let world = try World()
        let quiet = world.deliverer([])
        try await world.happen(world.notice("a"))
        #expect(try await world.journal.unroutedNotices().isEmpty)
        _ = try await quiet.routeDue()
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service)])
            try await once(deliverer)
            #expect(service.received.isEmpty)
        }
    }

    @Test func whatEndedIsClearedInItsTime() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service), .pagerDuty(service)])
            service.next(.text(400, ""))
            try await world.happen(world.notice("dead"), world.notice("good"))
            try await world.happen(world.notice("open", .rollbackFailed, severity: .page, incident: .opensOne))
            try await once(deliverer)
            world.pass(.seconds(40 * 86_400))
            try await once(deliverer)
            #expect(try await world.states() == ["dead dead", "open delivered", "open delivered"])
            try await world.happen(world.notice("over", incident: .endsOne))
            try await once(deliverer)
            #expect(try service.received.last.map { try $0.json["event_action"]?.string } == "resolve")
            world.pass(.seconds(100 * 86_400))
            try await once(deliverer)
            #expect(try await world.states() == [])
        }
    }
}
