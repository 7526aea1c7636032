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

    package var step = Step.asked
    package var by: Actor
    package var reason: String
    package var at: Timestamp
    /// Files that other Environments are made from, too, are brought back all the same.
    package var includesShared: Bool

    package init(by: Actor, reason: String, at: Timestamp, includesShared: Bool = false) {
        self.by = by
        self.reason = reason
        self.at = at
        self.includesShared = includesShared
    }
}
