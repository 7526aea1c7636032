/// What a policy for commits asks of the mirror. Nothing of the repository's own configuration or attributes takes part.
extension Mirror {
    /// What the signature of a commit is worth. A commit that is malformed or too large has a bad one.
    ///
    /// - Throws: when it could not be found out, such as without the program.
    package func verifySignature(of id: CommitID, trust: SignatureTrust) async throws(GitError) -> SignatureVerdict {
        try await run("verifying commits of", limit: GitProcessLimits.signatureDeadline) { [self] session throws(GitError) in
            guard let repository = try RepositoryHandle.open(path: path) else { throw .commitMissing(id.text) }
            let bytes: [UInt8]
            do throws(GitError) {
                bytes = try repository.rawCommit(id, limit: GitProcessLimits.signedCommitBytes)
            } catch {
                guard error.code == .tooLarge else { throw error }
                return .bad(reason: error.message)
            }
            let commit: SignedCommit
            do throws(SignedCommit.Malformed) {
                commit = try SignedCommit(bytes)
            } catch {
                return .bad(reason: "the commit is malformed: \(error.reason)")
            }
            // What is deployed is what libgit2 reads in the same bytes.
            let read = try repository.read(id, messageBytes: 0)
            guard try repository.tree(of: id).id == commit.tree, read.parents.map(\.text) == commit.parents else {
                return .bad(reason: "the commit can be read in two ways")
            }
            try session.check()
            return try SignatureChecker(trust: trust).check(commit)
        }
    }

    /// Commits that `head` has and `base` has not, whichever parent they come by; the newest first.
    ///
    /// - Returns: `nil` when there are more than `limit`.
    package func commits(of head: CommitID, notIn base: CommitID?, limit: Int) async throws(GitError) -> [CommitID]? {
        try await run("reading the mirror of", limit: remote.timeouts.read) { [self] session throws(GitError) in
            guard let repository = try RepositoryHandle.open(path: path) else { throw .commitMissing(head.text) }
            let found = try repository.log(from: head, excluding: base, limit: limit + 1, session: session)
            return found.count > limit ? nil : found
        }
    }

    /// Whether the commit is in the mirror.
    package func holds(_ id: CommitID) async throws(GitError) -> Bool {
        try await run("reading the mirror of", limit: remote.timeouts.read) { [self] _ throws(GitError) in
            try RepositoryHandle.open(path: path)?.hasCommit(id) ?? false
        }
    }

    /// The paths of files, links and submodules that differ between two commits; without a base, all of them. Added, removed, changed, or of
    /// another mode: each counts, and a file that moved counts at both places.
    ///
    /// - Returns: `nil` when there are more than `limit`.
    package func changedPaths(from base: CommitID?, to head: CommitID, limit: Int) async throws(GitError) -> [String]? {
        try await run("comparing commits of", limit: remote.timeouts.read) { [self] session throws(GitError) in
            guard let repository = try RepositoryHandle.open(path: path) else { throw .commitMissing(head.text) }
            var comparison = TreeComparison(session: session, limit: limit)
            let old: TreeHandle? = if let base { try repository.tree(of: base) } else { nil }
            try comparison.compare(old, try repository.tree(of: head), at: "", depth: 0)
            return comparison.isCut ? nil : comparison.paths
        }
    }
}
