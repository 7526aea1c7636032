import Delivery
import GRDB
import Journal
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct OpeningTests {
    private func failure(_ body: () throws -> Journal) throws -> JournalError {
        try #require(#expect(throws: JournalError.self) { try body() })
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func aNewJournalIsPrivateDurableAndEmpty() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        #expect(try await journal.unfinishedReleases().isEmpty)
        try await journal.commit(StateChange(releases: [Samples.release(1)]))
        for name in ["", "-wal", "-shm", ".lock"] { #expect(mode(fixture.path + name) == 0o600, "\(name)") }
        #expect(try await journal.durability() == "wal 2")
    }

    @Test func aFileThatOthersCouldReadIsMadePrivate() throws {
        let fixture = try Fixture()
        try fixture.open().close()
        chmod(fixture.path, 0o644)
        try fixture.open().close()
        #expect(mode(fixture.path) == 0o600)
    }

    @Test func anEmptyFileBecomesAJournal() async throws {
        let fixture = try Fixture()
        close(creat(fixture.path, 0o600))
        let journal = try fixture.open()
        #expect(try await journal.allocateReleaseID() == 1)
    }

    @Test func onlyOneMayWrite() throws {
        let fixture = try Fixture()
        let first = try fixture.open()
        let error = try failure { try fixture.open() }
        #expect(error.code == .locked && error.message.contains("process \(getpid())"))
        try first.close()
        try fixture.open().close()
    }

    @Test func readersSeeOneStateWhileSomebodyWrites() async throws {
        let fixture = try Fixture()
        let writer = try fixture.open()
        try await writer.commit(StateChange(releases: [Samples.release(1)]))
        let reader = try fixture.open(readOnly: true)
        let rounds = 200 as Int64
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for version in 1...rounds {
                    try await writer.commit(
                        StateChange(
                            releases: [Samples.release(1, phase: .applying, version: version)],
                            environments: [Samples.environment(version: version)], audit: [Samples.draft()]))
                }
            }
            for journal in [reader, writer] {
                group.addTask {
                    var last: Int64 = 0
                    while last < rounds {
                        let version = try await #require(journal.release(1)).version
                        #expect(version >= last)
                        last = version
                        guard case .ok(let count, _) = try await journal.verifyAudit() else {
                            Issue.record("a reader saw half of a commit")
                            return
                        }
                        #expect(count >= last)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func readingNeedsAJournalAndNeverWrites() async throws {
        let fixture = try Fixture()
        #expect(try failure { try fixture.open(readOnly: true) }.code == .notFound)
        try fixture.open().close()
        let reader = try fixture.open(readOnly: true)
        let error = await #expect(throws: JournalError.self) { try await reader.commit(StateChange(releases: [Samples.release(1)])) }
        #expect(error?.code == .readOnly)
    }

    @Test func aFolderThatIsMissingIsNamed() throws {
        let error = try failure {
            let fixture = try Fixture()
            return try Journal(path: "/nonexistent/journal.sqlite", sealer: fixture.sealer, signer: nil)
        }
        #expect(error.code == .io && error.message.contains("/nonexistent/journal.sqlite"))
    }

    @Test func aFileThatIsNoDatabaseIsCorrupt() throws {
        let fixture = try Fixture()
        let descriptor = Glibc.open(fixture.path, O_WRONLY | O_CREAT, 0o600)
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 8192)
        #expect(write(descriptor, text, text.count) == text.count)
        close(descriptor)
        let error = try failure { try fixture.open() }
        #expect(error.code == .corrupt && error.message.contains("backup"))
    }

    @Test func damageInsideIsSaidAndNotReturned() async throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        for id in 1...300 as ClosedRange<Int64> {
            try await journal.commit(StateChange(releases: [Samples.release(id, phase: .failed)]))
        }
        try journal.close()
        let descriptor = Glibc.open(fixture.path, O_WRONLY)
        let noise = [UInt8](repeating: 0xA5, count: 4096)
        let size = lseek(descriptor, 0, SEEK_END)
        // From the last quarter on: the schema stays readable, the data does not.
        for offset in stride(from: size / 4 * 3 / 4096 * 4096, to: size, by: 4096) { pwrite(descriptor, noise, noise.count, offset) }
        close(descriptor)
        journal = try fixture.open()
        let open = journal
        let error = await #expect(throws: JournalError.self) { try await open.releases(environment: nil, limit: 1000) }
        #expect(error?.code == .corrupt && error?.message.contains("slipway journal restore FILE") == true)
        let check = try await journal.check()
        #expect(!check.isWhole)
    }

    @Test(arguments: [
        "UPDATE releases SET body = X'7B' WHERE id = 1", "UPDATE releases SET version = 9 WHERE id = 1",
        "UPDATE releases SET phase = 'verified' WHERE id = 1", "UPDATE releases SET body = X'7B7D' WHERE id = 1",
        "UPDATE releases SET body = (SELECT body FROM releases WHERE id = 2) WHERE id = 1",
    ])
    func aRecordThatContradictsItselfIsCorrupt(_ sql: String) async throws {
        let fixture = try Fixture()
        try await fixture.open().commit(
            StateChange(releases: [Samples.release(1), Samples.release(2, environment: "production")]))
        try await DatabaseQueue(path: fixture.path).write { db in try db.execute(sql: sql) }
        let journal = try fixture.open()
        let error = await #expect(throws: JournalError.self) { try await journal.release(1) }
        #expect(error?.code == .corrupt && error?.message.contains("release 1") == true)
        #expect(try await journal.release(2) != nil)
    }

    @Test func aNewerSchemaOrEncodingIsLeftAlone() async throws {
        let fixture = try Fixture()
        try await fixture.open().commit(StateChange(releases: [Samples.release(1)]))
        try await DatabaseQueue(path: fixture.path).write { db in try db.execute(sql: "UPDATE releases SET encoding = 2") }
        let journal = try fixture.open()
        let error = await #expect(throws: JournalError.self) { try await journal.release(1) }
        #expect(error?.code == .schema)
        try journal.close()
        try await DatabaseQueue(path: fixture.path).write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99')")
        }
        #expect(try failure { try fixture.open() }.code == .schema)
        #expect(try failure { try fixture.open(readOnly: true) }.code == .schema)
    }
}
