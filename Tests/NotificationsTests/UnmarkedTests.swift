import Delivery
import GRDB
import Journal
import TestSupport
import Testing

@testable import Notifications

@Suite struct UnmarkedTests {
    /// A full disk between sending and marking: a journal that refuses for an hour is one message and not hundreds.
    @Test func whatCouldNotBeMarkedIsNotSentAgain() async throws {
        let world = try World()
        let database = try DatabaseQueue(path: world.folder.file("journal.sqlite"))
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service)])
            try await world.happen(world.notice("a"), world.notice("b"))
            _ = try await deliverer.routeDue()
            try await database.write { db in
                try db.execute(
                    sql: "CREATE TRIGGER refuses BEFORE UPDATE ON deliveries BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
            }
            for _ in 0..<5 {
                await #expect(throws: JournalError.self) { try await deliverer.deliverDue() }
                world.pass(.seconds(600))
            }
            #expect(service.received.map { $0.headers["slipway-delivery"] } == ["a"])
            try await database.write { db in try db.execute(sql: "DROP TRIGGER refuses") }
            try await deliverer.deliverDue()
            #expect(service.received.map { $0.headers["slipway-delivery"] } == ["a", "b"])
            #expect(try await world.states() == ["a delivered", "b delivered"])
        }
    }
}
