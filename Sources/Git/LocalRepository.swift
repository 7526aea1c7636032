internal import Manifests

/// A person's own repository, read from its object database: nothing is checked out and nothing is written.
package struct LocalRepository: Sendable {
    /// A folder of it, such as its root.
    package let folder: String
    private let remote: GitRemote

    /// Nothing is read yet. `folder` must be absolute.
    package init(folder: String) {
        self.folder = folder
        remote = GitRemote(url: folder)
    }

    /// The commit that a person means: a branch, a tag, the first digits of a commit, `HEAD~1`, as gitrevisions(7) has it.
    ///
    /// - Throws: `notFound` with the nearest branch or tag, `ambiguous` when the digits are those of several objects.
    package func resolve(_ revision: String) async throws(GitError) -> CommitID {
        let folder = folder
        return try await run { repository, _ throws(GitError) in try Self.resolve(revision, in: repository, folder) }
    }

    /// Runs `body` with the files of a revision, in a thread that may block, and with the path of ``folder`` in its tree: "" for the
    /// root. The tree must not be used after `body` has ended.
    package func withTree<Success: Sendable>(
        at revision: String, _ body: @escaping @Sendable (GitTree, _ prefix: String) throws -> Success
    ) async throws -> Success {
        let folder = folder
        let result = try await run { repository, session throws(GitError) in
            let id = try Self.resolve(revision, in: repository, folder)
            let tree = GitTree(commit: id, root: try repository.tree(of: id), session: session)
            let prefix = Self.prefix(of: folder, in: repository)
            return Result { try body(tree, prefix) }
        }
        return try result.get()
    }

    private func run<Success: Sendable>(
        _ body: @escaping @Sendable (RepositoryHandle, GitSession) throws(GitError) -> Success
    ) async throws(GitError) -> Success {
        let session = GitSession(remote: remote, mirrorPath: folder, action: "reading", limit: remote.timeouts.read)
        let folder = folder
        return try await Mirror.work(session) { session throws(GitError) in
            guard let repository = try RepositoryHandle.discover(from: folder) else { throw .noRepository(folder) }
            return try body(repository, session)
        }
    }

    private static func resolve(_ text: String, in repository: RepositoryHandle, _ folder: String) throws(GitError) -> CommitID {
        // `:/text` would search all messages, and `REV:path` is no commit.
        let isExpression =
            !text.isEmpty && text.count <= GitProcessLimits.revisionCharacters && !text.contains(":") && !text.utf8.contains(0)
        if isExpression, let id = try repository.commit(named: text) { return id }
        let known = try repository.referenceNames(limit: GitProcessLimits.namedReferences).sorted()
        // The tip of `man~2` is what may be misspelt.
        let name = String(text.prefix { !"~^@".contains($0) })
        throw .revisionMissing(text, in: folder, nearest: NearestName.suggestion(for: name, among: known), known: known)
    }

    private static func prefix(of folder: String, in repository: RepositoryHandle) -> String {
        guard var root = repository.workTree else { return "" }
        while root.hasSuffix("/"), root.count > 1 { root.removeLast() }
        return folder.hasPrefix(root + "/") ? String(folder.dropFirst(root.count + 1)) : ""
    }
}
