package import Delivery
import GRDB

extension Journal {
    /// What waits for a channel, in the order in which it happened, whether or not its next attempt is due.
    package func pendingDeliveries(channel: String, limit: Int = 100) async throws(JournalError) -> [NoticeDelivery] {
        try await deliveries("deliveries.channel = ? AND state = 'pending' ORDER BY deliveries.notice", [channel], limit)
    }

    /// The newest deliveries in these states, newest first.
    package func deliveries(in states: Set<NoticeDelivery.State>, limit: Int = 100) async throws(JournalError) -> [NoticeDelivery] {
        let list = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
        return try await deliveries("state IN (\(list)) ORDER BY deliveries.id DESC", [], limit)
    }

    private func deliveries(
        _ condition: String, _ arguments: [String], _ limit: Int
    ) async throws(JournalError) -> [NoticeDelivery] {
        let limit = Self.bounded(limit)
        return try await read("read the outbox") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT deliveries.*, outbox.encoding, outbox.body FROM deliveries JOIN outbox ON outbox.id = deliveries.notice
                    WHERE \(condition) LIMIT \(limit)
                    """, arguments: StatementArguments(arguments)
            ).map(NoticeDelivery.init(row:))
        }
    }

    /// Ends deliveries. One that has ended already keeps its end.
    ///
    /// - Parameter thread: stored in the same transaction: what the service calls the thing that later deliveries go on with.
    package func endDeliveries(
        _ deliveries: [Int64], channel: String, as state: NoticeDelivery.State, error: String? = nil, thread: DeliveryThread? = nil,
        at now: Timestamp
    ) async throws(JournalError) {
        guard !deliveries.isEmpty || thread != nil else { return }
        try await write("mark notices as \(state.rawValue)") { db in
            for id in deliveries {
                try db.execute(
                    sql: """
                        UPDATE deliveries SET state = ?, endedAt = ?, attempts = attempts + ?, lastError = ?
                        WHERE id = ? AND channel = ? AND state = 'pending'
                        """,
                    arguments: [
                        state.rawValue, now.milliseconds, state == .superseded ? 0 : 1, error.map(StoredText.bounded), id, channel,
                    ])
            }
            guard let thread else { return }
            if let reference = thread.reference {
                try db.execute(
                    sql: """
                        INSERT INTO threads (channel, subject, reference, at) VALUES (?, ?, ?, ?)
                        ON CONFLICT (channel, subject) DO UPDATE SET reference = excluded.reference, at = excluded.at
                        """, arguments: [channel, thread.subject, StoredText.bounded(reference), now.milliseconds])
            } else {
                try db.execute(sql: "DELETE FROM threads WHERE channel = ? AND subject = ?", arguments: [channel, thread.subject])
            }
        }
    }

    /// They stay pending, with one more attempt that failed.
    package func postponeDeliveries(_ deliveries: [Int64], until: Timestamp, error: String) async throws(JournalError) {
        try await write("record a failed delivery") { db in
            for id in deliveries {
                try db.execute(
                    sql: "UPDATE deliveries SET attempts = attempts + 1, dueAt = ?, lastError = ? WHERE id = ? AND state = 'pending'",
                    arguments: [until.milliseconds, StoredText.bounded(error), id])
            }
        }
    }

    /// Gives up everything of a channel that became due before a moment.
    package func giveUpDeliveries(channel: String, dueBefore: Timestamp, error: String, at now: Timestamp) async throws(JournalError) {
        try await write("give up old notices") { db in
            try db.execute(
                sql: """
                    UPDATE deliveries SET state = 'dead', endedAt = ?, lastError = ?
                    WHERE channel = ? AND state = 'pending' AND since < ?
                    """, arguments: [now.milliseconds, StoredText.bounded(error), channel, dueBefore.milliseconds])
        }
    }

    /// Gives up what waits for channels that are no longer there.
    package func giveUpDeliveries(exceptFor channels: Set<String>, at now: Timestamp) async throws(JournalError) {
        let waiting = Set(try await outboxSummary().filter { $0.pending > 0 }.map(\.channel))
        for channel in waiting.subtracting(channels).sorted() {
            try await giveUpDeliveries(
                channel: channel, dueBefore: Timestamp(milliseconds: .max),
                error: "the controller's configuration has no channel \"\(channel)\" any more", at: now)
        }
    }

    /// Whether something newer about the same was delivered to the channel already.
    package func isOutdated(_ delivery: NoticeDelivery) async throws(JournalError) -> Bool {
        guard let slot = delivery.slot else { return false }
        return try await read("read the outbox") { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM deliveries WHERE channel = ? AND slot = ? AND notice > ? AND state = 'delivered')",
                arguments: [delivery.channel, slot, delivery.noticeID]) ?? false
        }
    }

    package func thread(channel: String, subject: String) async throws(JournalError) -> String? {
        try await read("read a thread") { db in
            try String.fetchOne(
                db, sql: "SELECT reference FROM threads WHERE channel = ? AND subject = ?", arguments: [channel, subject])
        }
    }

    /// A line for each channel for which something waits or was given up.
    package func outboxSummary() async throws(JournalError) -> [OutboxSummary] {
        try await read("sum up the outbox") { db in
            var summaries: [String: OutboxSummary] = [:]
            for row in try Row.fetchAll(
                db, sql: "SELECT channel, count(*) AS count, min(since) AS oldest FROM deliveries WHERE state = 'pending' GROUP BY channel")
            {
                let channel: String = try row.column("channel")
                summaries[channel] = OutboxSummary(
                    channel: channel, pending: try row.column("count"), dead: 0,
                    oldestPending: Timestamp(milliseconds: try row.column("oldest")))
            }
            for row in try Row.fetchAll(
                db, sql: "SELECT channel, count(*) AS count FROM deliveries WHERE state = 'dead' GROUP BY channel")
            {
                let channel: String = try row.column("channel")
                summaries[channel, default: OutboxSummary(channel: channel, pending: 0, dead: 0)].dead = try row.column("count")
            }
            return summaries.values.sorted { $0.channel < $1.channel }
        }
    }

    /// Makes dead letters due again, and audits that in the same transaction. Nothing is audited when there is none.
    ///
    /// - Parameters:
    ///   - deliveries: `nil` takes all of these channels.
    /// - Returns: the ids of those that were dead.
    package func replayDeliveries(
        _ deliveries: [Int64]?, channels: Set<String>, audit draft: AuditDraft, at now: Timestamp
    ) async throws(JournalError) -> [Int64] {
        let chain = AuditChain(signer: signer)
        let replayed: [Int64] = try await write("replay notices") { db in
            let dead = try Row.fetchAll(db, sql: "SELECT id, channel FROM deliveries WHERE state = 'dead' ORDER BY id").compactMap {
                row -> Int64? in
                let id: Int64 = try row.column("id")
                guard channels.contains(try row.column("channel")), deliveries?.contains(id) ?? true else { return nil }
                return id
            }
            for id in dead {
                try db.execute(
                    sql: """
                        UPDATE deliveries SET state = 'pending', attempts = 0, since = ?, dueAt = ?, endedAt = NULL WHERE id = ?
                        """, arguments: [now.milliseconds, now.milliseconds, id])
            }
            guard !dead.isEmpty else { return [] }
            var draft = draft
            draft.outcome = "sent again: \(dead.map(String.init).joined(separator: ", "))"
            try chain.append([draft], db)
            return dead
        }
        if !replayed.isEmpty { noticesStored() }
        return replayed
    }
}

extension NoticeDelivery {
    init(row: Row) throws {
        let id: Int64 = try row.column("id")
        guard let state = State(rawValue: try row.column("state")) else {
            throw JournalError(.corrupt, "delivery \(id) is in an unknown state")
        }
        let notice: Int64 = try row.column("notice")
        self.init(
            id: id, noticeID: notice, notice: try Notice(row.reader("notice \(notice)")), channel: try row.column("channel"),
            slot: try row.optionalColumn("slot"), state: state, attempts: try row.column("attempts"),
            since: Timestamp(milliseconds: try row.column("since")), dueAt: Timestamp(milliseconds: try row.column("dueAt")),
            endedAt: try row.optionalColumn("endedAt", Int64.self).map { Timestamp(milliseconds: $0) },
            lastError: try row.optionalColumn("lastError"))
    }
}
