internal import Delivery
internal import HTTPTransport
internal import Journal
internal import Manifests

/// Incidents of Atlassian Statuspage (https://developer.statuspage.io): created, updated and resolved, with their components.
///
/// The page is public: unless the operator writes other words, no text of a notice goes there. The incident's key and the end of the audit
/// record are its metadata, which visitors do not see. By that key an incident is found again whose creation was not remembered.
struct StatusPageSender: ChannelSender {
    let page: ChannelService.StatusPage
    let template: MessageTemplate?
    let connection: ServiceConnection

    static let standardTitle = MessageTemplate([.literal("Problem in "), .name(.environment)])
    static let standardBody = MessageTemplate([.literal("We are looking into a problem in "), .name(.environment), .literal(".")])
    static let standardEnd = MessageTemplate([.literal("The problem in "), .name(.environment), .literal(" is over.")])

    func threadSubject(of message: OutgoingMessage) -> String? { message.notice.incident?.key }

    func send(_ message: OutgoingMessage, thread: String?) async throws(DeliveryFailure) -> DeliveryThread? {
        guard let incident = message.notice.incident else { throw DeliveryFailure(.permanent, "the notice is about no incident") }
        let token = try connection.credential(page.tokenFile)
        var known = thread
        if known == nil { known = try await find(incident.key, token) }
        if let id = known, try await update(id, with: message, token) {
            return DeliveryThread(subject: incident.key, reference: incident.isOpen ? id : nil)
        }
        // What was never told of needs no end.
        guard incident.isOpen else { return DeliveryThread(subject: incident.key, reference: nil) }
        return DeliveryThread(subject: incident.key, reference: try await create(message, token))
    }

    private func create(_ message: OutgoingMessage, _ token: String) async throws(DeliveryFailure) -> String {
        let title = (page.title ?? Self.standardTitle).render(message.facts).clipped(to: NotificationLimits.titleCharacters)
        var incident = fields(of: message, status: "investigating")
        incident["name"] = .string(title)
        let (_, answer) = try await call("POST", "incidents", token, ["incident": incident])
        guard let id = answer.json?["id"]?.string, Self.isIdentifier(id) else {
            throw DeliveryFailure(.needsPerson, "the answer is not Statuspage's: it names no incident")
        }
        return id
    }

    /// False when the incident is no longer there.
    private func update(_ id: String, with message: OutgoingMessage, _ token: String) async throws(DeliveryFailure) -> Bool {
        let status = message.notice.incident?.isOpen == true ? "identified" : "resolved"
        let (code, _) = try await call("PATCH", "incidents/\(id)", token, ["incident": fields(of: message, status: status)], accepts: [404])
        return code != 404
    }

    /// An open incident of ours that was created without being remembered, or is remembered no more.
    private func find(_ key: String, _ token: String) async throws(DeliveryFailure) -> String? {
        let (_, answer) = try await call("GET", "incidents/unresolved", token, nil)
        let ours = answer.json?.array?.first { $0["metadata", "slipway", "incident"]?.string == key }
        return ours?["id"]?.string.flatMap { Self.isIdentifier($0) ? $0 : nil }
    }

    private func fields(of message: OutgoingMessage, status: String) -> Value {
        let isOver = status == "resolved"
        let words = isOver ? page.resolved ?? Self.standardEnd : template ?? Self.standardBody
        let state: Value = isOver ? "operational" : .string(page.componentStatus.rawValue)
        var components = Object()
        for component in page.components { components[component] = state }
        return .members([
            ("status", .string(status)),
            ("body", .string(words.render(message.facts).clipped(to: NotificationLimits.statusPageCharacters))),
            ("component_ids", page.components.isEmpty ? nil : .array(page.components.map { .string($0) })),
            ("components", page.components.isEmpty ? nil : .object(components)),
            (
                "metadata",
                [
                    "slipway": .members([
                        ("incident", message.notice.incident.map { .string($0.key) }), ("delivery", .string(message.notice.dedupeKey)),
                        ("auditSequence", message.audit.map { .integer($0.sequence) }),
                        ("auditHash", message.audit.map { .string($0.hash) }),
                    ])
                ]
            ),
        ])
    }

    private func call(
        _ method: String, _ path: String, _ token: String, _ body: Value?, accepts: Set<Int> = []
    ) async throws(DeliveryFailure) -> (status: Int, answer: ServiceConnection.Answer) {
        try await connection.send(
            "\(page.baseURL)/v1/pages/\(page.page)/\(path)", method: method, headers: ["Authorization": "OAuth \(token)"],
            body: body.map { JSON.bytes($0) }, secrets: [token], accepts: accepts)
    }

    /// It becomes a part of an address.
    private static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 100 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}
