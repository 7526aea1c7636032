import Delivery
import GRDB
import Journal
import Manifests
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Each kind of write on a file system that takes nothing more: a process may not write beyond the first byte of any file.
@Suite struct RefusedWriteTests {
    enum Kind: String, CaseIterable, Sendable {
        case commit
        case number
        case bundle
        case rendering
        case delivery
        case checkpoint
        case reseal
        case signer
        case retention

        /// The change itself; for the second time where the first one failed.
        func write(_ journal: Journal) async throws {
            switch self {
            case .commit:
                try await journal.commit(StateChange(releases: [Samples.release(9, phase: .failed)], audit: [Samples.draft()]))
            case .number: _ = try await journal.allocateReleaseID()
            case .bundle: try await journal.storeBundle(objects: [RefusedWriteTests.object("other")])
            case .rendering:
                try await journal.recordRendering(
                    StoredRendering(
                        environment: "staging", revision: Samples.revision("c"), outcome: .failed(message: "no"), at: Samples.now))
            case .delivery:
                _ = try await journal.routeNotices(at: Samples.now) { _, _ in NoticeRouting(targets: []) }
            case .checkpoint: _ = try await journal.signCheckpoint(at: Samples.now)
            case .reseal: _ = try await journal.resealSome(JournalSealer(keyID: "next", seal: { $0 }, open: { $0.map { ~$0 } }))
            case .signer:
                var next = MigrationTests.signer
                next.keyID = "next"
                try await journal.changeSigner(to: next, by: Samples.ann, reason: "", at: Samples.now)
            case .retention: _ = try await journal.retain(RetentionPolicy(releases: 1, age: .zero), at: Samples.now + .seconds(1))
            }
        }
    }

    private static func object(_ name: String) -> Value {
        [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name)],
            "data": ["k": .string(String(repeating: "x", count: 9_000))],
        ]
    }

    private static func open(_ path: String) throws -> Journal {
        try Journal(path: path, sealer: MigrationTests.sealer, signer: MigrationTests.signer)
    }

    private static func allow(bytes: rlim_t) throws {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { throw JournalError(.io, "no limit") }
        limit.rlim_cur = min(bytes, limit.rlim_max)
        guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { throw JournalError(.io, "no limit") }
    }

    @Test(arguments: Kind.allCases) func aWriteThatTheDiskRefusesLosesNothingAndIsPossibleAgain(_ kind: Kind) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/journal.sqlite"
        var journal = try Self.open(path)
        let bundle = try await journal.storeBundle(objects: [Self.object("one")])
        for id in 1...3 as ClosedRange<Int64> {
            try await journal.commit(
                StateChange(
                    releases: [Samples.release(id, phase: .failed)], audit: [Samples.draft()], notices: [Samples.notice("n-\(id)")]))
        }
        try journal.close()
        let name = kind.rawValue
        await #expect(processExitsWith: .success) { [path = path as String, name = name as String] in
            signal(SIGXFSZ, SIG_IGN)
            let kind = try #require(Kind(rawValue: name))
            let journal = try RefusedWriteTests.open(path)
            // Its other files are made at the first read.
            _ = try await journal.newestReleaseNumber()
            try RefusedWriteTests.allow(bytes: 1)
            let error = await #expect(throws: (any Error).self) { try await kind.write(journal) }
            let refused = try #require(error as? JournalError)
            #expect(refused.code == .io || refused.code == .full, "\(refused.message)")
            #expect(refused.message.contains("nothing stored before is lost"), "\(refused.message)")
            #expect(try await journal.releases(environment: nil, limit: 10).map(\.id) == [3, 2, 1])
            try RefusedWriteTests.allow(bytes: .max)
            try await kind.write(journal)
            try journal.close()
        }
        // The key of the record is another one after that change.
        var next = MigrationTests.signer
        next.keyID = "next"
        journal = try Journal(
            path: path,
            sealer: JournalSealer(seal: { $0 }, open: { $0.starts(with: [0, 0]) || $0.first == UInt8(ascii: "{") ? $0 : $0.map { ~$0 } }),
            signer: MigrationTests.signer, nextSigner: next)
        let check = try await journal.check()
        #expect(check.findings == [])
        #expect(try await journal.bundleObjects(bundle) == [Self.object("one")])
    }
}
