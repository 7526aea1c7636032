package import Delivery

/// What stands at the other end of a channel. Credentials are names of files, read at each use.
package enum ChannelService: Sendable, Hashable {
    case slack(Slack)
    case pagerDuty(PagerDuty)
    case statusPage(StatusPage)
    case commitStatus(CommitStatus)
    case webhook(Webhook)

    package struct Slack: Sendable, Hashable {
        package enum Way: Sendable, Hashable {
            /// `chat.postMessage` with a bot's token: one thread a Release.
            case bot(tokenFile: String, channel: String)
            /// An incoming webhook: the simple form, which cannot thread. Its address is the credential.
            case incomingWebhook(urlFile: String)
        }

        package var way: Way
        package var baseURL = "https://slack.com"

        package init(way: Way) { self.way = way }
    }

    package struct PagerDuty: Sendable, Hashable {
        /// The words of the Events API v2.
        package enum Severity: String, Sendable, Hashable, CaseIterable {
            case info, warning, error, critical
        }

        package var routingKeyFile: String
        package var source = "slipway"
        package var severities: [Notice.Severity: Severity] = [:]
        package var baseURL = "https://events.pagerduty.com"

        package init(routingKeyFile: String) { self.routingKeyFile = routingKeyFile }
    }

    /// A page of Atlassian Statuspage.
    package struct StatusPage: Sendable, Hashable {
        package enum ComponentStatus: String, Sendable, Hashable, CaseIterable {
            case degradedPerformance = "degraded_performance"
            case partialOutage = "partial_outage"
            case majorOutage = "major_outage"
            case underMaintenance = "under_maintenance"
        }

        package var tokenFile: String
        package var page: String
        package var components: [String] = []
        package var componentStatus = ComponentStatus.partialOutage
        package var title: MessageTemplate?
        /// The words of the end.
        package var resolved: MessageTemplate?
        package var baseURL = "https://api.statuspage.io"

        package init(tokenFile: String, page: String) {
            self.tokenFile = tokenFile
            self.page = page
        }
    }

    package struct CommitStatus: Sendable, Hashable {
        package enum Provider: String, Sendable, Hashable, CaseIterable {
            case github, gitlab, gitea
        }

        package var provider: Provider
        /// `owner/name`, on GitLab with all its groups.
        package var repository: String
        package var tokenFile: String
        package var targetURL: MessageTemplate?
        package var baseURL: String

        package init(provider: Provider, repository: String, tokenFile: String, baseURL: String) {
            self.provider = provider
            self.repository = repository
            self.tokenFile = tokenFile
            self.baseURL = baseURL
        }
    }

    package struct Webhook: Sendable, Hashable {
        package enum Address: Sendable, Hashable {
            case url(String)
            case urlFile(String)
        }

        package var address: Address
        package var secretFile: String

        package init(address: Address, secretFile: String) {
            self.address = address
            self.secretFile = secretFile
        }
    }
}

extension ChannelService {
    /// How what waits for the channel may be made less.
    enum Coalescing {
        /// Each notice is delivered by itself: machines count them.
        case none
        /// Only the newest of a slot.
        case newestOfSlot
        /// Several notices are one message.
        case digest
    }

    var coalescing: Coalescing {
        switch self {
        case .slack: .digest
        case .pagerDuty, .statusPage, .commitStatus: .newestOfSlot
        case .webhook: .none
        }
    }

    /// Least time between two deliveries.
    var pace: Duration {
        switch self {
        case .slack: NotificationLimits.chatPace
        case .pagerDuty, .statusPage, .commitStatus, .webhook: .zero
        }
    }

    /// What a delivery says of, where a newer one takes its place.
    func slot(of notice: Notice) -> String? {
        switch self {
        case .slack, .webhook: nil
        case .pagerDuty, .statusPage: notice.incident?.key
        case .commitStatus: notice.revision.map { "\(notice.environment)@\($0)" }
        }
    }

    /// Whether the service has a word for it.
    func canTell(_ notice: Notice) -> Bool {
        switch self {
        case .slack, .webhook: true
        case .pagerDuty: notice.incident != nil || notice.severity == .page
        case .statusPage: notice.incident != nil
        case .commitStatus: notice.revision != nil && CommitState(notice) != nil
        }
    }

    /// Whether an end says nothing to who was not told of the beginning.
    var tellsIncidentsOnly: Bool {
        switch self {
        case .slack, .webhook, .commitStatus: false
        case .pagerDuty, .statusPage: true
        }
    }
}

extension Notice.Incident {
    var key: String {
        switch self {
        case .opens(let key), .resolves(let key): key
        }
    }

    var isOpen: Bool {
        switch self {
        case .opens: true
        case .resolves: false
        }
    }
}
