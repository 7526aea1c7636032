package import Delivery
import GRDB

/// A notice that is due, with how often it was tried.
package struct PendingNotice: Sendable, Hashable {
    package var id: Int64
    package var notice: Notice
    package var attempts: Int
    package var lastError: String?
}

extension Journal {
    /// Undelivered notices, oldest first.
    package func pendingNotices(limit: Int = 100) async throws(JournalError) -> [PendingNotice] {
        let limit = Self.bounded(limit)
        return try await read("read the outbox") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM outbox WHERE deliveredAt IS NULL ORDER BY id LIMIT ?", arguments: [limit]).map { row in
                let id: Int64 = try row.column("id")
                return PendingNotice(
                    id: id, notice: try Notice(row.reader("notice \(id)")), attempts: try row.column("attempts"),
                    lastError: try row.optionalColumn("lastError"))
            }
        }
    }

    /// A notice that is marked twice keeps its first time.
    package func markDelivered(_ notices: [Int64], at now: Timestamp) async throws(JournalError) {
        guard !notices.isEmpty else { return }
        try await write("mark notices as delivered") { db in
            for id in notices {
                try db.execute(
                    sql:
                        "UPDATE outbox SET deliveredAt = ?, attempts = attempts + 1, lastError = NULL WHERE id = ? AND deliveredAt IS NULL",
                    arguments: [now.milliseconds, id])
            }
        }
    }

    /// The notice stays pending.
    package func recordDeliveryFailure(_ notice: Int64, message: String) async throws(JournalError) {
        try await write("record a failed delivery") { db in
            try db.execute(
                sql: "UPDATE outbox SET attempts = attempts + 1, lastError = ? WHERE id = ? AND deliveredAt IS NULL",
                arguments: [StoredText.bounded(message), notice])
        }
    }
}
