package import Delivery
import GRDB

/// Which channels a notice goes to, and the escalation levels that its incident has reached by it.
package struct NoticeRouting: Sendable, Hashable {
    package var targets: [NoticeDelivery.Target]
    package var levels: Set<Int>

    package init(targets: [NoticeDelivery.Target], levels: Set<Int> = []) {
        self.targets = targets
        self.levels = levels
    }
}

extension Journal {
    /// Notices that nobody has been chosen for, oldest first.
    package func unroutedNotices(limit: Int = 100) async throws(JournalError) -> [Notice] {
        let limit = Self.bounded(limit)
        return try await read("read the outbox") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM outbox WHERE routedAt IS NULL ORDER BY id LIMIT ?", arguments: [limit]).map { row in
                try Notice(row.reader("notice \(try row.column("id", Int64.self))"))
            }
        }
    }

    /// Gives notices their channels, in order: the deliveries, the incidents that are opened and closed, and the mark of it are one
    /// transaction, so that a notice is neither lost nor routed twice.
    ///
    /// - Parameter choose: must be quick and pure. It is given the notice, and the incident that it opens, goes on with or ends.
    /// - Returns: how many were routed; 0 when nothing is left.
    package func routeNotices(
        at now: Timestamp, choose: @escaping @Sendable (Notice, OpenIncident?) -> NoticeRouting
    ) async throws(JournalError) -> Int {
        guard try await !unroutedNotices(limit: 1).isEmpty else { return 0 }
        return try await write("route the outbox") { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT * FROM outbox WHERE routedAt IS NULL ORDER BY id LIMIT ?", arguments: [JournalLimits.routedAtOnce])
            for row in rows {
                let id: Int64 = try row.column("id")
                let notice = try Notice(row.reader("notice \(id)"))
                let incident = try Self.incident(after: notice, id, db)
                let routing = choose(notice, incident)
                try Self.insert(routing.targets, of: notice, id, at: now, db)
                if case .resolves(let key)? = notice.incident {
                    try db.execute(sql: "DELETE FROM incidents WHERE key = ?", arguments: [key])
                } else if let incident {
                    try Self.reach(routing.levels, incident, db)
                }
                try db.execute(sql: "UPDATE outbox SET routedAt = ? WHERE id = ?", arguments: [now.milliseconds, id])
            }
            return rows.count
        }
    }

    /// A replayed or repeated target is the delivery that is there.
    static func insert(_ targets: [NoticeDelivery.Target], of notice: Notice, _ id: Int64, at now: Timestamp, _ db: Database) throws {
        for target in targets {
            try db.execute(
                sql: """
                    INSERT INTO deliveries (notice, channel, state, since, dueAt, slot, incident) VALUES (?, ?, 'pending', ?, ?, ?, ?)
                    ON CONFLICT (notice, channel) DO NOTHING
                    """,
                arguments: [
                    id, target.channel, notice.at.milliseconds, now.milliseconds, target.slot, notice.incident?.key,
                ])
        }
    }

    /// Removes what has long ended. What an open incident still needs stays.
    ///
    /// - Returns: whether there may be more.
    package func clearOutbox(endedBefore: Timestamp, deadBefore: Timestamp) async throws(JournalError) -> Bool {
        let limit = JournalLimits.clearedAtOnce
        let isDue = try await read("look for old notices") { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE routedAt IS NOT NULL AND at < ?)", arguments: [endedBefore.milliseconds]
            )
        }
        guard isDue == true else { return false }
        return try await write("clear the outbox") { db in
            try db.execute(
                sql: """
                    DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE endedAt < ? AND (state <> 'dead' OR endedAt < ?)
                        AND (incident IS NULL OR incident NOT IN (SELECT key FROM incidents)) ORDER BY endedAt LIMIT ?)
                    """, arguments: [endedBefore.milliseconds, deadBefore.milliseconds, limit])
            var removed = db.changesCount
            try db.execute(
                sql: """
                    DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE routedAt IS NOT NULL AND at < ?
                        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE notice = outbox.id)
                        AND NOT EXISTS (SELECT 1 FROM incidents WHERE outbox.id IN (firstNotice, lastNotice)) ORDER BY id LIMIT ?)
                    """, arguments: [endedBefore.milliseconds, limit])
            removed += db.changesCount
            try db.execute(
                sql: "DELETE FROM threads WHERE at < ? AND subject NOT IN (SELECT key FROM incidents)", arguments: [deadBefore.milliseconds]
            )
            return removed >= limit
        }
    }
}

extension Notice.Incident {
    var key: String {
        switch self {
        case .opens(let key), .resolves(let key): key
        }
    }
}
