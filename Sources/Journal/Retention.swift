import Delivery
import GRDB

/// The steps of retention, each within a transaction of its caller.
///
/// A Bundle goes last and late: while anything names it, and until the second run after it was last asked for (`touched`), it stays. So
/// nobody who has just stored it, or has just read its digest, finds it gone. It also makes a run safe beside all other writes.
struct Retention: Sendable {
    let policy: RetentionPolicy
    let cutoff: Timestamp
    /// The number of this run.
    let run: Int64

    /// The number of the newest run, as SQL.
    static let currentRun = "(SELECT value FROM counters WHERE name = 'retention')"

    static func touch(_ bundles: [String?], _ db: Database) throws {
        for bundle in bundles.compactMap({ $0 }) {
            try db.execute(sql: "UPDATE bundles SET touched = \(currentRun) WHERE digest = ?", arguments: [bundle])
        }
    }

    static func begin(_ db: Database) throws -> Int64 {
        guard let run = try Int64.fetchOne(db, sql: "UPDATE counters SET value = value + 1 WHERE name = 'retention' RETURNING value") else {
            throw JournalError(.corrupt, "the counter of retention is missing from the journal")
        }
        return run
    }

    // MARK: Releases and renderings

    /// Drops some Releases of an Environment that may go, with their approvals.
    func dropReleases(of environment: String, _ db: Database) throws -> Int {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM releases WHERE environment = :environment AND isActive = 0 AND isUnfinished = 0
                    AND id < (SELECT min(id) FROM
                        (SELECT id FROM releases WHERE environment = :environment ORDER BY id DESC LIMIT :kept))
                    AND id NOT IN (SELECT id FROM releases WHERE environment = :environment AND phase = 'verified'
                        ORDER BY id DESC LIMIT \(JournalLimits.verifiedReleases))
                    AND id IS NOT (SELECT \(Self.field("verifiedRelease")) FROM environments WHERE name = :environment)
                    AND id NOT IN (SELECT \(Self.field("release")) FROM quarantines WHERE environment = :environment)
                    AND coalesce(\(Self.field("finishedAt")), \(Self.field("phaseSince"))) < :cutoff
                ORDER BY id LIMIT \(JournalLimits.stepRows)
                """,
            arguments: ["environment": environment, "kept": max(policy.releases, 1), "cutoff": cutoff.milliseconds])
        for row in rows {
            let release = try Release(row: row)
            try Self.touch([release.bundle, release.previousBundle], db)
            try db.execute(sql: "DELETE FROM approvals WHERE \"release\" = ?", arguments: [release.id])
            try db.execute(sql: "DELETE FROM releases WHERE id = ?", arguments: [release.id])
            try Self.note("release", environment, release.id, db)
        }
        return rows.count
    }

    /// The Revisions that kept Releases and Environments name, and the newest Release that was looked at. A Revision that is named anywhere keeps
    /// its renderings everywhere: what staging has verified is still to be brought to production.
    struct NamedRevisions: Sendable {
        var ids: Set<String>
        var newestRelease: Int64

        init(_ db: Database) throws {
            ids = try String.fetchSet(
                db,
                sql: """
                    SELECT \(Retention.field("revision.id")) FROM releases
                    UNION SELECT coalesce(\(Retention.field("previousRevision.id")), '') FROM releases
                    UNION SELECT coalesce(\(Retention.field("verifiedRevision.id")), '') FROM environments
                    """)
            newestRelease = try Int64.fetchOne(db, sql: "SELECT max(id) FROM releases") ?? 0
        }
    }

    /// Drops those of some renderings after `sequence` that are neither new nor young and whose Revision nothing names.
    ///
    /// - Returns: where the next call goes on; `nil` at the end.
    func dropRenderings(of environment: String, after sequence: Int64, _ named: NamedRevisions, _ db: Database) throws -> Int64? {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT sequence, bundle, revision FROM renderings WHERE environment = :environment AND sequence > :after AND at < :cutoff
                    AND sequence < (SELECT min(sequence) FROM
                        (SELECT sequence FROM renderings WHERE environment = :environment ORDER BY sequence DESC LIMIT :kept))
                    AND revision NOT IN (
                        SELECT \(Self.field("revision.id")) FROM releases WHERE id > :newest
                        UNION SELECT coalesce(\(Self.field("previousRevision.id")), '') FROM releases WHERE id > :newest)
                ORDER BY sequence LIMIT \(JournalLimits.stepRows)
                """,
            arguments: [
                "environment": environment, "after": sequence, "newest": named.newestRelease, "cutoff": cutoff.milliseconds,
                "kept": max(policy.releases, JournalLimits.renderings),
            ])
        for row in rows where !named.ids.contains(try row.column("revision")) {
            let sequence: Int64 = try row.column("sequence")
            try Self.touch([try row.optionalColumn("bundle")], db)
            try db.execute(sql: "DELETE FROM renderings WHERE sequence = ?", arguments: [sequence])
            try Self.note("rendering", environment, sequence, db)
        }
        return try rows.last?.column("sequence")
    }

    // MARK: Bundles

    /// Bundles that nothing names, with the number of their objects. Read apart from the transactions that drop them.
    func forgottenBundles(_ db: Database) throws -> [(digest: String, objects: Int)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT digest, objectCount FROM bundles WHERE touched < :before
                    AND NOT EXISTS (SELECT 1 FROM renderings WHERE renderings.bundle = digest)
                    AND digest NOT IN (
                        SELECT \(Self.field("bundle")) FROM releases
                        UNION SELECT coalesce(\(Self.field("previousBundle")), '') FROM releases
                        UNION SELECT coalesce(\(Self.field("verifiedBundle")), '') FROM environments
                        UNION SELECT bundle FROM quarantines)
                """,
            arguments: ["before": run - 1]
        ).map { row in (try row.column("digest"), try row.column("objectCount")) }
    }

    /// Looks once more: since they were read, a Release or a rendering may name one, and then it was touched.
    func drop(bundles: [String], _ db: Database) throws {
        for digest in bundles {
            let isForgotten =
                try Bool.fetchOne(
                    db,
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM bundles WHERE digest = :digest AND touched < :before
                            AND NOT EXISTS (SELECT 1 FROM renderings WHERE renderings.bundle = :digest))
                        """,
                    arguments: ["digest": digest, "before": run - 1]) ?? false
            guard isForgotten else { continue }
            let objects = try String.fetchAll(db, sql: "SELECT object FROM bundleObjects WHERE digest = ?", arguments: [digest])
            try db.execute(sql: "DELETE FROM bundleObjects WHERE digest = ?", arguments: [digest])
            try db.execute(sql: "DELETE FROM bundles WHERE digest = ?", arguments: [digest])
            try Self.note("bundle", "", 0, db)
            for object in objects {
                try db.execute(
                    sql: "DELETE FROM objects WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM bundleObjects WHERE object = hash)",
                    arguments: [object])
                if db.changesCount > 0 { try Self.note("object", "", 0, db) }
            }
        }
    }

    // MARK: What was dropped

    private static func note(_ kind: String, _ environment: String, _ number: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO dropped (kind, environment, count, lowest, highest) VALUES (:kind, :environment, 1, :number, :number)
                ON CONFLICT (kind, environment) DO UPDATE SET count = count + 1, lowest = min(lowest, excluded.lowest),
                    highest = max(highest, excluded.highest)
                """,
            arguments: ["kind": kind, "environment": environment, "number": number])
    }

    /// Puts one entry about all that was dropped into the audit record; also what a run dropped that was killed before it came so far.
    func report(_ chain: AuditChain, at now: Timestamp, _ db: Database) throws -> RetentionReport {
        var report = RetentionReport()
        var named: [String] = []
        for row in try Row.fetchAll(db, sql: "SELECT * FROM dropped ORDER BY kind, environment") {
            let count: Int64 = try row.column("count")
            switch try row.column("kind", String.self) {
            case "release":
                report.releases += count
                let (lowest, highest): (Int64, Int64) = (try row.column("lowest"), try row.column("highest"))
                named.append("\(try row.column("environment", String.self)) \(count) (\(lowest) to \(highest))")
            case "rendering": report.renderings += count
            case "bundle": report.bundles += count
            default: report.objects += count
            }
        }
        guard !report.isEmpty else { return report }
        let more = named.count - JournalLimits.namedEnvironments
        let list =
            named.prefix(JournalLimits.namedEnvironments).joined(separator: ", ") + (more > 0 ? " and \(more) environments more" : "")
        let reason =
            "dropped \(report.releases) releases\(list.isEmpty ? "" : ": \(list)"); \(report.renderings) renderings, \(report.bundles) bundles, \(report.objects) objects. Kept: the newest \(policy.releases) releases of each environment, what ended since \(cutoff.milliseconds / 1000), and what these name"
        try chain.append([AuditDraft(at: now, actor: .controller, action: "journal.retention", reason: reason)], db)
        try db.execute(sql: "DELETE FROM dropped")
        return report
    }

    /// A member of the JSON in `body`.
    static func field(_ name: String) -> String { "json_extract(CAST(body AS TEXT), '$.\(name)')" }
}
