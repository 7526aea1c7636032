/// Commits that are named in full, beside the branch that is watched. What they hold can never change, so one that is there is never
/// asked for again.
extension Mirror {
    /// Brings the commit and what it needs into the mirror. Does nothing, and asks nobody, when it is there.
    ///
    /// - Throws: ``GitError``, `notFound` when no branch or tag of the remote leads to the commit.
    package func fetch(commit id: CommitID) async throws(GitError) {
        try await run("fetching", limit: remote.timeouts.fetch) { [self] session throws(GitError) in
            let folder = MirrorFolder(path: path)
            try folder.prepare()
            let lock = try folder.lock()
            defer { withExtendedLifetime(lock) {} }
            try folder.tidy(reference: Self.reference(of: id))
            if try openOrCreate().hasCommit(id) { return }
            for way in try ways(to: id, session) {
                // A server that does not hand out commits by their names says so by an error; the branches are asked for then.
                do throws(GitError) {
                    try connect(session, mirrorPath: path).fetch(refspec: way.refspec)
                } catch {
                    guard way.mayFail, session.failure == nil else { throw error }
                }
                // Opened again: the handle from before the download does not see the new pack for certain.
                if try openOrCreate().hasCommit(id) { return }
            }
            throw GitError(
                code: .notFound,
                message: "commit \(id.short) is not in remote \(remote.redactedURL): no branch and no tag leads to it; check the name")
        }
    }

    /// The files of a commit that was fetched; `nil` when it was not. For a thread that may block, and for the time of one reading.
    package func openTree(at id: CommitID) throws(GitError) -> GitTree? {
        let session = GitSession(remote: remote, mirrorPath: path, action: "reading the mirror of", limit: remote.timeouts.read)
        guard MirrorFolder.exists(path), let repository = try RepositoryHandle.open(path: path), try repository.hasCommit(id) else {
            return nil
        }
        return GitTree(commit: id, root: try repository.tree(of: id), session: session)
    }

    private struct Way {
        var refspec: String
        var mayFail = false
    }

    /// From the least to the most that has to be downloaded.
    private func ways(to id: CommitID, _ session: GitSession) throws(GitError) -> [Way] {
        let references = try connect(session, mirrorPath: nil).references()
        if references.isEmpty { throw .emptyRepository(remote.redactedURL, branch: remote.branch) }
        let own = Self.reference(of: id)
        let isPlain = { (name: String) in name.hasPrefix("refs/heads/") || name.hasPrefix("refs/tags/") }
        if let named = references.first(where: { $0.commit == id && isPlain($0.name) }) { return [Way(refspec: "+\(named.name):\(own)")] }
        return [
            Way(refspec: "+\(id):\(own)", mayFail: true), Way(refspec: "+refs/heads/*:refs/slipway/all/heads/*"),
            Way(refspec: "+refs/tags/*:refs/slipway/all/tags/*"),
        ]
    }

    private static func reference(of id: CommitID) -> String { "refs/slipway/pinned/\(id)" }
}
