package import Delivery

/// One notice on its way to one channel.
package struct NoticeDelivery: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case pending
        case delivered
        /// Not sent, because something newer says all that is still true of it.
        case superseded
        /// Given up; a person may have it sent again.
        case dead
    }

    /// Where a notice goes.
    package struct Target: Sendable, Hashable {
        package var channel: String
        /// Of deliveries to one channel with the same slot only the newest counts; `nil` where each counts.
        package var slot: String?

        package init(channel: String, slot: String?) {
            self.channel = channel
            self.slot = slot
        }
    }

    package var id: Int64
    /// Counts up in the order in which things happened.
    package var noticeID: Int64
    package var notice: Notice
    package var channel: String
    package var slot: String?
    package var state: State
    /// Attempts that failed, since it became due.
    package var attempts: Int
    /// When it became due: with its notice, or by a replay.
    package var since: Timestamp
    /// The next attempt.
    package var dueAt: Timestamp
    package var endedAt: Timestamp?
    package var lastError: String?
}

/// What the service behind a channel calls something that later deliveries go on with: a thread, an incident.
package struct DeliveryThread: Sendable, Hashable {
    /// Whose thread it is: `release/12`, or the key of an incident.
    package var subject: String
    /// `nil` forgets it.
    package var reference: String?

    package init(subject: String, reference: String?) {
        self.subject = subject
        self.reference = reference
    }
}

/// How much waits for a channel, and how much was given up.
package struct OutboxSummary: Sendable, Hashable {
    package var channel: String
    package var pending: Int
    package var dead: Int
    package var oldestPending: Timestamp?
}
