package import Delivery

/// Who is told of what, and how: the part `notifications` of the controller's configuration.
package struct NotificationsConfiguration: Sendable, Hashable {
    package var channels: [Channel] = []
    package var escalation: [EscalationLevel] = []

    package init() {}

    /// One place that notices go to.
    package struct Channel: Sendable, Hashable {
        package var name: String
        package var service: ChannelService
        package var filter: NoticeFilter
        /// Gets nothing but what the escalation levels that name it send.
        package var isForEscalationOnly = false
        /// `nil` for the service's own words.
        package var template: MessageTemplate?
        /// The only authorities to trust; `nil` trusts the system's. Read again at every use.
        package var caFile: String?
        package var timeout: Duration = NotificationLimits.defaultTimeout
        package var attempts: Int = NotificationLimits.defaultAttempts

        package init(name: String, service: ChannelService, filter: NoticeFilter = NoticeFilter()) {
            self.name = name
            self.service = service
            self.filter = filter
        }
    }

    /// Who is told as well when an incident is severe, or stays open.
    package struct EscalationLevel: Sendable, Hashable {
        /// From 1 on.
        package var number: Int
        /// Since the incident was opened.
        package var after: Duration
        package var channels: [String]
        /// Which incidents, by the highest severity that was said of them, and by their Environment.
        package var filter: NoticeFilter

        package init(number: Int, after: Duration, channels: [String], filter: NoticeFilter = NoticeFilter()) {
            self.number = number
            self.after = after
            self.channels = channels
            self.filter = filter
        }
    }
}

/// Which notices. What is empty lets all through.
package struct NoticeFilter: Sendable, Hashable {
    package var events: Set<Notice.Event>
    package var severities: Set<Notice.Severity>
    /// Names with `*` and `?`.
    package var environments: [String]

    package init(events: Set<Notice.Event> = [], severities: Set<Notice.Severity> = [], environments: [String] = []) {
        self.events = events
        self.severities = severities
        self.environments = environments
    }

    package func lets(_ notice: Notice) -> Bool {
        (events.isEmpty || events.contains(notice.event)) && lets(severity: notice.severity, environment: notice.environment)
    }

    package func lets(severity: Notice.Severity, environment: String) -> Bool {
        (severities.isEmpty || severities.contains(severity))
            && (environments.isEmpty || environments.contains { NamePattern.matches($0, environment) })
    }
}
