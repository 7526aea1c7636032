internal import Journal
internal import Manifests

/// Speaks the language of one service.
protocol ChannelSender: Sendable {
    /// What later messages go on with, if the service has such a thing: the subject under which its reference is stored.
    func threadSubject(of message: OutgoingMessage) -> String?

    /// - Parameter thread: the reference that is stored for the subject.
    /// - Returns: what is to be stored for it now; `nil` leaves it as it is.
    func send(_ message: OutgoingMessage, thread: String?) async throws(DeliveryFailure) -> DeliveryThread?
}

extension ChannelSender {
    func threadSubject(of message: OutgoingMessage) -> String? { nil }
}

extension NotificationsConfiguration.Channel {
    func sender(_ connection: ServiceConnection) -> any ChannelSender {
        switch service {
        case .slack(let slack): SlackSender(slack: slack, template: template, connection: connection)
        case .pagerDuty(let pagerDuty): PagerDutySender(pagerDuty: pagerDuty, template: template, connection: connection)
        case .statusPage(let page): StatusPageSender(page: page, template: template, connection: connection)
        case .commitStatus(let status): CommitStatusSender(status: status, template: template, connection: connection)
        case .webhook(let webhook): WebhookSender(webhook: webhook, template: template, connection: connection)
        }
    }
}

extension Value {
    /// A mapping without the members that have no value.
    static func members(_ members: [(String, Value?)]) -> Value {
        var object = Object()
        for (key, value) in members { object[key] = value }
        return .object(object)
    }
}
