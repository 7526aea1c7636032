import Delivery
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite struct OutboxTests {
    private static let later = Samples.now + .seconds(60)

    private func deliver(_ journal: Journal, to channels: [String], slot: String? = nil) async throws {
        _ = try await journal.routeNotices(at: Samples.now) { _, _ in
            NoticeRouting(targets: channels.map { .init(channel: $0, slot: slot) })
        }
    }

    /// A Journal of 0.3, in which nobody was ever told of anything.
    @Test func whatOlderVersionsStoredIsForNobody() async throws {
        let fixture = try Fixture()
        let queue = try DatabaseQueue(path: fixture.path)
        try JournalSchema.migrator.migrate(queue, upTo: "1")
        try await queue.write { db in
            for (key, deliveredAt) in [("old", 5), ("pending", nil)] as [(String, Int64?)] {
                try db.execute(
                    sql:
                        "INSERT INTO outbox (dedupeKey, at, deliveredAt, attempts, lastError, encoding, body) VALUES (?, 1, ?, 2, 'x', 1, ?)",
                    arguments: [key, deliveredAt, Samples.notice(key).record.body])
            }
        }
        try queue.close()
        let journal = try fixture.open()
        #expect(try await journal.unroutedNotices().isEmpty)
        try await journal.commit(StateChange(notices: [Samples.notice("new"), Samples.notice("old")]))
        #expect(try await journal.unroutedNotices().map(\.dedupeKey) == ["new"])
    }

    @Test func eachChannelHasADeliveryOfItsOwn() async throws {
        let journal = try Fixture().open()
        try await journal.commit(StateChange(notices: [Samples.notice("a"), Samples.notice("b")]))
        try await deliver(journal, to: ["chat", "bus"])
        #expect(try await journal.unroutedNotices().isEmpty)
        let chat = try await journal.pendingDeliveries(channel: "chat")
        #expect(chat.map(\.notice.dedupeKey) == ["a", "b"])
        try await journal.postponeDeliveries([chat[0].id], until: Self.later, error: "503")
        try await journal.endDeliveries(
            [chat[1].id], channel: "chat", as: .delivered, thread: DeliveryThread(subject: "release/7", reference: "1.2"), at: Self.later)
        // Ended twice keeps the first end; another channel's name ends nothing.
        try await journal.endDeliveries([chat[1].id], channel: "chat", as: .dead, at: Self.later + .seconds(1))
        try await journal.endDeliveries([chat[0].id], channel: "bus", as: .dead, at: Self.later)
        let left = try await journal.pendingDeliveries(channel: "chat")
        #expect(left.map(\.attempts) == [1] && left.first?.lastError == "503" && left.first?.dueAt == Self.later)
        #expect(try await journal.deliveries(in: [.delivered]).map(\.endedAt) == [Self.later])
        #expect(try await journal.pendingDeliveries(channel: "bus").count == 2)
        #expect(try await journal.thread(channel: "chat", subject: "release/7") == "1.2")
        #expect(try await journal.thread(channel: "bus", subject: "release/7") == nil)
        #expect(
            try await journal.outboxSummary() == [
                OutboxSummary(channel: "bus", pending: 2, dead: 0, oldestPending: Samples.now),
                OutboxSummary(channel: "chat", pending: 1, dead: 0, oldestPending: Samples.now),
            ])
    }

    @Test func incidentsAreOpenedRaisedAndEnded() async throws {
        let journal = try Fixture().open()
        func notice(_ key: String, _ severity: Notice.Severity, _ incident: Notice.Incident) -> Notice {
            var notice = Samples.notice(key)
            notice.severity = severity
            notice.incident = incident
            return notice
        }
        try await journal.commit(
            StateChange(notices: [
                notice("a", .page, .opens(key: "k")), notice("b", .warning, .opens(key: "k")), notice("c", .info, .opens(key: "other")),
            ]))
        _ = try await journal.routeNotices(at: Samples.now) { notice, incident in
            NoticeRouting(targets: [.init(channel: notice.dedupeKey, slot: nil)], levels: incident?.key == "k" ? [1, 9] : [])
        }
        let open = try await journal.openIncidents()
        let incident = try #require(open.first { $0.key == "k" })
        #expect(open.count == 2)
        #expect(incident.severity == .page && incident.levels == [1, 9] && incident.told == ["a", "b"])
        #expect(incident.last.dedupeKey == "b")
        let escalation = notice("up", .page, .opens(key: "k"))
        for isNew in [true, false] {
            #expect(
                try await journal.escalate(
                    incident, to: 2, telling: escalation, targets: [.init(channel: "lead", slot: nil)], at: Self.later) == isNew)
        }
        #expect(try await journal.pendingDeliveries(channel: "lead").count == 1)
        try await journal.commit(StateChange(notices: [notice("d", .info, .resolves(key: "k"))]))
        _ = try await journal.routeNotices(at: Self.later) { _, incident in
            NoticeRouting(targets: (incident?.told ?? []).map { .init(channel: $0, slot: nil) })
        }
        #expect(try await journal.openIncidents().map(\.key) == ["other"])
        #expect(try await journal.pendingDeliveries(channel: "lead").map(\.notice.dedupeKey) == ["up", "d"])
        #expect(
            try await !journal.escalate(incident, to: 3, telling: escalation, targets: [.init(channel: "x", slot: nil)], at: Self.later))
    }
}
