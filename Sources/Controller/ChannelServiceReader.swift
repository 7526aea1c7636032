internal import Delivery
internal import HTTPTransport
internal import Manifests
internal import Notifications

/// Reads what stands at the other end of a channel.
struct ChannelServiceReader {
    static let keys = ["slack", "pagerDuty", "statusPage", "commitStatus", "webhook"]

    let absolute: (String?) -> String?

    /// One for each service key that is there; `nil` for one that has errors.
    func services(_ reader: StrictReader) -> [ChannelService?] {
        [
            reader.reader("slack").map(slack), reader.reader("pagerDuty").map(pagerDuty), reader.reader("statusPage").map(statusPage),
            reader.reader("commitStatus").map(commitStatus), reader.reader("webhook").map(webhook),
        ].compactMap(\.self)
    }

    private func slack(_ reader: StrictReader) -> ChannelService? {
        let (token, channel) = (absolute(reader.nonEmptyString("tokenFile")), reader.nonEmptyString("channel"))
        let webhook = absolute(reader.nonEmptyString("webhookUrlFile"))
        let base = baseURL(reader, default: "https://slack.com")
        var slack: ChannelService.Slack
        switch (token, channel, webhook) {
        case (let token?, let channel?, nil): slack = .init(way: .bot(tokenFile: token, channel: channel))
        case (nil, nil, let file?): slack = .init(way: .incomingWebhook(urlFile: file))
        default:
            reader.reject(nil, "needs tokenFile and channel (a bot), or webhookUrlFile alone (an incoming webhook)")
            return nil
        }
        slack.baseURL = base
        return .slack(slack)
    }

    private func pagerDuty(_ reader: StrictReader) -> ChannelService? {
        let key = absolute(reader.requiredString("routingKeyFile"))
        var pagerDuty = ChannelService.PagerDuty(routingKeyFile: key ?? "")
        pagerDuty.source = reader.nonEmptyString("source") ?? pagerDuty.source
        pagerDuty.baseURL = baseURL(reader, default: pagerDuty.baseURL)
        if let severities = reader.reader("severities") {
            for severity in Notice.Severity.allCases {
                guard let chosen = severities.choice(severity.rawValue) as ChannelService.PagerDuty.Severity? else { continue }
                pagerDuty.severities[severity] = chosen
            }
        }
        return key == nil ? nil : .pagerDuty(pagerDuty)
    }

    private func statusPage(_ reader: StrictReader) -> ChannelService? {
        let (token, page) = (absolute(reader.requiredString("tokenFile")), reader.requiredString("page"))
        var result = ChannelService.StatusPage(tokenFile: token ?? "", page: page ?? "")
        result.components = reader.strings("components")
        result.componentStatus = reader.choice("componentStatus", default: result.componentStatus)
        result.title = reader.template("title")
        result.resolved = reader.template("resolved")
        result.baseURL = baseURL(reader, default: result.baseURL)
        if let page, !Self.isPathPart(page) { reader.reject("page", "must be the page's identifier: letters and digits") }
        for component in result.components where !Self.isPathPart(component) {
            reader.reject("components", "names \"\(component.prefix(60))\", which is no identifier: letters and digits")
        }
        return token == nil || page == nil ? nil : .statusPage(result)
    }

    private func commitStatus(_ reader: StrictReader) -> ChannelService? {
        let provider: ChannelService.CommitStatus.Provider? = reader.requiredChoice("provider")
        let (repository, token) = (reader.requiredString("repository"), absolute(reader.requiredString("tokenFile")))
        let usual: String? =
            switch provider {
            case .github?: "https://api.github.com"
            case .gitlab?: "https://gitlab.com"
            case .gitea?, nil: nil
            }
        let base = baseURL(reader, default: usual ?? "")
        let target = reader.template("targetUrl")
        if let repository {
            let parts = repository.split(separator: "/", omittingEmptySubsequences: false)
            if parts.count < 2 || (provider != .gitlab && parts.count > 2) || !parts.allSatisfy({ Self.isPathPart(String($0)) }) {
                reader.reject("repository", "must be OWNER/NAME, not \"\(repository.prefix(100))\"")
            }
        }
        guard let provider, let repository, let token else { return nil }
        if base.isEmpty {
            if !reader.has("baseUrl") { reader.reject("baseUrl", "is missing: where your Gitea is", code: .missingKey) }
            return nil
        }
        var status = ChannelService.CommitStatus(provider: provider, repository: repository, tokenFile: token, baseURL: base)
        status.targetURL = target
        return .commitStatus(status)
    }

    private func webhook(_ reader: StrictReader) -> ChannelService? {
        let (url, file) = (reader.nonEmptyString("url"), absolute(reader.nonEmptyString("urlFile")))
        let secret = absolute(reader.requiredString("secretFile"))
        if let url, HTTPOrigin(url: url) == nil { reader.reject("url", "is no http or https address without a user in it") }
        let address: ChannelService.Webhook.Address
        switch (url, file) {
        case (let url?, nil): address = .url(url)
        case (nil, let file?): address = .urlFile(file)
        default:
            reader.reject(nil, "needs either url or urlFile")
            return nil
        }
        return secret.map { .webhook(.init(address: address, secretFile: $0)) }
    }

    /// A credential goes there, so only this machine's own addresses may do without encryption.
    private func baseURL(_ reader: StrictReader, default usual: String) -> String {
        guard let text = reader.nonEmptyString("baseUrl") else { return usual }
        guard let origin = HTTPOrigin(url: text), !text.contains("?"), !text.contains("#") else {
            reader.reject("baseUrl", "is no http or https address without a user, a query or a fragment in it")
            return usual
        }
        if origin.scheme == "http", !origin.isLoopback {
            reader.reject("baseUrl", "must be https: a credential is sent there")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private static func isPathPart(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 200 && text != "." && text != ".."
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }
}
