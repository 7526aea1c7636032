import Certificates
import Controller
import Delivery
import Foundation
import GRDB
import Journal
import Manifests
import Observability
import Testing

@Suite struct BackupTests {
    private static let passphrase = Array("correct horse battery".utf8)
    private static let secret: Value = [
        "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"], "stringData": ["t": "canary-7f3a9c"],
    ]

    private func filled(_ folder: TemporaryFolder) async throws -> (StateDirectory, bundle: String) {
        let state = try StateDirectory(path: folder.path)
        let journal = try state.openJournal()
        let bundle = try await journal.storeBundle(objects: [Self.secret])
        try await add(journal, 3)
        try journal.close()
        return (state, bundle)
    }

    private func add(_ journal: Journal, _ count: Int) async throws {
        for _ in 0..<count {
            let id = try await journal.allocateReleaseID()
            try await journal.commit(StateChange(releases: [Samples.release(id, phase: .failed)], audit: [Samples.draft()]))
        }
    }

    private func restore(
        _ state: StateDirectory, _ file: String, passphrase: [UInt8]? = nil, at: Timestamp = Samples.now
    ) async throws
        -> JournalRestoration
    {
        try await state.restore(file, passphrase: passphrase, by: Samples.ann, reason: "disk lost", at: at)
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func aBackupOfARunningControllerIsWholePrivateAndOneFile() async throws {
        let folder = try TemporaryFolder()
        let (state, bundle) = try await filled(folder)
        let running = try state.openJournal()
        // Somebody writes all the time.
        let writer = Task {
            while !Task.isCancelled { try await add(running, 1) }
        }
        var last: Int64 = 0
        for number in 1...5 {
            let file = folder.path + "/backup-\(number)"
            let backup = try await state.backUp(to: file, passphrase: nil, at: Samples.now)
            #expect(backup.keys == nil && backup.sequence >= last && backup.newestRelease >= backup.sequence)
            last = backup.sequence
            #expect(try mode(file) == 0o600)
        }
        writer.cancel()
        try await writer.value
        #expect(TemporaryFolder.names(in: folder.path).filter { $0.hasPrefix("backup-") }.sorted() == (1...5).map { "backup-\($0)" })
        try running.close()
        let other = try TemporaryFolder()
        for key in ["sealing.key", "signing.pem"] {
            try FileManager.default.copyItem(atPath: "\(folder.path)/\(key)", toPath: "\(other.path)/\(key)")
        }
        let restored = try StateDirectory(path: other.path)
        let outcome = try await restore(restored, folder.path + "/backup-5")
        #expect(outcome.check.isWhole && outcome.keptAs == nil && outcome.check.auditEntries == last)
        let journal = try restored.openJournal()
        #expect(try await journal.bundleObjects(bundle) == [Self.secret])
        #expect(try await journal.latestAuditEntries(limit: 1).first?.draft.action == "journal.restored")
        #expect(try await DatabaseQueue(path: restored.journal).read { db in try db.tableExists("backup") } == false)
        try journal.close()
    }

    @Test func theKeysAreInItOnlyWhenAskedForAndSealed() async throws {
        let folder = try TemporaryFolder()
        let (state, bundle) = try await filled(folder)
        let (plain, whole) = (folder.path + "/plain", folder.path + "/whole")
        #expect(try await state.backUp(to: plain, passphrase: nil, at: Samples.now).keys == nil)
        #expect(try await state.backUp(to: whole, passphrase: Self.passphrase, at: Samples.now).keys != nil)
        let key = try String(contentsOfFile: folder.path + "/sealing.key", encoding: .utf8).trimmingCharacters(in: .newlines)
        for file in [plain, whole] {
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
            #expect(!text.contains(key) && !text.contains("PRIVATE KEY") && !text.contains("canary-7f3a9c"))
        }
        // A new machine.
        let other = try TemporaryFolder()
        let empty = try StateDirectory(path: other.path)
        let missing = await #expect(throws: ControllerError.self) { try await restore(empty, plain) }
        #expect(missing?.message.contains("no sealing.key") == true)
        let wrong = await #expect(throws: ControllerError.self) {
            try await restore(empty, whole, passphrase: Array("another phrase".utf8))
        }
        #expect(wrong?.message.contains("passphrase is another one") == true)
        let none = await #expect(throws: ControllerError.self) { try await restore(empty, plain, passphrase: Self.passphrase) }
        #expect(none?.message.contains("no keys in it") == true)
        #expect(TemporaryFolder.names(in: other.path).filter { $0 != "journal.sqlite.lock" } == [])
        let outcome = try await restore(empty, whole, passphrase: Self.passphrase)
        #expect(outcome.keys == ["sealing.key", "signing.pem"])
        #expect(try await empty.openJournal().bundleObjects(bundle) == [Self.secret])
        #expect(try mode(other.path + "/sealing.key") == 0o600)
    }

    @Test func anOlderBackupKeepsTheNewerJournalBesideAndItsNumbersAreNotGivenAgain() async throws {
        let folder = try TemporaryFolder()
        let (state, _) = try await filled(folder)
        let file = folder.path + "/backup"
        _ = try await state.backUp(to: file, passphrase: nil, at: Samples.now)
        var journal = try state.openJournal()
        try await add(journal, 4)
        try journal.close()
        let outcome = try await restore(state, file)
        #expect(outcome.newestRelease == 3 && outcome.newestBefore == 7)
        journal = try state.openJournal()
        #expect(try await journal.releases(environment: nil, limit: 10).map(\.id) == [3, 2, 1])
        #expect(try await journal.allocateReleaseID() == 8)
        let check = try await journal.check()
        #expect(check.findings == [])
        try journal.close()
        // The one that was there is whole and can be put back.
        let kept = try #require(outcome.keptAs)
        #expect(try await restore(state, kept, at: Samples.now + .seconds(1)).newestRelease == 7)
    }

    @Test func noTokenComesBackToLife() async throws {
        let folder = try TemporaryFolder()
        let (state, _) = try await filled(folder)
        var journal = try state.openJournal()
        let token = AccessToken(
            name: "ci", sha256: "hash", roles: ["deployer"], environments: [], createdBy: Samples.ann, createdAt: Samples.now,
            expiresAt: Samples.now + .seconds(86_400))
        let draft = AuditDraft(at: Samples.now, actor: Samples.ann, action: "token.created")
        let id = try await journal.store(token, audit: draft)
        try journal.close()
        let file = folder.path + "/backup"
        _ = try await state.backUp(to: file, passphrase: nil, at: Samples.now)
        // It is stolen, and ended.
        journal = try state.openJournal()
        try await journal.revoke(tokens: [id], at: Samples.now, audit: draft)
        try journal.close()
        #expect(try await restore(state, file).revokedTokens == 1)
        journal = try state.openJournal()
        #expect(try await journal.validAccessTokens(at: Samples.now).isEmpty)
        let last = try #require(try await journal.latestAuditEntries(limit: 1).first)
        #expect(last.draft.action == "token.revoked" && last.draft.outcome == "1 token")
        try journal.close()
        #expect(try await restore(state, file, at: Samples.now + .seconds(86_400)).revokedTokens == 0, "it has expired")
    }

    @Test func whatCannotBePutInPlaceLeavesTheJournalWithItsKeys() async throws {
        let folder = try TemporaryFolder(), other = try TemporaryFolder()
        let (theirs, _) = try await filled(other)
        let file = other.path + "/backup"
        _ = try await theirs.backUp(to: file, passphrase: Self.passphrase, at: Samples.now)
        let (state, bundle) = try await filled(folder)
        let suffix = ".replaced-" + RFC3339.string(fromUnixMilliseconds: Samples.now.milliseconds).filter { $0 != ":" && $0 != "-" }
        let blocked = folder.path + "/journal.sqlite" + suffix
        try FileManager.default.createDirectory(atPath: blocked, withIntermediateDirectories: false)
        let error = await #expect(throws: ControllerError.self) { try await restore(state, file, passphrase: Self.passphrase) }
        #expect(error?.message.contains("Nothing was replaced") == true)
        #expect(try await state.openJournal().bundleObjects(bundle) == [Self.secret], "its keys are its own")
        #expect(!TemporaryFolder.names(in: folder.path).contains { $0.hasPrefix("sealing.key.") || $0.hasPrefix("signing.pem.") })
    }

    @Test func aControllerThatRunsIsNotReplaced() async throws {
        let folder = try TemporaryFolder()
        let (state, _) = try await filled(folder)
        let file = folder.path + "/backup"
        _ = try await state.backUp(to: file, passphrase: nil, at: Samples.now)
        let running = try state.openJournal()
        let error = await #expect(throws: ControllerError.self) { try await restore(state, file) }
        #expect(error?.message.contains("in use by process") == true)
        try await add(running, 1)
        try running.close()
    }

    @Test(arguments: [
        "UPDATE audit SET reason = 'x' WHERE sequence = 2", "UPDATE objects SET body = zeroblob(80)", "DELETE FROM bundleObjects",
        "UPDATE releases SET body = X'7B7D'", "UPDATE auditHead SET signature = zeroblob(64)", "DELETE FROM objects",
    ])
    func aBackupThatIsNotWholeReplacesNothing(_ sql: String) async throws {
        let folder = try TemporaryFolder()
        let (state, bundle) = try await filled(folder)
        let file = folder.path + "/backup"
        _ = try await state.backUp(to: file, passphrase: nil, at: Samples.now)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: file, configuration: configuration)
        try await queue.write { db in
            for trigger in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try db.execute(sql: "DROP TRIGGER \(trigger)")
            }
            try db.execute(sql: sql)
        }
        try queue.close()
        let error = await #expect(throws: ControllerError.self) { try await restore(state, file) }
        #expect(error?.message.contains("nothing was replaced") == true)
        let journal = try state.openJournal()
        #expect(try await journal.bundleObjects(bundle) == [Self.secret])
        #expect(TemporaryFolder.names(in: folder.path).filter { $0.contains("restoring") || $0.contains("replaced") } == [])
    }

    @Test func aJournalThatIsDamagedBeyondReadingIsReplacedAndKept() async throws {
        let folder = try TemporaryFolder()
        let (state, bundle) = try await filled(folder)
        let file = folder.path + "/backup"
        _ = try await state.backUp(to: file, passphrase: nil, at: Samples.now)
        // With its log SQLite would still have all of it.
        for companion in ["-wal", "-shm"] { unlink(state.journal + companion) }
        try Data(repeating: 0x78, count: 20_000).write(to: URL(fileURLWithPath: state.journal))
        let broken = #expect(throws: ControllerError.self) { try state.openJournal() }
        #expect(broken?.message.contains("slipway journal restore FILE") == true)
        let outcome = try await restore(state, file)
        #expect(outcome.newestBefore == nil)
        #expect(try Data(contentsOf: URL(fileURLWithPath: try #require(outcome.keptAs))) == Data(repeating: 0x78, count: 20_000))
        #expect(try await state.openJournal().bundleObjects(bundle) == [Self.secret])
    }

    @Test func whatIsNoBackupIsRefusedByName() async throws {
        let folder = try TemporaryFolder()
        let (state, _) = try await filled(folder)
        let missing = await #expect(throws: ControllerError.self) { try await restore(state, folder.path + "/none") }
        #expect(missing?.message.contains("there is no file") == true)
        try Data("text".utf8).write(to: URL(fileURLWithPath: folder.path + "/text"))
        let text = await #expect(throws: ControllerError.self) { try await restore(state, folder.path + "/text") }
        #expect(text?.message.contains("/text") == true)
        try await DatabaseQueue(path: folder.path + "/other").write { db in try db.execute(sql: "CREATE TABLE t (a)") }
        let other = await #expect(throws: ControllerError.self) { try await restore(state, folder.path + "/other") }
        #expect(other?.message.contains("not a journal of slipway") == true)
        let again = await #expect(throws: ControllerError.self) {
            try await state.backUp(to: folder.path + "/text", passphrase: nil, at: Samples.now)
        }
        #expect(again?.message.contains("never written over another file") == true)
    }

    @Test func aBackupOfAnOlderVersionIsBroughtUpToDate() async throws {
        let old = try TemporaryFolder()
        let path = try MigrationTests.restored(1, in: old)
        // Without Secrets and signatures, whose keys only that controller has.
        let queue = try DatabaseQueue(path: path)
        try await queue.write { db in
            try db.execute(sql: "DROP TRIGGER checkpointsKeepAll; DELETE FROM checkpoints")
            for row in try Row.fetchAll(db, sql: "SELECT hash, body FROM objects WHERE isSealed = 1") {
                let body = Data([UInt8](row["body"] as Data).map { ~$0 })
                try db.execute(
                    sql: "UPDATE objects SET body = ?, isSealed = 0 WHERE hash = ?", arguments: [body, row["hash"] as String])
            }
        }
        try queue.close()
        let folder = try TemporaryFolder()
        let (state, _) = try await filled(folder)
        let journal = try Journal(
            path: path, sealer: JournalSealer(seal: { $0 }, open: { $0 }),
            signer: Fixture.signer(try #require(try SigningKey.load(path: folder.path + "/signing.pem"))))
        try await journal.commit(StateChange(audit: [Samples.draft()]))
        try journal.close()
        let outcome = try await restore(state, path)
        #expect(outcome.backup == nil && outcome.newestRelease == 4)
    }
}
