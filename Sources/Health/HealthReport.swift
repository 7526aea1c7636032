/// Where an object stands between what was asked for and what runs. The words are those of kstatus.
package enum HealthStatus: String, Sendable, Hashable, CaseIterable {
    /// The cluster has done what the object asks for.
    case current
    /// The cluster is working on it; waiting is right.
    case inProgress
    /// It will not get there by waiting.
    case failed
    /// It is being deleted.
    case terminating
    /// The cluster does not have it.
    case notFound
    /// What was seen does not allow a verdict.
    case unknown
}

/// A verdict on one object, with its cause in a code for programs and a sentence for the person on call.
package struct HealthReport: Sendable, Hashable {
    package var status: HealthStatus
    /// CamelCase, stable, such as `LessAvailable` or `CrashLoopBackOff`.
    package var reason: String
    /// Names the object, what is wrong, and the cluster's own words where it gave some.
    package var message: String
    /// The container whose last lines tell why it failed.
    package var logs: LogSource?

    package init(_ status: HealthStatus, _ reason: String, _ message: String, logs: LogSource? = nil) {
        self.status = status
        self.reason = reason
        self.message = message
        self.logs = logs
    }
}

/// One container's log: of the running instance, or of the one before it.
package struct LogSource: Sendable, Hashable {
    package var namespace: String
    package var pod: String
    package var container: String
    /// The instance that ended, not the one that was started after it.
    package var previous: Bool

    package init(namespace: String, pod: String, container: String, previous: Bool) {
        self.namespace = namespace
        self.pod = pod
        self.container = container
        self.previous = previous
    }
}
