import Certificates
import Controller
import Delivery
import Foundation
import GRDB
import Journal
import Manifests
import Testing

@Suite struct KeyChangeTests {
    private static func secret(_ number: Int) -> Value {
        [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string("s-\(number)")],
            "stringData": ["t": .string("canary-\(number)")],
        ]
    }

    /// A state directory with 250 Secrets, which need three transactions, and a record with a checkpoint.
    private func filled(_ folder: TemporaryFolder) async throws -> (StateDirectory, bundles: [String]) {
        let state = try StateDirectory(path: folder.path)
        let journal = try state.openJournal()
        var bundles: [String] = []
        for start in stride(from: 0, to: 250, by: 50) {
            bundles.append(try await journal.storeBundle(objects: (start..<start + 50).map(Self.secret)))
        }
        for round in 0..<4 { try await journal.commit(StateChange(audit: [Samples.draft("release.phase\(round)")])) }
        _ = try await journal.signCheckpoint(at: Samples.now)
        try journal.close()
        return (state, bundles)
    }

    private func requireWhole(_ state: StateDirectory, _ bundles: [String], readOnly: Bool = true) async throws {
        let journal = try state.openJournal(readOnly: readOnly)
        for bundle in bundles { #expect(try await journal.bundleObjects(bundle)?.count == 50) }
        let check = try await journal.check()
        #expect(check.findings == [] && check.sealed == 250)
        try journal.close()
    }

    private func keys(_ state: StateDirectory) throws -> (sealing: String, signing: String) {
        (
            try #require(try SealingKey.load(path: state.path + "/sealing.key")).name,
            try #require(try SigningKey.load(path: state.path + "/signing.pem")).publicKey.shortName
        )
    }

    @Test func bothKeysAreReplacedEverythingIsReadAndTheRecordIsOne() async throws {
        let folder = try TemporaryFolder()
        let (state, bundles) = try await filled(folder)
        let before = try keys(state)
        let identity = try state.openJournal(readOnly: true).identity
        for round in 1...2 {
            let change = try await state.changeKeys([.sealing, .signing], by: Samples.ann, reason: "yearly", at: Samples.now)
            #expect(change.resealed == 250)
            let after = try keys(state)
            #expect(change.sealing?.to == after.sealing && change.signing?.to == after.signing)
            #expect(after.sealing != before.sealing && after.signing != before.signing)
            try await requireWhole(state, bundles)
            let journal = try state.openJournal()
            try await journal.commit(StateChange(audit: [Samples.draft("after.\(round)")]))
            _ = try await journal.signCheckpoint(at: Samples.now)
            guard case .ok = try await journal.verifyAudit() else {
                Issue.record("\(try await journal.verifyAudit())")
                return
            }
            // Inventories in clusters name it.
            #expect(journal.identity == identity)
            try journal.close()
        }
        let entries = try await state.openJournal(readOnly: true).auditEntries(filter: AuditFilter(actionPrefix: "journal."))
        #expect(
            entries.map(\.draft.action)
                == Array(repeating: ["journal.sealingKeyChanged", "journal.signingKeyChanged"], count: 2).flatMap { $0 })
        #expect(entries.allSatisfy { $0.draft.reason.hasPrefix("yearly: key ") })
        #expect(TemporaryFolder.names(in: folder.path).filter { $0.hasSuffix(".new") || $0.hasSuffix(".old") } == [])
    }

    /// A process that is killed around each of its transactions leaves everything readable, and the next one finishes.
    @Test(arguments: CommitMoment.allCases, 1...6 as ClosedRange<Int64>)
    func killedAnywhereEverythingIsReadableAndItCanBeFinished(_ moment: CommitMoment, _ number: Int64) async throws {
        let folder = try TemporaryFolder()
        let (state, bundles) = try await filled(folder)
        let (path, name) = (folder.path, moment.rawValue)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, name = name as String, number = number as Int64] in
            let state = try StateDirectory(path: path)
            _ = try await state.changeKeys(
                [.sealing, .signing], by: Actor(name: "ann", source: .token), reason: "", at: Timestamp(milliseconds: 1)
            ) {
                if $0.rawValue == name && $1 == number { kill(getpid(), SIGKILL) }
            }
        }
        try await requireWhole(state, bundles)
        try await requireWhole(state, bundles, readOnly: false)
        _ = try await state.changeKeys([.sealing, .signing], by: Samples.ann, reason: "", at: Samples.now)
        try await requireWhole(state, bundles)
        #expect(TemporaryFolder.names(in: folder.path).filter { $0.hasSuffix(".new") || $0.hasSuffix(".old") } == [])
        let sealed = try await DatabaseQueue(path: state.journal).read { db in
            try String.fetchAll(db, sql: "SELECT DISTINCT keyID FROM objects")
        }
        #expect(sealed == [try keys(state).sealing])
    }

    @Test func aControllerThatRunsKeepsItsKeys() async throws {
        let folder = try TemporaryFolder()
        let (state, _) = try await filled(folder)
        let before = try keys(state)
        let running = try state.openJournal()
        let error = await #expect(throws: ControllerError.self) {
            try await state.changeKeys([.sealing], by: Samples.ann, reason: "", at: Samples.now)
        }
        #expect(error?.message.contains("in use by process") == true)
        #expect(try keys(state) == before)
        #expect(!FileManager.default.fileExists(atPath: state.path + "/sealing.key.new"))
        try running.close()
    }

    /// What somebody can do who owns the database and not the keys.
    @Test(arguments: [
        "UPDATE signingKeys SET publicKey = zeroblob(32) WHERE number = 1",
        "UPDATE signingKeys SET introduction = zeroblob(64) WHERE number = 2",
        "UPDATE signingKeys SET acceptance = zeroblob(64) WHERE number = 2", "UPDATE signingKeys SET since = since + 1 WHERE number = 2",
        "UPDATE signingKeys SET hash = zeroblob(32) WHERE number = 2", "DELETE FROM signingKeys WHERE number = 2",
        "DELETE FROM signingKeys WHERE number = 1", "UPDATE checkpoints SET signature = zeroblob(64) WHERE sequence = 4",
        "UPDATE checkpoints SET keyID = (SELECT keyID FROM signingKeys WHERE number = 2) WHERE sequence = 4",
    ])
    func aForgedKeyIsFound(_ sql: String) async throws {
        let folder = try TemporaryFolder()
        let (state, _) = try await filled(folder)
        _ = try await state.changeKeys([.signing], by: Samples.ann, reason: "", at: Samples.now)
        _ = try await state.changeKeys([.signing], by: Samples.ann, reason: "", at: Samples.now)
        let queue = try DatabaseQueue(path: state.journal)
        try await queue.write { db in
            for trigger in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try db.execute(sql: "DROP TRIGGER \(trigger)")
            }
            try db.execute(sql: sql)
        }
        try queue.close()
        let verification = try await state.openJournal(readOnly: true).verifyAudit()
        guard case .broken = verification else {
            Issue.record("not found: \(sql)")
            return
        }
    }

    /// The old key was stolen after it was replaced: it signs nothing that counts any more.
    @Test func anOldKeyCannotSignWhatCameAfterIt() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        try await journal.commit(StateChange(audit: [Samples.draft()]))
        let next = try SigningKey.generate()
        try await journal.changeSigner(to: Fixture.signer(next), by: Samples.ann, reason: "", at: Samples.now)
        try await journal.commit(StateChange(audit: [Samples.draft()]))
        try journal.close()
        let thief = try fixture.open()
        _ = try await thief.signCheckpoint(at: Samples.now)
        guard case .broken(_, let what) = try await thief.verifyAudit() else {
            Issue.record("the thief's own view is whole")
            return
        }
        #expect(what.contains("newest signing key"))
        try thief.close()
        let owner = try Journal(path: fixture.path, sealer: fixture.sealer, signer: Fixture.signer(next))
        guard case .broken(3, let why) = try await owner.verifyAudit() else {
            Issue.record("not found")
            return
        }
        #expect(why.contains("had to sign"))
    }

    @Test func aKeyThatHasSignedBeforeDoesNotComeBack() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let next = try SigningKey.generate()
        try await journal.changeSigner(to: Fixture.signer(next), by: Samples.ann, reason: "", at: Samples.now)
        let error = await #expect(throws: JournalError.self) {
            try await journal.changeSigner(to: fixture.signer, by: Samples.ann, reason: "", at: Samples.now)
        }
        #expect(error?.code == .signing)
    }
}
