package import Delivery
import GRDB
import Manifests

extension Journal {
    /// A number that was never given before and never will be again; durable when this returns.
    package func allocateReleaseID() async throws(JournalError) -> Int64 {
        try await write("number a release") { db in
            guard
                let id = try Int64.fetchOne(db, sql: "UPDATE counters SET value = value + 1 WHERE name = 'release' RETURNING value")
            else { throw JournalError(.corrupt, "the counter of releases is missing from the journal") }
            return id
        }
    }

    /// The highest number that was given.
    package func newestReleaseNumber() async throws(JournalError) -> Int64 {
        try await read("read the counter of releases") { db in
            try Int64.fetchOne(db, sql: "SELECT value FROM counters WHERE name = 'release'") ?? 0
        }
    }

    /// Gives no number up to this one any more: a Journal that was restored does not know all that were given.
    package func reserveReleaseNumbers(to number: Int64) async throws(JournalError) {
        try await write("reserve the numbers of releases") { db in
            try db.execute(sql: "UPDATE counters SET value = max(value, ?) WHERE name = 'release'", arguments: [number])
        }
    }

    package func release(_ id: Int64) async throws(JournalError) -> Release? {
        try await read("read release \(id)") { db in
            try Row.one(db, sql: "SELECT * FROM releases WHERE id = ?", arguments: [id]).map(Release.init(row:))
        }
    }

    /// Newest first.
    ///
    /// - Parameters:
    ///   - environment: `nil` takes those of all.
    ///   - among: only Releases of one of these.
    ///   - before: only Releases with a smaller id: the next page.
    package func releases(
        environment: String?, among: Set<String>? = nil, limit: Int, before: Int64? = nil
    ) async throws(JournalError) -> [Release] {
        var conditions = ["id < ?"]
        var arguments: StatementArguments = [before ?? .max]
        if let environment {
            conditions.append("environment = ?")
            arguments += [environment]
        }
        if let among {
            conditions.append(Self.isAmong)
            arguments += [Self.list(among)]
        }
        let sql = "SELECT * FROM releases WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?"
        arguments += [Self.bounded(limit)]
        return try await read("list releases") { [arguments] db in
            try Row.all(db, sql: sql, arguments: arguments).map(Release.init(row:))
        }
    }

    /// Takes a `list` as its argument.
    static let isAmong = "environment IN (SELECT value FROM json_each(?))"

    static func list(_ names: Set<String>) -> String {
        String(decoding: JSON.bytes(.array(names.sorted().map { .string($0) })), as: UTF8.self)
    }

    /// What a controller has to do with in one Environment: the newest Release, those that are unfinished, and the one that is named.
    /// Newest first.
    package func openReleases(environment: String, and named: Int64?) async throws(JournalError) -> [Release] {
        try await read("list the open releases of \(environment)") { db in
            try Row.all(
                db,
                sql: """
                    SELECT * FROM releases WHERE environment = ? AND (isUnfinished = 1 OR id = ?
                        OR id = (SELECT max(id) FROM releases WHERE environment = ?)) ORDER BY id DESC
                    """,
                arguments: [environment, named, environment]
            ).map(Release.init(row:))
        }
    }

    /// Oldest first: the active ones, and the verified ones that are still watched.
    package func unfinishedReleases() async throws(JournalError) -> [Release] {
        try await read("list unfinished releases") { db in
            try Row.all(db, sql: "SELECT * FROM releases WHERE isUnfinished = 1 ORDER BY id").map(Release.init(row:))
        }
    }

    /// In the order in which they were given.
    package func approvals(release: Int64) async throws(JournalError) -> [Approval] {
        try await read("list approvals of release \(release)") { db in
            try Row.all(db, sql: "SELECT * FROM approvals WHERE \"release\" = ? ORDER BY id", arguments: [release]).map { row in
                guard let source = Actor.Source(rawValue: try row.column("bySource")) else {
                    throw JournalError(.corrupt, "an approval of release \(release) names an unknown source")
                }
                return Approval(
                    release: release, planHash: try row.column("planHash"), by: Actor(name: try row.column("byName"), source: source),
                    role: try row.column("role"), at: Timestamp(milliseconds: try row.column("at")))
            }
        }
    }

    static func bounded(_ limit: Int) -> Int { min(max(limit, 0), JournalLimits.rows) }
}

extension Release {
    init(row: Row) throws {
        let id: Int64 = try row.column("id")
        try self.init(row.reader("release \(id)"))
        guard self.id == id, version == (try row.column("version") as Int64), phase.rawValue == (try row.column("phase") as String),
            environment == (try row.column("environment") as String)
        else { throw JournalError(.corrupt, "release \(id): what is stored of it contradicts itself") }
    }
}
