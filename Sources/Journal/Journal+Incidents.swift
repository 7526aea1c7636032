package import Delivery
import GRDB

extension Journal {
    /// The troubles that are not over, oldest first.
    package func openIncidents(limit: Int = 1000) async throws(JournalError) -> [OpenIncident] {
        let limit = Self.bounded(limit)
        return try await read("read the open incidents") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM incidents ORDER BY openedAt, key LIMIT ?", arguments: [limit]).compactMap {
                try Self.incident($0, db)
            }
        }
    }

    /// Tells the channels of an escalation level of an incident, once: the notice, its deliveries and the level are one transaction.
    ///
    /// - Returns: false when the incident is over or has reached the level already; nothing is stored then.
    @discardableResult
    package func escalate(
        _ incident: OpenIncident, to level: Int, telling notice: Notice, targets: [NoticeDelivery.Target], at now: Timestamp
    ) async throws(JournalError) -> Bool {
        try await write("escalate \(incident.key)") { db in
            let row = try Row.fetchOne(db, sql: "SELECT * FROM incidents WHERE key = ?", arguments: [incident.key])
            guard let row, let current = try Self.incident(row, db), current.firstNotice == incident.firstNotice,
                !current.levels.contains(level)
            else { return false }
            try Self.store(notice, routedAt: now, db)
            guard let id = try Int64.fetchOne(db, sql: "SELECT id FROM outbox WHERE dedupeKey = ?", arguments: [notice.dedupeKey]) else {
                throw JournalError(.corrupt, "the notice \(notice.dedupeKey) that was just stored is not in the outbox")
            }
            try Self.insert(targets, of: notice, id, at: now, db)
            try Self.reach([level], current, db)
            return true
        }
    }

    /// Stores what a notice means for its incident, and answers how that stands then. A notice that ends one still gets it as it was.
    static func incident(after notice: Notice, _ id: Int64, _ db: Database) throws -> OpenIncident? {
        guard let key = notice.incident?.key else { return nil }
        if case .opens? = notice.incident {
            let severity = try String.fetchOne(db, sql: "SELECT severity FROM incidents WHERE key = ?", arguments: [key])
            let known = severity.flatMap(Notice.Severity.init(rawValue:)) ?? .info
            let highest = notice.severity.rank > known.rank ? notice.severity : known
            try db.execute(
                sql: """
                    INSERT INTO incidents (key, environment, severity, openedAt, firstNotice, lastNotice) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (key) DO UPDATE SET severity = excluded.severity, lastNotice = excluded.lastNotice
                    """,
                arguments: [key, notice.environment, highest.rawValue, notice.at.milliseconds, id, id])
        }
        return try Row.fetchOne(db, sql: "SELECT * FROM incidents WHERE key = ?", arguments: [key]).flatMap { try incident($0, db) }
    }

    static func reach(_ levels: Set<Int>, _ incident: OpenIncident, _ db: Database) throws {
        let bits = Self.bits(of: incident.levels.union(levels))
        try db.execute(sql: "UPDATE incidents SET levels = ? WHERE key = ?", arguments: [bits, incident.key])
    }

    private static func incident(_ row: Row, _ db: Database) throws -> OpenIncident? {
        let key: String = try row.column("key")
        guard let severity = Notice.Severity(rawValue: try row.column("severity")) else {
            throw JournalError(.corrupt, "incident \(key) has an unknown severity")
        }
        let (first, last): (Int64, Int64) = (try row.column("firstNotice"), try row.column("lastNotice"))
        guard let stored = try Row.fetchOne(db, sql: "SELECT * FROM outbox WHERE id = ?", arguments: [last]) else {
            throw JournalError(.corrupt, "incident \(key) names the notice \(last), which is not stored")
        }
        let told = try String.fetchAll(
            db, sql: "SELECT DISTINCT channel FROM deliveries WHERE incident = ? AND notice >= ?", arguments: [key, first])
        return OpenIncident(
            key: key, environment: try row.column("environment"), severity: severity,
            openedAt: Timestamp(milliseconds: try row.column("openedAt")), firstNotice: first,
            levels: levels(in: try row.column("levels")), told: Set(told), last: try Notice(stored.reader("notice \(last)")))
    }

    private static func bits(of levels: Set<Int>) -> Int64 { levels.reduce(0) { $0 | (1 << Int64($1)) } }
    private static func levels(in bits: Int64) -> Set<Int> { Set((1...9).filter { bits & (1 << Int64($0)) != 0 }) }
}
