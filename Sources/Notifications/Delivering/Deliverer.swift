package import Delivery
internal import HTTPTransport
package import Journal
package import Logging
package import Observability

/// Delivers the outbox: gives notices their channels, escalates what stays open, and keeps a worker for each channel.
package actor Deliverer {
    private let router: NoticeRouter
    private let journal: Journal
    private let surroundings: NotificationSurroundings
    private let logger: Logger
    private let metrics: NotificationMetrics
    private let signal: NotificationSignal
    nonisolated let workers: [ChannelWorker]
    private let names: [String]
    private var clearedAt: Timestamp?

    package init(
        configuration: NotificationsConfiguration, journal: Journal, surroundings: NotificationSurroundings, logger: Logger,
        registry: MetricsRegistry
    ) {
        router = NoticeRouter(configuration)
        self.journal = journal
        self.surroundings = surroundings
        self.logger = logger
        signal = surroundings.makeSignal()
        names = configuration.channels.map(\.name)
        let metrics = NotificationMetrics(registry: registry, channels: names, now: surroundings.now)
        self.metrics = metrics
        // It has one thread, and a controller that tells nobody needs none.
        guard !configuration.channels.isEmpty else {
            journal.tellNobody()
            workers = []
            return
        }
        let http = HTTPClient()
        workers = configuration.channels.map { channel in
            ChannelWorker(
                channel: channel, journal: journal,
                connection: ServiceConnection(
                    http: http, surroundings: surroundings, caFile: channel.caFile, timeout: channel.timeout),
                metrics: metrics, logger: logger)
        }
    }

    /// Until the task is cancelled. A request that is under way then may arrive once more at the next start.
    package func run() async {
        let signal = signal
        journal.onNotices { signal.set() }
        defer { journal.onNotices(nil) }
        await withDiscardingTaskGroup { group in
            for worker in workers { group.addTask { await worker.run() } }
            await self.runRouter()
        }
    }

    private func runRouter() async {
        var isFirst = true
        while !Task.isCancelled {
            var pause = NotificationLimits.idlePoll
            do {
                if isFirst { try await journal.giveUpDeliveries(exceptFor: Set(names), at: surroundings.now()) }
                isFirst = false
                if let next = try await routeDue() { pause = min(pause, max(next - surroundings.now(), .zero)) }
            } catch {
                logger.error("the outbox cannot be used", metadata: ["error": "\(error.message)"])
                pause = NotificationLimits.journalRetry
            }
            if Task.isCancelled { return }
            await signal.wait(pause)
        }
    }

    /// Routes what is new, escalates what is due, clears what is old, and wakes the workers.
    ///
    /// - Returns: when the next escalation is due.
    package func routeDue() async throws(JournalError) -> Timestamp? {
        let now = surroundings.now()
        let router = router
        while try await journal.routeNotices(at: now, choose: { router.route($0, incident: $1, at: now) }) > 0 {}
        var next: Timestamp?
        if !names.isEmpty {
            for var incident in try await journal.openIncidents() {
                for level in router.dueLevels(of: incident, at: now) {
                    let (notice, targets) = router.escalation(of: incident, to: level, at: now)
                    if try await journal.escalate(incident, to: level.number, telling: notice, targets: targets, at: now) {
                        logger.notice(
                            "an incident was escalated", metadata: ["incident": "\(incident.key)", "level": "\(level.number)"])
                    }
                    incident.levels.insert(level.number)
                }
                if let due = router.nextEscalation(of: incident) { next = next.map { min($0, due) } ?? due }
            }
        }
        if clearedAt.map({ now - $0 >= NotificationLimits.clearEvery }) ?? true {
            clearedAt = now
            let (ended, dead) = (NotificationLimits.keepEnded, NotificationLimits.keepDead)
            while try await journal.clearOutbox(endedBefore: now + (.zero - ended), deadBefore: now + (.zero - dead)) {}
        }
        metrics.hold(try await journal.outboxSummary())
        for worker in workers { worker.signal.set() }
        return next
    }

    /// Sends all that is due now, one channel beside the other: what the loops do, for tests.
    package func deliverDue() async throws(JournalError) {
        for worker in workers { _ = try await worker.deliverDue() }
    }
}
