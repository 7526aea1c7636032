internal import Delivery
internal import Observability

/// The end of the audit record when a message is sent: whoever has it can tell later that the record was rewritten.
struct AuditHead: Sendable, Hashable {
    var sequence: Int64
    /// 64 hexadecimal digits.
    var hash: String

    /// As it stands under a message.
    var sentence: String { "audit record \(sequence) \(hash)" }
}

/// What a template can say of a notice.
struct NoticeFacts: Sendable {
    var notice: Notice
    var audit: AuditHead?

    var time: String { RFC3339.string(fromUnixMilliseconds: notice.at.milliseconds) }

    func value(of name: MessageTemplate.Name) -> String {
        switch name {
        case .mark:
            switch notice.severity {
            case .info: ""
            case .warning: "\u{1F7E0} "
            case .page: "\u{1F534} "
            }
        case .severity: notice.severity.rawValue
        case .event: notice.event.rawValue
        case .environment: notice.environment
        case .release: notice.release.map(String.init) ?? ""
        case .revision: notice.revision ?? ""
        case .shortRevision: String(notice.revision?.prefix(10) ?? "")
        case .text: notice.text
        case .time: time
        case .incident: notice.incident?.key ?? ""
        case .auditSequence: audit.map { "\($0.sequence)" } ?? ""
        case .auditHash: audit?.hash ?? ""
        }
    }
}

extension String {
    /// Cut to so many characters, with a sign that it was.
    func clipped(to limit: Int) -> String { count > limit ? prefix(max(0, limit - 1)) + "\u{2026}" : self }
}
