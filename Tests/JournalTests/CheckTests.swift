import Certificates
import Delivery
import GRDB
import Journal
import Manifests
import Testing

@Suite struct CheckTests {
    private func filled(_ fixture: Fixture) async throws {
        let journal = try fixture.open()
        let secret: Value = ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"], "data": ["k": "dg=="]]
        let config: Value = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"],
            "data": ["k": .string(String(repeating: "x", count: 1_000))],
        ]
        let bundle = try await journal.storeBundle(objects: [secret, config])
        var state = Samples.environment()
        state.verifiedBundle = bundle
        try await journal.recordRendering(
            StoredRendering(environment: "staging", revision: Samples.revision(), outcome: .failed(message: "no"), at: Samples.now))
        try await journal.commit(
            StateChange(
                releases: [Samples.release(1)], environments: [state], quarantines: [Samples.quarantine()], audit: [Samples.draft()],
                notices: [Samples.notice("n")]))
        try journal.close()
    }

    @Test func aWholeJournalHasNoFindings() async throws {
        let fixture = try Fixture()
        try await filled(fixture)
        let check = try await fixture.open(readOnly: true).check()
        #expect(check.isWhole && check.bundles == 1 && check.objects == 2 && check.sealed == 1 && check.auditEntries == 1)
    }

    @Test(arguments: [
        ("UPDATE objects SET body = zeroblob(60) WHERE isSealed = 1", "sealed Secret of the journal cannot be opened"),
        ("UPDATE objects SET body = X'00000001AA' WHERE isSealed = 0", "compressed data is damaged"),
        ("UPDATE objects SET body = X'7B7D', encoding = 0 WHERE isSealed = 0", "another hash"),
        ("DELETE FROM objects WHERE isSealed = 0", "names one of objects that is not there"),
        ("UPDATE bundles SET objectCount = 3", "is not what was rendered"),
        ("DELETE FROM bundleObjects WHERE position = 0", "is not what was rendered"),
        ("DELETE FROM bundleObjects; DELETE FROM bundles", "environment staging names bundle"),
        ("UPDATE releases SET body = X'7B'", "release 1 cannot be read"),
        ("UPDATE environments SET version = 9", "environment staging"),
        ("UPDATE quarantines SET body = X'7B7D'", "a quarantine of staging"),
        ("UPDATE renderings SET body = X'7B7D'", "a rendering of staging"), ("UPDATE outbox SET body = X'7B7D'", "notice 1"),
        ("UPDATE audit SET reason = 'other'", "audit record, entry 1: entry 1 is not what was recorded"),
        ("UPDATE auditHead SET signature = zeroblob(64)", "the signature of the end of the record is not genuine"),
        ("PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'bundlesOfObject'", "the file is damaged"),
    ])
    func eachDamageIsNamed(_ sql: String, _ finding: String) async throws {
        let fixture = try Fixture()
        try await filled(fixture)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: fixture.path, configuration: configuration)
        try await queue.writeWithoutTransaction { db in
            for trigger in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try db.execute(sql: "DROP TRIGGER \(trigger)")
            }
            try db.execute(sql: sql)
        }
        try queue.close()
        let check = try await fixture.open(readOnly: true).check()
        #expect(check.findings.contains { $0.contains(finding) }, "\(check.findings)")
    }

    @Test func anotherKeyIsAFinding() async throws {
        let fixture = try Fixture()
        try await filled(fixture)
        let journal = try Journal(path: fixture.path, sealer: try Fixture().sealer, signer: try Fixture().signer, readOnly: true)
        let check = try await journal.check()
        #expect(check.findings.contains { $0.contains(fixture.sealing.name) })
        #expect(check.findings.contains { $0.contains("is signed by key \(fixture.signer.keyID)") })
    }
}
