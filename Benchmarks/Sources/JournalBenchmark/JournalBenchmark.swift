import Certificates
import Delivery
import Foundation
import GRDB
import Journal

/// How long a transition of a Release takes until it is on the disk, beside what SQLite alone needs for one row of the same size: turn by turn,
/// so that both meet the same disk. The journal's write is a Release, its Environment, an audit entry and the signed end.
@main struct JournalBenchmark {
    static let rounds = 2_000

    static func main() async throws {
        let parent = CommandLine.arguments.dropFirst().first ?? "."
        let folder = "\(parent)/journal-benchmark-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let journal = try openJournal(folder)
        let peer = try openPeer(folder)
        let row = Data(repeating: UInt8(ascii: "x"), count: 1_500)
        let clock = ContinuousClock()
        var (ours, theirs): ([Duration], [Duration]) = ([], [])
        for round in 0..<rounds {
            let change = change(Int64(round))
            ours.append(try await clock.measure { try await journal.commit(change) })
            let start = clock.now
            try await peer.write { db in try db.execute(sql: "INSERT INTO t (body) VALUES (?)", arguments: [row]) }
            theirs.append(clock.now - start)
        }
        print("\(rounds) writes each, on the disk when they return (WAL, synchronous=FULL), milliseconds:")
        print("                              p50      p99      max")
        report("a transition in the journal", ours)
        report("one row in SQLite alone", theirs)
        for (name, part) in [("p50", 0.5), ("p99", 0.99)] {
            print("ratio of \(name): \(String(format: "%.2f", at(part, ours) / at(part, theirs)))")
        }
        try journal.close()
    }

    private static func openJournal(_ folder: String) throws -> Journal {
        let (sealing, signing) = (SealingKey.generate(), try SigningKey.generate())
        return try Journal(
            path: folder + "/journal.sqlite",
            sealer: JournalSealer(keyID: sealing.name, seal: { try sealing.seal($0) }, open: { try sealing.open($0) }),
            signer: JournalSigner(
                sign: { try signing.sign($0) }, verify: { signing.publicKey.isValid($0, for: $1) }, keyID: signing.publicKey.shortName))
    }

    private static func openPeer(_ folder: String) throws -> DatabasePool {
        let pool = try DatabasePool(path: folder + "/plain.sqlite")
        try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
        try pool.write { db in try db.execute(sql: "CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)") }
        return pool
    }

    private static func change(_ round: Int64) -> StateChange {
        let now = Timestamp(milliseconds: 1_700_000_000_000 + round)
        let revision = Revision(id: String(repeating: "a", count: 40), subject: "A subject", author: "ann", committedAt: now)
        var release = Release(
            id: 1 + round / 10, environment: "production", kind: .deploy, revision: revision,
            bundle: String(repeating: "b", count: 64), previousBundle: nil, previousRevision: nil, requestedBy: .controller,
            reason: "merge", isForced: false, createdAt: now)
        release.version = round % 10
        release.phase = round % 10 == 9 ? .failed : .applying
        var state = EnvironmentState(name: "production")
        state.version = round
        let draft = AuditDraft(
            at: now, actor: .controller, action: "release.applying", environment: "production", release: release.id, revision: revision.id,
            reason: "a reason of some words")
        return StateChange(releases: [release], environments: [state], audit: [draft])
    }

    private static func report(_ name: String, _ times: [Duration]) {
        let columns = [0.5, 0.99, 1].map { String(format: "%8.2f", at($0, times)) }.joined(separator: " ")
        print(name.padding(toLength: 27, withPad: " ", startingAt: 0) + columns)
    }

    /// In milliseconds.
    private static func at(_ part: Double, _ times: [Duration]) -> Double {
        let sorted = times.sorted()
        let index = min(Int(Double(sorted.count) * part), sorted.count - 1)
        return sorted[index] / .milliseconds(1)
    }
}
