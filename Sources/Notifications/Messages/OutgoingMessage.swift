internal import Delivery
internal import Journal

/// What one request to a channel says: one notice, or several that are told together.
struct OutgoingMessage: Sendable {
    /// Oldest first, never empty.
    var deliveries: [NoticeDelivery]
    /// Those that this one makes superfluous.
    var superseded: [NoticeDelivery] = []
    /// Belongs to the thread of this Release; `nil` outside of threads.
    var threadRelease: Int64?
    var audit: AuditHead?
    var now: Timestamp

    /// The one that it is about, or the last of them.
    var newest: NoticeDelivery { deliveries[deliveries.count - 1] }
    var notice: Notice { newest.notice }
    var facts: NoticeFacts { NoticeFacts(notice: notice, audit: audit) }
}

extension OutgoingMessage {
    /// The next message out of what waits for a channel in one Environment, oldest first and not empty. Pure.
    ///
    /// - Webhooks get one notice after the other.
    /// - Where only the newest of a slot counts (a page, an incident on a status page, the status of a commit), the older ones of that
    ///   slot are dropped.
    /// - In chat, what waits for the same Release is one message in its thread; and when the first has waited long because the service
    ///   was away, all that is late in this Environment is one message outside of threads.
    static func next(of waiting: [NoticeDelivery], _ coalescing: ChannelService.Coalescing, at now: Timestamp) -> OutgoingMessage? {
        guard let first = waiting.first else { return nil }
        switch coalescing {
        case .none: return OutgoingMessage(deliveries: [first], now: now)
        case .newestOfSlot:
            guard first.slot != nil else { return OutgoingMessage(deliveries: [first], now: now) }
            let same = waiting.filter { $0.slot == first.slot }
            return OutgoingMessage(deliveries: Array(same.suffix(1)), superseded: Array(same.dropLast()), now: now)
        case .digest:
            let late = waiting.filter { now - $0.notice.at > NotificationLimits.late }
            if late.first?.id == first.id, Set(late.map(\.notice.release)).count > 1 {
                return OutgoingMessage(deliveries: Array(late.prefix(NotificationLimits.digest)), now: now)
            }
            let same = waiting.prefix { $0.notice.release == first.notice.release }
            return OutgoingMessage(
                deliveries: Array(same.prefix(NotificationLimits.digest)), threadRelease: first.notice.release, now: now)
        }
    }
}
