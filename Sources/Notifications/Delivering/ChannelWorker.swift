internal import Delivery
internal import Journal
internal import Logging

/// Delivers what waits for one channel, one request at a time, so that no channel waits for another.
actor ChannelWorker {
    nonisolated let channel: NotificationsConfiguration.Channel
    nonisolated let signal: NotificationSignal
    private let journal: Journal
    private let sender: any ChannelSender
    private let surroundings: NotificationSurroundings
    private let metrics: NotificationMetrics
    private let logger: Logger
    /// Failed requests in a row, whatever they were about.
    private var failures = 0
    private var pausedUntil: Timestamp?
    /// Sent, but the Journal did not take the mark: these are marked before anything else is sent, and not sent again.
    private var unmarked: [Ended] = []

    private struct Ended {
        var message: OutgoingMessage
        var thread: DeliveryThread?
    }

    init(
        channel: NotificationsConfiguration.Channel, journal: Journal, connection: ServiceConnection, metrics: NotificationMetrics,
        logger: Logger
    ) {
        self.channel = channel
        self.journal = journal
        self.metrics = metrics
        self.logger = logger
        surroundings = connection.surroundings
        sender = channel.sender(connection)
        signal = connection.surroundings.makeSignal()
    }

    func run() async {
        while !Task.isCancelled {
            var pause = NotificationLimits.idlePoll
            do {
                if let next = try await deliverDue() { pause = min(pause, max(next - surroundings.now(), .zero)) }
            } catch {
                logger.error("the outbox cannot be used", metadata: ["channel": "\(channel.name)", "error": "\(error.message)"])
                pause = NotificationLimits.journalRetry
            }
            if Task.isCancelled { return }
            await signal.wait(pause)
        }
    }

    /// Sends until nothing is due.
    ///
    /// - Returns: when something will be; `nil` when nothing waits.
    func deliverDue() async throws(JournalError) -> Timestamp? {
        let (next, isChanged) = try await deliverAllDue()
        if isChanged { metrics.hold(try await journal.outboxSummary()) }
        return next
    }

    private func deliverAllDue() async throws(JournalError) -> (next: Timestamp?, isChanged: Bool) {
        var isChanged = false
        while !Task.isCancelled {
            for ended in unmarked { try await mark(ended) }
            unmarked = []
            let now = surroundings.now()
            if let pausedUntil, pausedUntil > now, !isTooFar(pausedUntil, now) { return (pausedUntil, isChanged) }
            pausedUntil = nil
            let waiting = try await journal.pendingDeliveries(channel: channel.name, limit: NotificationLimits.pending)
            let lanes = Dictionary(grouping: waiting, by: \.notice.environment)
            let heads = lanes.values.compactMap(\.first).sorted { ($0.dueAt, $0.noticeID) < ($1.dueAt, $1.noticeID) }
            guard let head = heads.first else { return (nil, isChanged) }
            guard head.dueAt <= now || isTooFar(head.dueAt, now) else { return (head.dueAt, isChanged) }
            guard
                let message = OutgoingMessage.next(
                    of: lanes[head.notice.environment] ?? [head], channel.service.coalescing, at: now)
            else { return (nil, isChanged) }
            isChanged = true
            try await deliver(message)
        }
        return (nil, isChanged)
    }

    /// No pause is this long: the clock was set back since.
    private func isTooFar(_ moment: Timestamp, _ now: Timestamp) -> Bool { moment - now > NotificationLimits.retryAfterMost * 2 }

    private func deliver(_ given: OutgoingMessage) async throws(JournalError) {
        var message = given
        if !message.superseded.isEmpty {
            try await journal.endDeliveries(
                message.superseded.map(\.id), channel: channel.name, as: .superseded, at: message.now)
            metrics.ended(channel.name, "superseded", count: message.superseded.count)
            message.superseded = []
        }
        if try await journal.isOutdated(message.newest) {
            try await journal.endDeliveries([message.newest.id], channel: channel.name, as: .superseded, at: message.now)
            metrics.ended(channel.name, "superseded")
            return
        }
        message.audit = try await journal.auditHead().map { AuditHead(sequence: $0.sequence, hash: $0.hash) }
        var thread: String?
        if let subject = sender.threadSubject(of: message) {
            thread = try await journal.thread(channel: channel.name, subject: subject)
        }
        do throws(DeliveryFailure) {
            let next = try await sender.send(message, thread: thread)
            if failures > 0 { logger.notice("notices arrive again", metadata: ["channel": "\(channel.name)"]) }
            failures = 0
            pausedUntil = channel.service.pace > .zero ? surroundings.now() + channel.service.pace : nil
            metrics.ended(channel.name, "delivered", count: message.deliveries.count)
            unmarked = [Ended(message: message, thread: next)]
        } catch {
            try await failed(message, error)
            return
        }
        // Here a crash would deliver it a second time, under the same key.
        for ended in unmarked { try await mark(ended) }
        unmarked = []
    }

    private func mark(_ ended: Ended) async throws(JournalError) {
        try await journal.endDeliveries(
            ended.message.deliveries.map(\.id), channel: channel.name, as: .delivered, thread: ended.thread, at: surroundings.now())
    }

    private func failed(_ message: OutgoingMessage, _ failure: DeliveryFailure) async throws(JournalError) {
        if failure.kind == .cancelled { return }
        let now = surroundings.now()
        let error = failure.message
        var lost = message.deliveries
        if failure.kind != .permanent {
            failures += 1
            pausedUntil = now + RetryPlan.pause(after: failure.kind, failures: failures, random: surroundings.random())
            let attempts = lost.map(\.attempts).max() ?? 0
            let own = RetryPlan.pause(after: failure.kind, failures: attempts + 1, random: surroundings.random())
            let kept = lost.filter { $0.attempts + 1 < channel.attempts && now - $0.since <= NotificationLimits.oldest }
            try await journal.postponeDeliveries(kept.map(\.id), until: now + own, error: error)
            lost.removeAll { kept.contains($0) }
            metrics.ended(channel.name, "failed", count: kept.count)
            if failures == 1 {
                logger.warning(
                    "a notice could not be delivered and is tried again",
                    metadata: ["channel": "\(channel.name)", "error": "\(error)", "retry": "\(pausedUntil.map { $0 - now } ?? .zero)"])
            }
            // What is as old as these is as useless: it does not get attempts of its own.
            try await journal.giveUpDeliveries(
                channel: channel.name, dueBefore: now + (.zero - NotificationLimits.oldest), error: error, at: now)
        }
        guard !lost.isEmpty else { return }
        try await journal.endDeliveries(lost.map(\.id), channel: channel.name, as: .dead, error: error, at: now)
        metrics.ended(channel.name, "dead", count: lost.count)
        logger.error(
            "notices were given up. Look: slipway outbox; then: slipway outbox replay",
            metadata: [
                "channel": "\(channel.name)", "error": "\(error)", "deliveries": "\(lost.map { "\($0.id)" }.joined(separator: " "))",
            ])
    }
}
