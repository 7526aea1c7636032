package import Delivery

/// A trouble that was told of and is not over.
package struct OpenIncident: Sendable, Hashable {
    package var key: String
    package var environment: String
    /// The highest that was said of it.
    package var severity: Notice.Severity
    package var openedAt: Timestamp
    package var firstNotice: Int64
    /// The escalation levels that it has reached, 1 to 9.
    package var levels: Set<Int>
    /// The channels that have a delivery about it.
    package var told: Set<String>
    /// What was last said of it.
    package var last: Notice
}

extension Notice.Severity {
    /// For choosing the higher one.
    var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .page: 2
        }
    }
}
