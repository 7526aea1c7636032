import Delivery
import GRDB
import Journal
import Manifests
import Testing

@Suite struct AuditTests {
    /// A record of eight entries in several commits, with a checkpoint at the fifth.
    private func recorded(_ fixture: Fixture) async throws {
        let journal = try fixture.open()
        for round in 0..<5 { try await journal.commit(StateChange(audit: [Samples.draft("release.phase\(round)")])) }
        _ = try await journal.signCheckpoint(at: Samples.now)
        try await journal.commit(StateChange(audit: [Samples.draft("hold.set"), Samples.draft("hold.lifted", environment: nil)]))
        try await journal.commit(StateChange(audit: [Samples.draft("release.verified")]))
        guard case .ok(let count, _) = try await journal.verifyAudit() else {
            Issue.record("the record is broken before anybody touched it")
            return
        }
        #expect(count == 8)
        try journal.close()
    }

    private func verified(_ fixture: Fixture) async throws -> AuditVerification {
        let journal = try fixture.open()
        defer { #expect(throws: Never.self) { try journal.close() } }
        return try await journal.verifyAudit()
    }

    /// Edits the file as somebody would who owns it: the triggers are dropped first.
    private func tamper(_ fixture: Fixture, _ sql: String) throws {
        let queue = try DatabaseQueue(path: fixture.path)
        try queue.write { db in
            for trigger in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try db.execute(sql: "DROP TRIGGER \(trigger)")
            }
            try db.execute(sql: sql)
        }
        try queue.close()
    }

    @Test func anUntouchedRecordIsWhole() async throws {
        let fixture = try Fixture()
        #expect(try await verified(fixture) == .ok(count: 0, headHash: String(repeating: "0", count: 64)))
        try await recorded(fixture)
        let journal = try fixture.open()
        let head = try #require(try await journal.auditHead())
        #expect(try await journal.verifyAudit() == .ok(count: 8, headHash: head.hash))
        #expect(head.sequence == 8)
    }

    @Test(arguments: [
        "sequence = 40", "at = at + 1", "actorName = 'bob'", "actorSource = 'socket'", "action = 'hold.sex'", "environment = 'production'",
        "environment = NULL", "\"release\" = 8", "\"release\" = NULL", "revision = 'x'", "revision = NULL", "planHash = ''",
        "planHash = 'p'",
        "reason = ''", "outcome = 'denied'", "actorSource = 'nobody'", "hash = zeroblob(32)",
    ])
    func anEditOfAnyColumnIsFound(_ edit: String) async throws {
        let fixture = try Fixture()
        try await recorded(fixture)
        try tamper(fixture, "UPDATE audit SET \(edit) WHERE sequence = 3")
        guard case .broken(let sequence, let what) = try await verified(fixture) else {
            Issue.record("not found: \(edit)")
            return
        }
        #expect(sequence == 3, "\(what)")
    }

    @Test func everyColumnIsInTheMatrixAbove() async throws {
        let fixture = try Fixture()
        try await recorded(fixture)
        let columns = try await DatabaseQueue(path: fixture.path).read { db in try db.columns(in: "audit").map(\.name) }
        #expect(
            columns == [
                "sequence", "at", "actorName", "actorSource", "action", "environment", "release", "revision", "planHash", "reason",
                "outcome", "hash",
            ])
    }

    @Test(arguments: [
        ("DELETE FROM audit WHERE sequence = 2", 2), ("DELETE FROM audit WHERE sequence = 1", 1),
        ("DELETE FROM audit WHERE sequence = 8", 7), ("DELETE FROM audit WHERE sequence > 5", 5),
        ("DELETE FROM audit WHERE sequence > 3", 4), ("DELETE FROM audit", 1),
        ("DELETE FROM audit; DELETE FROM checkpoints", 0), ("DELETE FROM auditHead", 8),
        ("DELETE FROM audit WHERE sequence = 4; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 4", 4),
        (
            """
            UPDATE audit SET sequence = -3 WHERE sequence = 3; UPDATE audit SET sequence = 3 WHERE sequence = 4;
            UPDATE audit SET sequence = 4 WHERE sequence = -3
            """, 3
        ),
        ("UPDATE checkpoints SET hash = zeroblob(32)", 5), ("UPDATE checkpoints SET signature = zeroblob(64)", 5),
        ("UPDATE checkpoints SET at = at + 1", 5), ("UPDATE auditHead SET signature = zeroblob(64)", 8),
        ("UPDATE auditHead SET signature = NULL, keyID = NULL", 8), ("UPDATE auditHead SET keyID = 'other'", 8),
        // The end put back to the checkpoint, with the checkpoint's own genuine signature.
        (
            """
            DELETE FROM audit WHERE sequence > 5; UPDATE auditHead SET sequence = 5,
            hash = (SELECT hash FROM checkpoints), signature = (SELECT signature FROM checkpoints)
            """, 5
        ),
    ])
    func removingMovingAndCuttingOffAreFound(_ sql: String, _ place: Int64) async throws {
        let fixture = try Fixture()
        try await recorded(fixture)
        try tamper(fixture, sql)
        guard case .broken(let sequence, let what) = try await verified(fixture) else {
            Issue.record("not found: \(sql)")
            return
        }
        #expect(sequence == place, "\(what)")
    }

    @Test func aRecordRewrittenWithRightHashesButWithoutTheKeyIsFound() async throws {
        let fixture = try Fixture()
        try await recorded(fixture)
        let other = try Fixture()
        try await recorded(other)
        // Everything of another journal, whose hashes all fit, under the first one's key.
        try tamper(
            other, "UPDATE auditHead SET keyID = '\(fixture.signer.keyID)'; UPDATE checkpoints SET keyID = '\(fixture.signer.keyID)'")
        let journal = try Journal(path: other.path, sealer: fixture.sealer, signer: fixture.signer)
        guard case .broken(5, let what) = try await journal.verifyAudit() else {
            Issue.record("not found")
            return
        }
        #expect(what.contains("not genuine"))
    }

    @Test(arguments: [
        "UPDATE audit SET reason = 'x' WHERE sequence = 2", "DELETE FROM audit WHERE sequence = 8", "DELETE FROM checkpoints",
        "UPDATE checkpoints SET at = 0",
        "INSERT INTO audit SELECT 40, at, actorName, actorSource, action, environment, \"release\", revision, planHash, reason, outcome, hash FROM audit WHERE sequence = 1",
    ])
    func theDatabaseItselfRefusesToChangeTheRecord(_ sql: String) async throws {
        let fixture = try Fixture()
        try await recorded(fixture)
        let queue = try DatabaseQueue(path: fixture.path)
        let error = #expect(throws: DatabaseError.self) { try queue.write { db in try db.execute(sql: sql) } }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
    }

    @Test func aNewKeyContinuesTheRecordOfTheOld() async throws {
        let fixture = try Fixture()
        try await recorded(fixture)
        let signer = try Fixture().signer
        let journal = try Journal(path: fixture.path, sealer: fixture.sealer, signer: signer)
        guard case .broken(8, let what) = try await journal.verifyAudit() else {
            Issue.record("the end is not signed by the new key yet")
            return
        }
        #expect(what.contains(fixture.signer.keyID))
        try await journal.commit(StateChange(audit: [Samples.draft("key.changed")]))
        guard case .ok(9, _) = try await journal.verifyAudit() else {
            Issue.record("the record does not go on under the new key")
            return
        }
    }

    @Test func withoutASignerHashesAreStillCompared() async throws {
        let fixture = try Fixture()
        try await recorded(fixture)
        let journal = try Journal(path: fixture.path, sealer: fixture.sealer, signer: nil, readOnly: true)
        guard case .ok(8, _) = try await journal.verifyAudit() else {
            Issue.record("the hashes fit")
            return
        }
    }

    @Test func aSignerThatFailsStoresNothing() async throws {
        let fixture = try Fixture()
        let broken = JournalSigner(
            sign: { _ in throw JournalError(.io, "token removed") }, verify: { _, _ in false }, keyID: "broken")
        let journal = try Journal(path: fixture.path, sealer: fixture.sealer, signer: broken)
        let change = StateChange(releases: [Samples.release(1)], audit: [Samples.draft()])
        let error = await #expect(throws: JournalError.self) { try await journal.commit(change) }
        #expect(error?.code == .signing)
        #expect(try await journal.release(1) == nil)
    }

    @Test func checkpointsAreSignedOnlyWhenSomethingWasAdded() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        #expect(try await journal.signCheckpoint(at: Samples.now) == nil)
        try await journal.commit(StateChange(audit: [Samples.draft()]))
        let checkpoint = try #require(try await journal.signCheckpoint(at: Samples.now))
        #expect(checkpoint.sequence == 1 && checkpoint.keyID == fixture.signer.keyID)
        #expect(try await journal.signCheckpoint(at: Samples.now) == nil)
    }

    @Test func filtersAndPages() async throws {
        let journal = try Fixture().open()
        let later = Samples.now + .seconds(60)
        var denied = Samples.draft("access.denied", environment: nil, at: later)
        denied.actor = Actor(name: "bob", source: .socket)
        denied.release = nil
        try await journal.commit(
            StateChange(audit: [Samples.draft("release.queued"), denied, Samples.draft("release.verified", environment: "production")]))
        func sequences(_ filter: AuditFilter) async throws -> [Int64] { try await journal.auditEntries(filter: filter).map(\.sequence) }
        #expect(try await sequences(AuditFilter()) == [1, 2, 3])
        #expect(try await sequences(AuditFilter(environment: "production")) == [3])
        #expect(try await sequences(AuditFilter(actor: "bob")) == [2])
        #expect(try await sequences(AuditFilter(actionPrefix: "release")) == [1, 3])
        #expect(try await sequences(AuditFilter(actionPrefix: "release%")).isEmpty)
        #expect(try await sequences(AuditFilter(release: 7)) == [1, 3])
        #expect(try await sequences(AuditFilter(from: later)) == [2])
        #expect(try await sequences(AuditFilter(environment: "staging", until: later)) == [1])
        #expect(try await journal.auditEntries(after: 1, limit: 1).map(\.sequence) == [2])
        #expect(try await journal.latestAuditEntries(limit: 2).map(\.sequence) == [3, 2])
        #expect(try await journal.latestAuditEntries(before: 2, limit: 2).map(\.sequence) == [1])
    }

    @Test func anyTextCanBeRecorded() async throws {
        let journal = try Fixture().open()
        let texts = ["", "a\u{0}b", "'; DROP TABLE audit; --", "\u{1F680}\r\n\u{301}e\u{301}", String(repeating: "ä", count: 20_000)]
        for text in texts {
            var draft = Samples.draft()
            draft.reason = text
            draft.outcome = text
            draft.actor.name = text
            try await journal.commit(StateChange(audit: [draft]))
        }
        guard case .ok(5, _) = try await journal.verifyAudit() else {
            Issue.record("\(try await journal.verifyAudit())")
            return
        }
        let entries = try await journal.auditEntries()
        #expect(entries[1].draft.reason == "a\u{FFFD}b")
        #expect(entries[4].draft.reason.utf8.count <= 16 * 1024 && entries[4].draft.reason.hasSuffix("[cut]"))
    }
}
