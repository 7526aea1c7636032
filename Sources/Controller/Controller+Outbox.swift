package import Delivery
internal import Foundation
package import Journal
internal import Logging
internal import Manifests
internal import Notifications
internal import Observability

/// The notifications, as people ask for them, and what delivers them.
extension Controller {
    /// What waits, was given up, or has lately ended, newest first.
    package func outbox(
        _ states: Set<NoticeDelivery.State>, limit: Int, by actor: Actor
    ) async throws -> (deliveries: [NoticeDelivery], summary: [OutboxSummary]) {
        try await authorize(actor, .readNotices, environment: nil)
        return (try await journal.deliveries(in: states, limit: limit), try await journal.outboxSummary())
    }

    /// Makes dead letters due again.
    ///
    /// - Parameter deliveries: `nil` takes all of them.
    /// - Returns: the ids of those that are sent again.
    package func replayOutbox(_ deliveries: [Int64]?, by actor: Actor, reason: String) async throws -> [Int64] {
        try await authorize(actor, .replayNotices, environment: nil)
        let channels = configuration.notifications.channels.map(\.name)
        let now = clock.now()
        let replayed = try await journal.replayDeliveries(
            deliveries, channels: Set(channels),
            audit: AuditDraft(at: now, actor: actor, action: "outbox.replayed", reason: reason), at: now)
        let missing = (deliveries ?? []).filter { !replayed.contains($0) }
        if !missing.isEmpty, replayed.isEmpty {
            throw RequestRefused(
                .notFound,
                "\(missing.map(String.init).joined(separator: ", ")): no dead letter of a channel that is configured (\(channels.joined(separator: ", "))). Look: slipway outbox"
            )
        }
        logger.info("outbox.replayed", metadata: ["actor": "\(actor.name)", "deliveries": "\(replayed.count)", "reason": "\(reason)"])
        return replayed
    }
}

extension Deliverer {
    /// With the real files and the controller's clock.
    init(
        _ configuration: NotificationsConfiguration, journal: Journal, clock: ControllerClock, logger: Logger, registry: MetricsRegistry
    ) {
        let surroundings = NotificationSurroundings(
            now: clock.now, random: clock.random, readFile: { FileManager.default.contents(atPath: $0).map { [UInt8]($0) } },
            makeSignal: {
                let signal = WakeSignal()
                return NotificationSignal(set: { signal.set() }, wait: { await signal.wait(atMost: $0) })
            })
        self.init(configuration: configuration, journal: journal, surroundings: surroundings, logger: logger, registry: registry)
    }
}
