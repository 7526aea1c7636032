internal import Delivery
internal import HTTPTransport
internal import Journal
internal import Manifests

/// `chat.postMessage` (https://docs.slack.dev/reference/methods/chat.postMessage), or an incoming webhook.
struct SlackSender: ChannelSender {
    let slack: ChannelService.Slack
    let template: MessageTemplate?
    let connection: ServiceConnection

    static let standard = MessageTemplate([.name(.mark), .name(.text)])

    func threadSubject(of message: OutgoingMessage) -> String? {
        guard case .bot = slack.way else { return nil }
        return message.threadRelease.map { "release/\($0)" }
    }

    func send(_ message: OutgoingMessage, thread: String?) async throws(DeliveryFailure) -> DeliveryThread? {
        switch slack.way {
        case .incomingWebhook(let file):
            let url = try connection.credential(file)
            _ = try await connection.send(
                url, body: JSON.bytes(["text": .string(text(of: message))]), secrets: ServiceConnection.parts(ofSecretAddress: url))
            return nil
        case .bot(let file, let channel):
            let token = try connection.credential(file)
            guard let thread else { return try await post(message, to: channel, token: token, thread: nil) }
            do throws(SlackRefusal) {
                return try await attempt(message, to: channel, token: token, thread: thread)
            } catch {
                guard error.isAboutThread else { throw error.failure }
                // Somebody removed the message that the thread hangs on: a new one begins.
                return try await post(message, to: channel, token: token, thread: nil)
            }
        }
    }

    private func post(
        _ message: OutgoingMessage, to channel: String, token: String, thread: String?
    ) async throws(DeliveryFailure) -> DeliveryThread? {
        do throws(SlackRefusal) {
            return try await attempt(message, to: channel, token: token, thread: thread)
        } catch {
            throw error.failure
        }
    }

    private func attempt(
        _ message: OutgoingMessage, to channel: String, token: String, thread: String?
    ) async throws(SlackRefusal) -> DeliveryThread? {
        let body = Value.members([
            ("channel", .string(channel)), ("text", .string(text(of: message))), ("thread_ts", thread.map { .string($0) }),
            // What pages is seen in the channel too.
            ("reply_broadcast", thread != nil && message.notice.severity == .page ? true : nil),
            ("unfurl_links", false), ("unfurl_media", false),
            (
                "metadata",
                [
                    "event_type": "slipway_notice",
                    "event_payload": ["deliveries": .array(message.deliveries.map { .string($0.notice.dedupeKey) })],
                ]
            ),
        ])
        let answer: ServiceConnection.Answer
        do throws(DeliveryFailure) {
            answer = try await connection.send(
                slack.baseURL + "/api/chat.postMessage", headers: ["Authorization": "Bearer \(token)"], body: JSON.bytes(body),
                secrets: [token]
            ).answer
        } catch {
            throw SlackRefusal(failure: error)
        }
        guard answer.json?["ok"]?.bool == true else { throw SlackRefusal(answer, now: connection.surroundings.now(), token: token) }
        guard thread == nil, let subject = threadSubject(of: message), let stamp = answer.json?["ts"]?.string else { return nil }
        return DeliveryThread(subject: subject, reference: stamp)
    }

    private func text(of message: OutgoingMessage) -> String {
        let now = message.now
        var lines = message.deliveries.map { delivery in
            let facts = NoticeFacts(notice: delivery.notice, audit: message.audit)
            let line = (template ?? Self.standard).render(facts, escape: Self.escaped)
            let isLate = now - delivery.notice.at > NotificationLimits.late
            // Twenty of them fit into one message.
            let limit = message.deliveries.count == 1 ? NotificationLimits.slackCharacters : NotificationLimits.slackCharacters / 10
            return (isLate ? "(late, of \(facts.time)) \(line)" : line).clipped(to: limit)
        }
        if let audit = message.audit { lines.append("_\(audit.sentence)_") }
        return lines.joined(separator: "\n")
    }

    /// Slack's three control characters; without them no text can mention anybody.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
