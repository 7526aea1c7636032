internal import Delivery
internal import HTTPTransport
internal import Journal
internal import Manifests

/// The status of a commit under the context `slipway/ENVIRONMENT`, at GitHub, GitLab or Gitea.
struct CommitStatusSender: ChannelSender {
    let status: ChannelService.CommitStatus
    let template: MessageTemplate?
    let connection: ServiceConnection

    func send(_ message: OutgoingMessage, thread: String?) async throws(DeliveryFailure) -> DeliveryThread? {
        let notice = message.notice
        guard let state = CommitState(notice), let revision = notice.revision, revision.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            throw DeliveryFailure(.permanent, "the notice is about no commit")
        }
        let token = try connection.credential(status.tokenFile)
        let context = "slipway/\(notice.environment)"
        let word = state.word(of: status.provider)
        var body = Value.members([
            ("state", .string(word)), ("description", .string(description(of: message, state))),
            ("target_url", status.targetURL.map { .string($0.render(message.facts, escape: Self.encoded)) }),
        ])
        // GitLab calls it name, and takes context only as a parameter of the same meaning.
        body[status.provider == .gitlab ? "name" : "context"] = .string(context)
        let (code, answer) = try await connection.send(
            url(of: revision), headers: headers(token), body: JSON.bytes(body), secrets: [token],
            accepts: status.provider == .gitlab ? [400] : [])
        // A state that is there already cannot be entered again: that is a second delivery.
        guard code != 400 || answer.text.contains("Cannot transition status") else {
            throw DeliveryFailure(.permanent, "GitLab answered 400: \(ServiceConnection.scrubbed(answer.text, [token]))")
        }
        return nil
    }

    private func url(of revision: String) -> String {
        let base = status.baseURL
        return switch status.provider {
        case .github: "\(base)/repos/\(status.repository)/statuses/\(revision)"
        case .gitea: "\(base)/api/v1/repos/\(status.repository)/statuses/\(revision)"
        case .gitlab: "\(base)/api/v4/projects/\(Self.encoded(status.repository))/statuses/\(revision)"
        }
    }

    private func headers(_ token: String) -> HTTPHeaders {
        switch status.provider {
        case .github: ["Authorization": "Bearer \(token)", "X-GitHub-Api-Version": "2022-11-28"]
        case .gitea: ["Authorization": "token \(token)"]
        case .gitlab: ["PRIVATE-TOKEN": token]
        }
    }

    /// GitHub shows 140 characters, of which the end of the audit record takes its part.
    private func description(of message: OutgoingMessage, _ state: CommitState) -> String {
        let notice = message.notice
        let release = notice.release.map { " (release \($0))" } ?? ""
        let words = template?.render(message.facts) ?? state.words(for: notice) + release
        let end = message.audit.map { "; \($0.sentence)" } ?? ""
        return words.clipped(to: max(20, NotificationLimits.descriptionCharacters - end.count)) + end
    }

    /// RFC 3986's unreserved characters stay.
    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
            return isPlain ? String(character) : "%" + Hex.encode([byte]).uppercased()
        }.joined()
    }
}
