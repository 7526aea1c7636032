/// The way back as a commit of the branch: what the branch renders to becomes what runs, so that the Hold need not stay.
package struct Revert: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        /// The commit is made when the way back has been verified.
        case asked
        /// It is in the branch. The Hold ends when that is what would come to the Environment next.
        case pushed(commit: String)
        /// It was not made, or leads nowhere; a person decides what to do.
        case failed(message: String)
    }

    /// What was in the commit's way so far, and may go away by itself.
    package struct Delay: Sendable, Hashable {
        /// Tries in a row that failed.
        package var attempts: Int
        package var message: String
        package var since: Timestamp
        package var retryAt: Timestamp

        package init(attempts: Int, message: String, since: Timestamp, retryAt: Timestamp) {
            self.attempts = attempts
            self.message = message
            self.since = since
            self.retryAt = retryAt
        }
    }

    /// Environments that went back together, and by one commit.
    package struct Group: Sendable, Hashable {
        package var name: String
        package var members: [String]

        package init(name: String, members: [String]) {
            self.name = name
            self.members = members
        }
    }

    package var step = Step.asked
    package var by: Actor
    package var reason: String
    package var at: Timestamp
    /// Files that other Environments are made from, too, are brought back all the same.
    package var includesShared: Bool
    /// While it is asked for and could not be made yet.
    package var delay: Delay?
    package var group: Group?

    package init(by: Actor, reason: String, at: Timestamp, includesShared: Bool = false, group: Group? = nil) {
        self.by = by
        self.reason = reason
        self.at = at
        self.includesShared = includesShared
        self.group = group
    }

    /// Whether the branch has it.
    package var isPushed: Bool { if case .pushed = step { true } else { false } }

    /// Whether both are still to be made, and by one commit.
    package func isOneCommit(with other: Revert) -> Bool {
        guard let group, step == .asked, other.step == .asked else { return false }
        return group == other.group && at == other.at && by == other.by
    }
}
