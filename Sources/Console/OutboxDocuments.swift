package import Delivery
package import Journal
package import Manifests

/// The JSON of the outbox; docs/api.md.
package enum OutboxDocuments {
    package static func outbox(_ deliveries: [NoticeDelivery], _ summary: [OutboxSummary]) -> Value {
        ["deliveries": .array(deliveries.map(delivery)), "channels": .array(summary.map(channel))]
    }

    /// The part `notifications` of the status.
    package static func status(_ summary: [OutboxSummary], now: Timestamp) -> Value {
        var document: Value = [
            "pending": .integer(Int64(summary.reduce(0) { $0 + $1.pending })),
            "dead": .integer(Int64(summary.reduce(0) { $0 + $1.dead })), "channels": .array(summary.map(channel)),
        ]
        document["oldestPendingSeconds"] = summary.compactMap(\.oldestPending).min().map {
            .integer(max(0, (now - $0).components.seconds))
        }
        return document
    }

    private static func channel(_ summary: OutboxSummary) -> Value {
        var document: Value = [
            "name": .string(summary.channel), "pending": .integer(Int64(summary.pending)), "dead": .integer(Int64(summary.dead)),
        ]
        document["oldestPending"] = summary.oldestPending.map(Documents.time)
        return document
    }

    private static func delivery(_ delivery: NoticeDelivery) -> Value {
        let notice = delivery.notice
        var document: Value = [
            "id": .integer(delivery.id), "channel": .string(delivery.channel), "state": .string(delivery.state.rawValue),
            "attempts": .integer(Int64(delivery.attempts)), "at": Documents.time(notice.at), "event": .string(notice.event.rawValue),
            "severity": .string(notice.severity.rawValue), "environment": .string(notice.environment), "text": .string(notice.text),
            "dedupeKey": .string(notice.dedupeKey),
        ]
        document["release"] = notice.release.map { .integer($0) }
        document["revision"] = notice.revision.map { .string($0) }
        document["lastError"] = delivery.lastError.map { .string($0) }
        document["nextAttemptAt"] = delivery.state == .pending ? Documents.time(delivery.dueAt) : nil
        document["endedAt"] = delivery.endedAt.map(Documents.time)
        return document
    }
}
