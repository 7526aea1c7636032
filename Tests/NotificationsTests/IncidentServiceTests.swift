import Delivery
import Journal
import Manifests
import Testing

@testable import Notifications

/// Services that know of beginnings and ends: PagerDuty and a status page.
@Suite struct IncidentServiceTests {
    private func step(_ world: World, _ deliverer: Deliverer, _ notice: Notice) async throws {
        try await world.happen(notice)
        _ = try await deliverer.routeDue()
        try await deliverer.deliverDue()
        world.pass(.seconds(5))
    }

    @Test func aPageIsTriggeredAndResolvedUnderOneKey() async throws {
        let world = try World()
        try await withService { service in
            service.usually { _ in .json(202, ["status": "success"]) }
            let deliverer = world.deliverer([.pagerDuty(service)])
            try await step(world, deliverer, world.notice("warned", .rollbackStarted, severity: .warning, incident: .opensOne))
            #expect(service.received.isEmpty, "a warning does not page")
            try await step(
                world, deliverer,
                world.notice("paged", .rollbackFailed, severity: .page, incident: .opensOne, text: String(repeating: "x", count: 2000)))
            try await step(world, deliverer, world.notice("over", .releaseVerified, incident: .endsOne))
            try await step(world, deliverer, world.notice("again", .releaseVerified, incident: .endsOne))
            let events = try service.bodies
            #expect(events.map { $0["event_action"]?.string } == ["trigger", "resolve"])
            #expect(events.allSatisfy { $0["dedup_key"]?.string == "slipway/production" && $0["routing_key"]?.string == "routing-key-xyz" })
            #expect(events[0]["payload", "summary"]?.string?.count == 1024)
            #expect(events[0]["payload", "severity"]?.string == "critical")
            #expect(events[0]["payload", "custom_details", "auditSequence"]?.integer == 2)
            #expect(events[0]["payload", "custom_details", "auditHash"]?.string?.count == 64)
            #expect(events[1]["payload", "custom_details", "auditHash"]?.string?.count == 64)
            #expect(service.received.allSatisfy { $0.path == "/v2/enqueue" })
        }
        #expect(try await world.journal.openIncidents().isEmpty)
    }

    @Test func aPageThatIsOverBeforeItCouldBeSentWakesNobody() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.pagerDuty(service)])
            service.next(.text(500, ""))
            try await step(world, deliverer, world.notice("paged", .rollbackFailed, severity: .page, incident: .opensOne))
            try await step(world, deliverer, world.notice("over", .rolledBack, severity: .warning, incident: .endsOne))
            #expect(try service.bodies.map { $0["event_action"]?.string } == ["trigger", "resolve"])
            #expect(try await world.states() == ["paged superseded", "over delivered"])
        }
    }

    @Test func aDeadPageIsNotSentAfterItsEnd() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.pagerDuty(service)])
            service.next(.json(400, ["message": "invalid event"]))
            try await step(world, deliverer, world.notice("paged", .rollbackFailed, severity: .page, incident: .opensOne))
            try await step(world, deliverer, world.notice("over", .rolledBack, incident: .endsOne))
            #expect(try await world.states() == ["paged dead", "over delivered"])
            let draft = AuditDraft(at: world.now, actor: .controller, action: "outbox.replayed")
            #expect(try await world.journal.replayDeliveries(nil, channels: ["on-call"], audit: draft, at: world.now).count == 1)
            try await deliverer.deliverDue()
            #expect(try await world.states() == ["paged superseded", "over delivered"])
            #expect(service.received.count == 2)
            #expect(try await world.journal.auditEntries().last?.draft.action == "outbox.replayed")
        }
    }

    @Test func aStatusPageIncidentIsCreatedUpdatedAndResolved() async throws {
        let world = try World()
        try await withService { service in
            service.usually { received in
                received.method == "GET" ? .json(200, []) : .json(received.method == "POST" ? 201 : 200, ["id": "inc42"])
            }
            let deliverer = world.deliverer([.statusPage(service)])
            try await step(
                world, deliverer, world.notice("one", .releaseFailed, severity: .page, incident: .opensOne, text: "password=hunter2"))
            try await step(world, deliverer, world.notice("two", .rollbackFailed, severity: .page, incident: .opensOne))
            try await step(world, deliverer, world.notice("three", .rolledBack, incident: .endsOne))
            #expect(
                service.received.map { "\($0.method) \($0.path)" } == [
                    "GET /v1/pages/page1/incidents/unresolved", "POST /v1/pages/page1/incidents", "PATCH /v1/pages/page1/incidents/inc42",
                    "PATCH /v1/pages/page1/incidents/inc42",
                ])
            #expect(service.received.allSatisfy { $0.headers["authorization"] == "OAuth token-abc" })
            let sent = try service.received.dropFirst().map { try $0.json["incident"] }
            #expect(sent.map { $0?["status"]?.string } == ["investigating", "identified", "resolved"])
            #expect(sent.map { $0?["components", "comp1"]?.string } == ["partial_outage", "partial_outage", "operational"])
            #expect(sent[0]?["name"]?.string == "Problem in production")
            #expect(sent[0]?["metadata", "slipway", "incident"]?.string == "slipway/production")
            #expect(!service.received.contains { String(decoding: $0.body, as: UTF8.self).contains("hunter2") })
        }
        #expect(try await world.journal.thread(channel: "public", subject: "slipway/production") == nil)
    }

    @Test func anIncidentWhoseCreationWasNotRememberedIsFound() async throws {
        let world = try World()
        try await withService { service in
            service.usually { received in
                received.method == "GET"
                    ? .json(
                        200,
                        [["id": "other", "metadata": [:]], ["id": "inc7", "metadata": ["slipway": ["incident": "slipway/production"]]]])
                    : .json(200, ["id": "inc7"])
            }
            let deliverer = world.deliverer([.statusPage(service)])
            try await step(world, deliverer, world.notice("one", .releaseFailed, severity: .page, incident: .opensOne))
            #expect(service.received.map(\.method) == ["GET", "PATCH"])
            service.forget()
            // Somebody deletes it by hand; what is still open is told of anew.
            service.usually { received in
                received.method == "PATCH" ? .json(404, [:]) : .json(201, ["id": "inc8"])
            }
            try await step(world, deliverer, world.notice("two", .releaseFailed, severity: .page, incident: .opensOne))
            #expect(service.received.map(\.method) == ["PATCH", "POST"])
            #expect(try await world.journal.thread(channel: "public", subject: "slipway/production") == "inc8")
        }
    }
}
