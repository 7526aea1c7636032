internal import Delivery
internal import Journal
internal import Observability
internal import Synchronization

/// What Prometheus is told of the outbox; docs/metrics.md.
final class NotificationMetrics: Sendable {
    private let channels: [String]
    private let deliveries: Counter
    private let pending: Gauge
    private let dead: Gauge
    private let oldest: Oldest

    /// The moment by which the age is told, whenever it is asked for.
    private final class Oldest: Sendable {
        let moment = Mutex<Timestamp?>(nil)
    }

    init(registry: MetricsRegistry, channels: [String], now: @escaping @Sendable () -> Timestamp) {
        self.channels = channels
        let oldest = Oldest()
        self.oldest = oldest
        deliveries = registry.counter(
            "slipway_notifications_total", "Attempts to deliver notices, by channel and result.", labels: ["channel", "result"])
        pending = registry.gauge("slipway_notifications_pending", "Notices that wait to be delivered.", labels: ["channel"])
        dead = registry.gauge("slipway_notifications_dead", "Dead letters: notices that were given up.", labels: ["channel"])
        _ = registry.gauge("slipway_notifications_oldest_pending_seconds", "Age of the oldest notice that waits; 0 when none does.") {
            guard let moment = oldest.moment.withLock({ $0 }) else { return 0 }
            return Double(max(0, now().milliseconds - moment.milliseconds)) / 1000
        }
    }

    func ended(_ channel: String, _ result: String, count: Int = 1) { deliveries.increment([channel, result], by: Double(count)) }

    func hold(_ summaries: [OutboxSummary]) {
        for channel in channels {
            let summary = summaries.first { $0.channel == channel }
            pending.set(Double(summary?.pending ?? 0), [channel])
            dead.set(Double(summary?.dead ?? 0), [channel])
        }
        oldest.moment.withLock { $0 = summaries.compactMap(\.oldestPending).min() }
    }
}
