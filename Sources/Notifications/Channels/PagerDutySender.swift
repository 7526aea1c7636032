internal import Delivery
internal import Journal
internal import Manifests

/// The Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview): `trigger` and `resolve` under the incident's key.
struct PagerDutySender: ChannelSender {
    let pagerDuty: ChannelService.PagerDuty
    let template: MessageTemplate?
    let connection: ServiceConnection

    static let standard = MessageTemplate([.name(.text)])

    func send(_ message: OutgoingMessage, thread: String?) async throws(DeliveryFailure) -> DeliveryThread? {
        let key = try connection.credential(pagerDuty.routingKeyFile)
        _ = try await connection.send(
            pagerDuty.baseURL + "/v2/enqueue", body: JSON.bytes(event(message, routingKey: key)), secrets: [key])
        return nil
    }

    private func event(_ message: OutgoingMessage, routingKey: String) -> Value {
        let notice = message.notice
        var event: Value = [
            "routing_key": .string(routingKey), "dedup_key": .string(notice.incident?.key ?? notice.dedupeKey), "client": "Slipway",
        ]
        let summary = (template ?? Self.standard).render(message.facts).clipped(to: NotificationLimits.summaryCharacters)
        event["event_action"] = notice.incident?.isOpen == false ? "resolve" : "trigger"
        event["payload"] = .members([
            // An empty one is refused.
            ("summary", .string(summary.isEmpty ? notice.event.rawValue : summary)), ("source", .string(pagerDuty.source)),
            ("severity", .string(severity(of: notice).rawValue)), ("timestamp", .string(message.facts.time)),
            ("component", .string(notice.environment)), ("group", "slipway"), ("class", .string(notice.event.rawValue)),
            ("custom_details", details(message)),
        ])
        return event
    }

    private func severity(of notice: Notice) -> ChannelService.PagerDuty.Severity {
        if let chosen = pagerDuty.severities[notice.severity] { return chosen }
        return switch notice.severity {
        case .info: .info
        case .warning: .warning
        case .page: .critical
        }
    }

    private func details(_ message: OutgoingMessage) -> Value {
        let notice = message.notice
        return .members([
            ("environment", .string(notice.environment)), ("event", .string(notice.event.rawValue)),
            ("release", notice.release.map { .integer($0) }), ("revision", notice.revision.map { .string($0) }),
            ("text", .string(notice.text.clipped(to: NotificationLimits.slackCharacters))), ("delivery", .string(notice.dedupeKey)),
            ("auditSequence", message.audit.map { .integer($0.sequence) }), ("auditHash", message.audit.map { .string($0.hash) }),
        ])
    }
}
