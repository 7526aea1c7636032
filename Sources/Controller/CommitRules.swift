/// What the operator asks of commits before they are deployed. It stands in the controller's configuration, so that whoever can merge
/// cannot take it away.
package struct CommitRules: Sendable, Hashable {
    /// Which commits need a good signature.
    package enum Required: String, Sendable, Hashable, CaseIterable {
        /// The branch's head: whoever signs it answers for what is below it.
        case head
        /// Each one since the last head that was taken, by whichever parent it came.
        case all
    }

    package struct Signatures: Sendable, Hashable {
        package var require: Required
        /// As ssh-keygen(1) has it under ALLOWED SIGNERS. Read again at every use.
        package var allowedSignersFile: String?
        /// As `gpg --export` writes it. Read again at every use.
        package var keyringFile: String?
        /// Whether the branch may go back, or to another history, than what was taken.
        package var allowsRewind = false
        /// Between two heads; with more of them the newer one is refused.
        package var maxCommits = Limits.verifiedCommits

        package init(require: Required) { self.require = require }
    }

    /// A change of these needs more approvals.
    package struct ProtectedPaths: Sendable, Hashable {
        package var paths: [PathPattern]
        package var role: String
        package var required: Int
        /// Names with `*` and `?`; empty: all.
        package var environments: [String]
        /// Whether who wrote a part of the change may be among them.
        package var allowsSelfApproval = false

        package init(paths: [PathPattern], role: String, required: Int = 1, environments: [String] = []) {
            self.paths = paths
            self.role = role
            self.required = required
            self.environments = environments
        }
    }

    /// `nil`: no signature is asked for.
    package var signatures: Signatures?
    package var protectedPaths: [ProtectedPaths] = []

    package init() {}
}
