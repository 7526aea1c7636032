import Delivery
import Foundation
import GRDB
import Journal
import Manifests
import Testing

/// Journals as every released version left them, opened by this one.
///
/// A version that changes the tables adds a file `Fixtures/schema-N.sql` of what the version before it wrote (`sqlite3 journal.sqlite .dump`),
/// with records of all kinds, and its number to `released`. Files that are here are never edited.
@Suite struct MigrationTests {
    /// 1: versions 0.1 to 0.3.
    static let released = [1]

    static let sealer = JournalSealer(keyID: "test", seal: { $0.map { ~$0 } }, open: { $0.map { ~$0 } })
    static let signer = JournalSigner(
        sign: { SHA256.hash($0) }, verify: { $0 == SHA256.hash($1) }, keyID: "test", publicKey: [1],
        verifyUnder: { key, signature, message in key == [1] && signature == SHA256.hash(message) })

    static func restored(_ schema: Int, in folder: TemporaryFolder) throws -> String {
        let path = folder.path + "/journal.sqlite"
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/schema-\(schema).sql")
        let sql = try String(contentsOf: source, encoding: .utf8)
        // The tables come in the order of their names.
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { db in try db.execute(sql: sql) }
        try queue.close()
        return path
    }

    private func open(_ path: String, readOnly: Bool = false) throws -> Journal {
        try Journal(path: path, sealer: Self.sealer, signer: Self.signer, readOnly: readOnly)
    }

    @Test func everySchemaThatWasReleasedHasItsFile() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures").path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }
        #expect(Set(files) == Set(Self.released.map { "schema-\($0).sql" }))
    }

    @Test(arguments: released) func everythingInAnOlderJournalIsReadAndGoesOn(_ schema: Int) async throws {
        let folder = try TemporaryFolder()
        let path = try Self.restored(schema, in: folder)
        let journal = try open(path)

        #expect(try await journal.releases(environment: nil, limit: 10).map(\.id) == [4, 3, 2, 1])
        let third = try #require(try await journal.release(3))
        #expect(third.phase == .rollingBack && third.rollbackStep == .verifying && third.failure?.origin == .smokeTest)
        #expect(try await journal.release(4)?.blocker == .approval(planHash: "plan", missing: [.init(role: "release-manager", count: 2)]))
        #expect(try await journal.unfinishedReleases().map(\.id) == [3, 4])
        #expect(try await journal.approvals(release: 4).map(\.by.name) == ["ann"])
        let environments = try await journal.environments()
        #expect(environments.map(\.name) == ["production", "staging"] && environments[0].hold?.reason == "freeze")
        #expect(try await journal.quarantines(environment: "staging").map(\.reason) == ["crashed"])
        // Nobody could be told then: they count as routed.
        #expect(try await journal.unroutedNotices().isEmpty)

        let renderings = try await journal.latestRenderings(environment: "staging")
        #expect(renderings.map(\.renderedWith) == [nil, "helm v3.17.0+g301108e", nil])
        #expect(renderings[0].outcome == .failed(message: "line 3: no"))
        let objects = try #require(try await journal.bundleObjects(third.bundle))
        #expect(objects.compactMap(\.kind) == ["ConfigMap", "Secret"])
        #expect(try await journal.verifyAudit() == .ok(count: 5, headHash: #require(try await journal.auditHead()).hash))

        // It goes on: numbers, record, objects that are there already.
        #expect(try await journal.allocateReleaseID() == 5)
        try await journal.commit(StateChange(audit: [Samples.draft()]))
        #expect(try await journal.storeBundle(objects: objects) == third.bundle)
        guard case .ok(6, _) = try await journal.verifyAudit() else {
            Issue.record("\(try await journal.verifyAudit())")
            return
        }
        try journal.close()
        #expect(try await open(path, readOnly: true).bundleObjects(third.bundle) == objects)
    }

    /// What a Journal that was brought up to date has must be what a new one has, or two controllers of one version would differ.
    @Test(arguments: released) func anUpdatedJournalHasTheTablesOfANewOne(_ schema: Int) async throws {
        func tables(_ path: String) throws -> [String] {
            try DatabaseQueue(path: path).read { db in
                try String.fetchAll(db, sql: "SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1")
                    + String.fetchAll(
                        db,
                        sql: """
                            SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || coalesce(c.dflt_value, '')
                            FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
                            ORDER BY 1
                            """)
            }
        }
        let folder = try TemporaryFolder()
        let old = try Self.restored(schema, in: folder)
        try open(old).close()
        let fixture = try Fixture()
        try fixture.open().close()
        #expect(try tables(old) == tables(fixture.path))
    }

    /// Somebody looks with a newer command line before its controller has started.
    @Test(arguments: released) func readingAloneDoesNotUpdate(_ schema: Int) throws {
        let folder = try TemporaryFolder()
        let path = try Self.restored(schema, in: folder)
        let error = #expect(throws: JournalError.self) { try open(path, readOnly: true) }
        #expect(error?.code == .schema && error?.message.contains("older slipway") == true)
    }
}
