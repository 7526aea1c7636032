import Delivery
import Journal
import Manifests
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Processes that are killed right before and right after each COMMIT of a small life, and what the next process finds.
@Suite struct CrashTests {
    /// Keys that every process has. What they protect is not the question here.
    private static func open(_ path: String, onCommit: (@Sendable (CommitMoment, Int64) -> Void)? = nil) throws -> Journal {
        let sealer = JournalSealer(seal: { $0.map { ~$0 } }, open: { $0.map { ~$0 } })
        let signer = JournalSigner(sign: { SHA256.hash($0) }, verify: { $0 == SHA256.hash($1) }, keyID: "test")
        return try Journal(path: path, sealer: sealer, signer: signer, onCommit: onCommit)
    }

    /// One transaction each; `count` of them are what a life consists of.
    private enum Life {
        static let count: Int64 = 5

        static func step(_ number: Int64, _ journal: Journal) async throws {
            switch number {
            case 1: _ = try await journal.allocateReleaseID()
            case 2:
                let object: Value = [
                    "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"],
                    "data": ["k": .string(String(repeating: "x", count: 20_000))],
                ]
                _ = try await journal.storeBundle(objects: [object])
            default:
                let version = number - 3
                let phase: ReleasePhase = version == 0 ? .queued : .applying
                try await journal.commit(
                    StateChange(
                        releases: [Samples.release(1, phase: phase, version: version)],
                        environments: [Samples.environment(version: version)],
                        audit: [Samples.draft("step.\(number)")], notices: [Samples.notice("step-\(number)")]))
            }
        }

        /// How many steps a Journal holds, by everything that they left; `nil` when it holds half of one.
        static func found(in journal: Journal) async throws -> Int64? {
            let release = try await journal.release(1)
            let audit = try await journal.auditEntries().count
            let notices = try await journal.unroutedNotices().count
            let environment = try await journal.environment("staging")
            guard audit == notices, (release?.version).map({ $0 + 1 }) ?? 0 == audit, environment?.version == release?.version else {
                return nil
            }
            let digest = try BundleDigest.digest(of: [
                [
                    "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"],
                    "data": ["k": .string(String(repeating: "x", count: 20_000))],
                ]
            ])
            let bundle = try await journal.bundleObjects(digest)
            if audit > 0 { return bundle == nil ? nil : Int64(audit) + 2 }
            if bundle != nil { return 2 }
            return try await journal.allocateReleaseID() == 2 ? 1 : 0
        }
    }

    @Test(arguments: CommitMoment.allCases, 1...Life.count)
    func aKilledProcessLeavesWholeTransactions(_ moment: CommitMoment, _ number: Int64) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/journal.sqlite"
        let (name, count) = (moment.rawValue, Life.count)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, name = name as String, number = number as Int64, count = count as Int64] in
            let journal = try CrashTests.open(path) { moment, current in
                if moment.rawValue == name && current == number { kill(getpid(), SIGKILL) }
            }
            for step in 1...count { try await Life.step(step, journal) }
        }
        let journal = try Self.open(path)
        let found = try await Life.found(in: journal)
        #expect(found == (moment == .before ? number - 1 : number))
        guard case .ok = try await journal.verifyAudit() else {
            Issue.record("the record is broken")
            return
        }
        // The next process goes on where that one was killed.
        for step in max(found ?? 0, 2) + 1..<(Life.count + 1) { try await Life.step(step, journal) }
    }
}
