/// Why a Git operation failed. The message names the remote or object, what failed, why, and what to do; it holds no credentials.
package struct GitError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// Nothing is at the URL, or it is no Git repository.
        case remoteMissing
        case authentication
        /// The remote took nothing of a push: a hook or a rule of the branch.
        case rejected
        case network
        case timedOut
        case tls
        case cancelled
        case branchMissing
        case emptyRepository
        /// The mirror or what the remote sent is damaged.
        case corrupt
        case tooLarge
        /// The commit or path is not there.
        case notFound
        /// A prefix that several objects share.
        case ambiguous
        case invalidPath
        /// The remote's URL or branch cannot be used as configured.
        case invalidConfiguration
        /// Another process is fetching into the mirror, or too much is under way.
        case busy
        /// The disk said no.
        case storage
        case unsupported
    }

    package var code: Code
    package var message: String
    /// True when the same call may succeed later without anybody acting on this machine. A missing branch or an empty
    /// repository counts: somebody will push.
    package var isTransient: Bool

    package init(code: Code, message: String, isTransient: Bool? = nil) {
        self.code = code
        self.message = message
        self.isTransient = isTransient ?? code.isUsuallyTransient
    }

    package var description: String { message }
}

extension GitError.Code {
    fileprivate var isUsuallyTransient: Bool {
        switch self {
        case .remoteMissing, .network, .timedOut, .branchMissing, .emptyRepository, .busy: true
        case .authentication, .rejected, .tls, .cancelled, .corrupt, .tooLarge, .notFound, .ambiguous, .invalidPath, .invalidConfiguration,
            .storage,
            .unsupported:
            false
        }
    }
}

/// All error texts of the room, so that they read alike.
extension GitError {
    // MARK: Remotes

    static func remoteMissing(_ remote: String, reason: String) -> GitError {
        GitError(
            code: .remoteMissing,
            message: "remote \(remote) is not there: \(reason); nothing changes until it is back (check the URL and the account's access)")
    }

    static func emptyRepository(_ remote: String, branch: String) -> GitError {
        GitError(code: .emptyRepository, message: "remote \(remote) is empty; push a first commit to branch \(branch)")
    }

    static func branchMissing(_ remote: String, branch: String, available: [String]) -> GitError {
        let listed = available.isEmpty ? "no branch at all" : available.prefix(10).joined(separator: ", ")
        let more = available.count > 10 ? " and \(available.count - 10) more" : ""
        return GitError(
            code: .branchMissing,
            message: "remote \(remote) has no branch \(branch); it has \(listed)\(more); push the branch or configure another one")
    }

    static func authentication(_ remote: String, reason: String) -> GitError {
        GitError(
            code: .authentication,
            message: "remote \(remote) refused the credentials: \(reason); check the account, token or key and its rights")
    }

    static func hostKeyRefused(_ remote: String, reason: String) -> GitError {
        let advice = "compare the key with the server's owner before adding it"
        return GitError(
            code: .tls,
            message: "remote \(remote) is not trusted: its host key is not in the known_hosts file or has changed: \(reason); \(advice)")
    }

    static func network(_ remote: String, reason: String) -> GitError {
        GitError(code: .network, message: "remote \(remote) cannot be reached: \(reason)")
    }

    static func timedOut(_ remote: String, action: String, limit: Duration) -> GitError {
        GitError(code: .timedOut, message: "\(action) \(remote) took longer than \(limit) and was stopped")
    }

    static func stalled(_ remote: String, limit: Duration) -> GitError {
        GitError(code: .timedOut, message: "remote \(remote) sent nothing for \(limit)")
    }

    static func cancelled(_ remote: String) -> GitError {
        GitError(code: .cancelled, message: "the work on \(remote) was cancelled")
    }

    static func badAnswer(_ remote: String, reason: String) -> GitError {
        GitError(code: .remoteMissing, message: "remote \(remote) does not answer as a Git server: \(reason); check the URL")
    }

    static func moved(_ remote: String, to place: String) -> GitError {
        GitError(
            code: .remoteMissing,
            message:
                "remote \(remote) has moved to \(place), which is another server; credentials are not sent there: configure the new URL",
            isTransient: false)
    }

    static func tooMuch(_ remote: String, what: String) -> GitError {
        GitError(code: .tooLarge, message: "remote \(remote) sends more than \(what); the fetch was stopped")
    }

    static func invalidConfiguration(_ remote: String, reason: String) -> GitError {
        GitError(code: .invalidConfiguration, message: "remote \(remote) cannot be used: \(reason)")
    }

    /// - Parameter words: of the remote's hooks, fit to be shown.
    static func rejected(_ remote: String, branch: String, reason: String, words: String) -> GitError {
        let said = words.isEmpty ? "" : ". It says: \(words)"
        // What git-receive-pack says when somebody else has the reference locked; no rule of the branch is meant. Hooks have words of their own.
        let isLocked = ["failed to update ref", "cannot lock ref", "failed to lock"].contains { reason.hasPrefix($0) }
        return GitError(
            code: .rejected, message: "remote \(remote) refuses the push to \(branch): \(reason)\(said)", isTransient: isLocked)
    }

    /// - Parameter reason: what the remote said to the push; it can be read.
    static func mayNotPush(_ reason: GitError, branch: String) -> GitError {
        GitError(
            code: .authentication,
            message: "\(reason.message). It can be read with these credentials, so what they lack is the right to push to \(branch)")
    }

    static func notSigned(_ key: String, reason: String) -> GitError {
        GitError(code: .authentication, message: "the commit cannot be signed with \(key): \(reason)")
    }

    // MARK: The mirror

    static func mirrorBroken(_ path: String, reason: String) -> GitError {
        GitError(
            code: .corrupt, message: "mirror \(path) is damaged: \(reason); remove the folder, it is fetched again at the next poll")
    }

    static func storage(_ path: String, reason: String) -> GitError {
        GitError(code: .storage, message: "mirror \(path) cannot be written or read: \(reason)")
    }

    static func mirrorBusy(_ path: String) -> GitError {
        GitError(code: .busy, message: "mirror \(path) is being fetched into already; try again shortly")
    }

    static func tooManyOperations() -> GitError {
        GitError(code: .busy, message: "\(GitProcessLimits.waiting) Git operations wait already; try again shortly")
    }

    static func commitMissing(_ text: String) -> GitError {
        GitError(code: .notFound, message: "there is no commit \(text) in the mirror; fetch first, or check the name")
    }

    static func ambiguous(_ text: String) -> GitError {
        GitError(code: .ambiguous, message: "\(text) is the beginning of several objects' names; give more digits")
    }

    // MARK: A person's own repository

    static func localRepository(_ path: String, reason: String) -> GitError {
        GitError(code: .corrupt, message: "repository \(path) cannot be read: \(reason)")
    }

    static func noRepository(_ path: String) -> GitError {
        GitError(code: .notFound, message: "\(path) is not in a Git repository, so it has no revisions")
    }

    static func revisionMissing(_ text: String, in path: String, nearest: String?, known: [String]) -> GitError {
        let shown = String(text.prefix(100)).debugDescription
        let listed = known.prefix(10).joined(separator: ", ") + (known.count > 10 ? " and \(known.count - 10) more" : "")
        let advice =
            nearest.map { "did you mean \($0.debugDescription)?" }
            ?? (known.isEmpty ? "it has no branch and no tag" : "its branches and tags are \(listed)")
        return GitError(code: .notFound, message: "repository \(path) has no revision \(shown); \(advice)")
    }

    // MARK: Paths

    static func invalidPath(_ path: String, reason: String) -> GitError {
        GitError(code: .invalidPath, message: "path \(path.debugDescription): \(reason)")
    }

    static func pathMissing(_ path: String, commit: CommitID) -> GitError {
        GitError(code: .notFound, message: "\(path.isEmpty ? "the tree" : path) is not in commit \(commit.short)")
    }
}
