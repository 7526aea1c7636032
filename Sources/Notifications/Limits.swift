/// The bounds of this room, with their reasons.
package enum NotificationLimits {
    /// Channels of one controller; each has a loop of its own.
    package static let channels = 50
    /// On call, lead, manager, and room for an organisation with more.
    package static let levels = 9
    /// An incident that nobody has ended for so long is no longer a matter of minutes.
    package static let escalateAfter: ClosedRange<Duration> = .zero...(.seconds(7 * 86_400))
    /// The whole of one request. Chat and paging services answer within a second; a channel's loop stands still for this long at most.
    package static let timeout: ClosedRange<Duration> = .seconds(1)...(.seconds(60))
    package static let defaultTimeout: Duration = .seconds(10)
    /// At most five minutes apart, so that the default is about eight hours of trying.
    package static let attempts: ClosedRange<Int> = 1...1000
    package static let defaultAttempts = 100
    /// A notice that could not be delivered for a day tells nobody anything new.
    static let oldest: Duration = .seconds(86_400)
    /// Between the first failed attempt and the next; doubles from there.
    static let retryFirst: Duration = .seconds(2)
    static let retryMost: Duration = .seconds(300)
    /// A service that asks for more patience than this gets this much.
    static let retryAfterMost: Duration = .seconds(3600)
    /// Refused credentials: nothing changes until a person acts, and that should take effect soon after.
    static let retryRefused: Duration = .seconds(120)
    /// The answers that are read are a line of JSON, or a page's list of open incidents.
    static let answerBytes = 1 << 20
    /// Of an answer, in an error.
    static let excerptCharacters = 200
    /// Files with one credential or address.
    static let credentialBytes = 16 * 1024
    /// Of one template, as written.
    package static let templateCharacters = 4000
    /// Slack shows 40,000 characters and advises 4,000; PagerDuty takes a summary of 1024, GitHub a description of 140.
    static let slackCharacters = 3500
    static let summaryCharacters = 1024
    static let descriptionCharacters = 140
    static let statusPageCharacters = 4000
    static let titleCharacters = 200
    /// Notices in one chat message: more than a screen is not read.
    static let digest = 20
    /// A notice that waited so long is told together with what else happened in its Environment meanwhile.
    static let late: Duration = .seconds(15 * 60)
    /// Slack takes one message a second for each channel.
    static let chatPace: Duration = .seconds(1)
    /// Deliveries of a channel that are looked at together.
    static let pending = 1000
    /// The router and each channel look at least this often, whatever woke them.
    static let idlePoll: Duration = .seconds(60)
    /// After an error of the Journal, such as a full disk.
    static let journalRetry: Duration = .seconds(30)
    /// Delivered notices are kept this long for `slipway outbox`, dead letters longer: somebody may still want them sent.
    static let keepEnded: Duration = .seconds(30 * 86_400)
    static let keepDead: Duration = .seconds(90 * 86_400)
    static let clearEvery: Duration = .seconds(3600)
}
