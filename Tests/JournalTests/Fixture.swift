import Certificates
import Delivery
import Journal
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder of its own for one test, removed when the test is done with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/slipway-journal-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw JournalError(.io, "no temporary folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in Self.names(in: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

/// A Journal in a folder of its own, with real keys.
final class Fixture: Sendable {
    let folder: TemporaryFolder
    let sealing = SealingKey.generate()
    let signing: SigningKey
    var path: String { folder.path + "/journal.sqlite" }

    init() throws {
        folder = try TemporaryFolder()
        signing = try SigningKey.generate()
    }

    var sealer: JournalSealer {
        let key = sealing
        return JournalSealer(keyID: key.name, seal: { try key.seal($0) }, open: { try key.open($0) })
    }

    var signer: JournalSigner { Self.signer(signing) }

    static func signer(_ key: SigningKey) -> JournalSigner {
        JournalSigner(
            sign: { try key.sign($0) }, verify: { key.publicKey.isValid($0, for: $1) }, keyID: key.publicKey.shortName,
            publicKey: key.publicKey.rawBytes, verifyUnder: { VerificationKey(rawBytes: $0).isValid($1, for: $2) })
    }

    func open(readOnly: Bool = false, onCommit: (@Sendable (CommitMoment, Int64) -> Void)? = nil) throws -> Journal {
        // The Journal holds the folder: it opens connections when it needs them, long after `Fixture().open()`.
        try Journal(path: path, sealer: sealer, signer: signer, readOnly: readOnly) { [self] moment, number in
            withExtendedLifetime(self) { onCommit?(moment, number) }
        }
    }

    /// The bytes of the database and of the files that SQLite keeps beside it.
    func allBytes() throws -> [UInt8] {
        var bytes: [UInt8] = []
        for name in TemporaryFolder.names(in: folder.path) {
            let descriptor = Glibc.open("\(folder.path)/\(name)", O_RDONLY)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
        }
        return bytes
    }
}

/// Small complete values.
enum Samples {
    static let now = Timestamp(milliseconds: 1_700_000_000_000)
    static let ann = Actor(name: "ann", source: .token)

    static func revision(_ name: String = "b") -> Revision {
        Revision(
            id: String(repeating: name, count: 40), subject: "Make \"it\" faster ÄÖ\u{1F680}", author: "ann <ann@example.org>",
            committedAt: now)
    }

    static func release(_ id: Int64, environment: String = "staging", phase: ReleasePhase = .queued, version: Int64 = 0) -> Release {
        var release = Release(
            id: id, environment: environment, kind: .deploy, revision: revision(), bundle: "bundle-b", previousBundle: nil,
            previousRevision: nil, requestedBy: .controller, reason: "merge", isForced: false, createdAt: now)
        release.phase = phase
        release.version = version
        return release
    }

    /// A Release with every field set.
    static func fullRelease(_ id: Int64) -> Release {
        var release = Release(
            id: id, environment: "production", kind: .rollback, revision: revision("c"), bundle: "bundle-c", previousBundle: "bundle-a",
            previousRevision: revision("a"), requestedBy: ann, reason: "errors\nin two lines", isForced: true, createdAt: now)
        release.phase = .rollingBack
        release.rollbackStep = .verifying
        release.blocker = .approval(planHash: "plan", missing: [.init(role: "release-manager", count: 2)])
        release.planHash = "plan"
        release.failure = Failure(origin: .smokeTest, message: "answered 500")
        release.phaseSince = now + .seconds(1)
        release.deadline = now + .seconds(2)
        release.waitUntil = now + .seconds(3)
        release.finishedAt = now + .seconds(4)
        release.attempts = 5
        release.retryAt = now + .seconds(6)
        release.lastTransientError = "no route"
        release.failedPhase = .verifying
        release.failedStep = .pruning
        release.step = 1
        release.passesCalendar = true
        release.isReadyForGroup = true
        release.retriedAt = now + .seconds(7)
        return release
    }

    static let delay = Revert.Delay(attempts: 3, message: "no route", since: now + .seconds(2), retryAt: now + .seconds(3))

    static func environment(_ name: String = "staging", version: Int64 = 1) -> EnvironmentState {
        var state = EnvironmentState(name: name)
        state.verifiedBundle = "bundle-a"
        state.verifiedRevision = revision("a")
        state.verifiedRelease = 3
        state.verifiedAt = now
        state.hold = Hold(reason: "freeze", by: ann, since: now, until: now + .seconds(60), release: 7)
        state.hold?.revert = Revert(by: ann, reason: "errors", at: now + .seconds(1), includesShared: true)
        state.hold?.revert?.delay = delay
        state.hold?.revert?.group = .init(name: "web", members: ["staging", "production"])
        state.freeze = Freeze(reason: "sale", by: ann, since: now, until: now + .seconds(90))
        state.version = version
        return state
    }

    static func quarantine(_ bundle: String = "bundle-b") -> Quarantine {
        Quarantine(
            environment: "staging", bundle: bundle, revision: revision(), release: 7, reason: "crashed", since: now,
            until: now + .seconds(30))
    }

    static func draft(_ action: String = "release.queued", environment: String? = "staging", at: Timestamp = now) -> AuditDraft {
        AuditDraft(
            at: at, actor: ann, action: action, environment: environment, release: 7, revision: revision().id, planHash: nil,
            reason: "because", outcome: "ok")
    }

    static func notice(_ key: String) -> Notice {
        Notice(
            severity: .warning, event: .rollbackStarted, environment: "staging", release: 7, revision: revision().id,
            incident: .opens(key: "slipway/staging"), text: "something \(key)", dedupeKey: key, at: now)
    }
}
