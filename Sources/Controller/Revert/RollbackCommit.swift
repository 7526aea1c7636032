/// Whether a rollback is followed by a commit that brings the branch back, too.
package enum RollbackCommit: Sendable, Hashable {
    case none
    /// Only where no other Environment changes by it.
    case ofItsOwn
    /// Also where it changes others.
    case withShared
}
