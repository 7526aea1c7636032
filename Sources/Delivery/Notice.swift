/// A notification that is due, stored with its cause; delivered at least once under its dedupe key.
package struct Notice: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        case info
        case warning
        /// Someone must act now.
        case page
    }

    /// What happened, for whoever chooses what to be told of.
    package enum Event: String, Sendable, Hashable, CaseIterable {
        case releaseStarted
        case approvalNeeded
        case releaseVerified
        /// Cancelled, or another one takes its place, after people were told of it.
        case releaseEnded
        /// Stopped before any change, or left as it is because automatic rollback is off.
        case releaseFailed
        case rollbackStarted
        case rolledBack
        case rollbackFailed
        case holdChanged
        case freezeChanged
        case quarantineChanged
        /// Whatever else an operator should know.
        case attention
    }

    /// A trouble that is open until it is said to be over: what pages, and what ends the page, share its key.
    package enum Incident: Sendable, Hashable {
        case opens(key: String)
        case resolves(key: String)
    }

    package var severity: Severity
    package var event: Event
    package var environment: String
    package var release: Int64?
    /// The commit that it is about, for commit statuses.
    package var revision: String?
    package var incident: Incident?
    package var text: String
    package var dedupeKey: String
    package var at: Timestamp

    package init(
        severity: Severity, event: Event, environment: String, release: Int64?, revision: String? = nil, incident: Incident? = nil,
        text: String, dedupeKey: String, at: Timestamp
    ) {
        self.severity = severity
        self.event = event
        self.environment = environment
        self.release = release
        self.revision = revision
        self.incident = incident
        self.text = text
        self.dedupeKey = dedupeKey
        self.at = at
    }
}
