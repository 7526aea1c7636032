internal import Delivery
internal import HTTPTransport
internal import Journal
internal import Manifests

/// A JSON document, signed with HMAC-SHA-256 over its time and its bytes. docs/notifications.md has its schema and how to verify it.
struct WebhookSender: ChannelSender {
    let webhook: ChannelService.Webhook
    let template: MessageTemplate?
    let connection: ServiceConnection

    static let schemaVersion: Int64 = 1

    func send(_ message: OutgoingMessage, thread: String?) async throws(DeliveryFailure) -> DeliveryThread? {
        let secret = try connection.credential(webhook.secretFile)
        let url: String
        var secrets = [secret]
        switch webhook.address {
        case .url(let given): url = given
        case .urlFile(let file):
            url = try connection.credential(file)
            secrets += ServiceConnection.parts(ofSecretAddress: url)
        }
        let body = JSON.bytes(Self.document(message, template: template))
        let seconds = message.now.milliseconds / 1000
        _ = try await connection.send(
            url,
            headers: [
                "Slipway-Delivery": message.notice.dedupeKey, "Idempotency-Key": message.notice.dedupeKey,
                "Slipway-Event": message.notice.event.rawValue, "Slipway-Timestamp": "\(seconds)",
                "Slipway-Signature": Self.signature(of: body, at: seconds, secret: secret),
            ], body: body, secrets: secrets)
        return nil
    }

    /// `v1=` and the hexadecimal HMAC-SHA-256 of `SECONDS.BODY`.
    static func signature(of body: [UInt8], at seconds: Int64, secret: String) -> String {
        "v1=" + Hex.encode(HMAC.sha256(Array("\(seconds).".utf8) + body, key: Array(secret.utf8)))
    }

    private static func document(_ message: OutgoingMessage, template: MessageTemplate?) -> Value {
        let notice = message.notice
        let incident = notice.incident.map { incident -> Value in
            ["key": .string(incident.key), "state": incident.isOpen ? "open" : "resolved"]
        }
        return .members([
            ("version", .integer(schemaVersion)), ("delivery", .string(notice.dedupeKey)), ("at", .string(message.facts.time)),
            ("event", .string(notice.event.rawValue)), ("severity", .string(notice.severity.rawValue)),
            ("environment", .string(notice.environment)), ("release", notice.release.map { .integer($0) }),
            ("revision", notice.revision.map { .string($0) }), ("incident", incident), ("text", .string(notice.text)),
            ("message", template.map { .string($0.render(message.facts)) }),
            ("audit", message.audit.map { ["sequence": .integer($0.sequence), "hash": .string($0.hash)] }),
        ])
    }
}
