import Delivery
import Journal
import Manifests
import Testing

@testable import Notifications

@Suite struct EscalationTests {
    private func channels(_ service: FakeService) -> [NotificationsConfiguration.Channel] {
        ["on-call", "lead", "manager"].map { name in
            var channel = NotificationsConfiguration.Channel.webhook(service, name)
            channel.service = .webhook(.init(address: .url("\(service.url)/\(name)"), secretFile: "/secret"))
            channel.isForEscalationOnly = true
            return channel
        }
    }

    /// As the runbooks have them: on call at once, the lead for what is critical, the manager after half an hour.
    private let levels: [NotificationsConfiguration.EscalationLevel] = [
        .init(number: 1, after: .zero, channels: ["on-call"], filter: NoticeFilter(severities: [.warning, .page])),
        .init(number: 2, after: .seconds(900), channels: ["lead"], filter: NoticeFilter(severities: [.page])),
        .init(number: 3, after: .seconds(1800), channels: ["manager"], filter: NoticeFilter(severities: [.page], environments: ["prod*"])),
    ]

    private func look(_ deliverer: Deliverer) async throws -> Timestamp? {
        let next = try await deliverer.routeDue()
        try await deliverer.deliverDue()
        return next
    }

    @Test func whatStaysOpenGoesUp() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer(channels(service), escalation: levels)
            let opened = world.now
            try await world.happen(world.notice("warned", .rollbackStarted, severity: .warning, incident: .opensOne))
            #expect(try await look(deliverer) == nil, "a warning has no further level")
            #expect(service.received.map(\.path) == ["/on-call"])
            world.pass(.seconds(60))
            try await world.happen(world.notice("paged", .rollbackFailed, severity: .page, incident: .opensOne, text: "it is down"))
            #expect(try await look(deliverer) == opened + .seconds(900))
            #expect(service.received.map(\.path) == ["/on-call", "/on-call"])
            world.pass(.seconds(840))
            #expect(try await look(deliverer) == opened + .seconds(1800))
            #expect(service.received.last?.path == "/lead")
            #expect(try service.bodies.last?["text"]?.string == "Escalated to level 2, open for 15 min: it is down")
            _ = try await look(deliverer)
            world.pass(.seconds(900))
            #expect(try await look(deliverer) == nil)
            #expect(service.received.map(\.path) == ["/on-call", "/on-call", "/lead", "/manager"])
            try await world.happen(world.notice("over", .rolledBack, severity: .warning, incident: .endsOne))
            _ = try await look(deliverer)
            #expect(Set(service.received.suffix(3).map(\.path)) == ["/on-call", "/lead", "/manager"])
            world.pass(.seconds(86_400))
            #expect(try await look(deliverer) == nil)
            #expect(service.received.count == 7)
        }
    }

    @Test func theEndStopsIt() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer(channels(service), escalation: levels)
            try await world.happen(world.notice("paged", .rollbackFailed, severity: .page, incident: .opensOne))
            _ = try await look(deliverer)
            try await world.happen(world.notice("over", .rolledBack, incident: .endsOne))
            world.pass(.seconds(3600))
            #expect(try await look(deliverer) == nil)
            #expect(service.received.map(\.path) == ["/on-call", "/on-call"])
            // The same trouble later is another incident, with levels of its own.
            try await world.happen(world.notice("again", .rollbackFailed, severity: .page, incident: .opensOne))
            _ = try await look(deliverer)
            world.pass(.seconds(901))
            _ = try await look(deliverer)
            #expect(service.received.map(\.path).suffix(2) == ["/on-call", "/lead"])
        }
    }

    @Test func aControllerThatWasAwayCatchesUpOnce() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer(channels(service), escalation: levels)
            try await world.happen(
                world.notice("paged", .rollbackFailed, severity: .page, environment: "staging", incident: .opens(key: "s")))
            try await world.happen(world.notice("paged-2", .rollbackFailed, severity: .page, incident: .opensOne))
            world.pass(.seconds(7200))
            _ = try await look(world.deliverer(channels(service), escalation: levels))
            _ = try await look(deliverer)
            let paths = service.received.map(\.path)
            #expect(paths.filter { $0 == "/on-call" }.count == 2 && paths.filter { $0 == "/lead" }.count == 2)
            #expect(paths.filter { $0 == "/manager" }.count == 1, "staging has no third level")
        }
    }
}
