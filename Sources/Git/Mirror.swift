internal import HTTPTransport

/// A bare mirror on disk of one branch of a remote. There is no work tree: files are read from the object database.
///
/// Every operation runs in a thread of its own pool, has a deadline, and ends when its task is cancelled. A failed one leaves the
/// mirror as it was, and the next call starts afresh: nothing has to be repaired by hand when a remote comes back.
package final class Mirror: Sendable {
    package let path: String
    package let remote: GitRemote
    private let address: RemoteAddress
    private let client: HTTPClient?

    private static let pool = WorkerPool(name: "git", threads: GitProcessLimits.threads, waiting: GitProcessLimits.waiting)

    /// Nothing is read or written yet.
    ///
    /// - Parameter path: The mirror's own folder. It is made when it is missing.
    /// - Throws: `invalidConfiguration` when the URL, the branch or the credentials do not fit.
    package init(path: String, remote: GitRemote) throws(GitError) {
        self.path = path
        self.remote = remote
        do throws(RemoteAddress.Problem) {
            address = try RemoteAddress.parse(remote.url)
        } catch {
            throw .invalidConfiguration(remote.redactedURL, reason: error.reason)
        }
        guard GitRemote.isBranchName(remote.branch) else {
            throw .invalidConfiguration(remote.redactedURL, reason: "\(remote.branch.debugDescription) is no name of a branch")
        }
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .storage(path, reason: "this is no path") }
        if case .http = address {
            client = HTTPClient(tls: TLSConfiguration(caPEM: remote.caPEM))
        } else {
            client = nil
        }
        // What is wrong with the credentials shall be known at the start and not at the first poll.
        _ = try connection(for: GitSession(remote: remote, mirrorPath: path, action: "checking", limit: .seconds(1)))
    }

    // MARK: The remote

    /// Asks the remote for the branch's commit. Nothing is downloaded and the mirror is not touched.
    package func remoteHead() async throws(GitError) -> RemoteHead {
        try await run("asking", limit: remote.timeouts.head) { [self] session throws(GitError) in
            let handle = try connect(session, mirrorPath: nil)
            return head(of: try handle.references())
        }
    }

    /// Brings the mirror to the branch's present commit. A force-push is followed and reported.
    ///
    /// - Throws: ``GitError``, among others `emptyRepository`, `branchMissing` and `remoteMissing`; the mirror keeps what it had.
    package func fetch() async throws(GitError) -> FetchResult {
        try await run("fetching", limit: remote.timeouts.fetch) { [self] session throws(GitError) in
            let folder = MirrorFolder(path: path)
            try folder.prepare()
            let lock = try folder.lock()
            defer { withExtendedLifetime(lock) {} }
            try folder.tidy(reference: reference)
            let repository = try openOrCreate()
            let previous = try repository.commit(ofReference: reference)

            let handle = try connect(session, mirrorPath: path)
            switch head(of: try handle.references()) {
            case .emptyRepository: throw .emptyRepository(remote.redactedURL, branch: remote.branch)
            case .branchMissing(let available):
                throw .branchMissing(remote.redactedURL, branch: remote.branch, available: available)
            case .commit(let announced):
                if announced == previous, try repository.hasCommit(announced) {
                    return FetchResult(head: announced, previous: previous, isForced: false)
                }
            }
            try handle.fetch(refspec: "+refs/heads/\(remote.branch):\(reference)")
            return try result(previous: previous)
        }
    }

    // MARK: The mirror

    package func commit(_ id: CommitID) async throws(GitError) -> Commit {
        let bytes = remote.limits.messageBytes
        return try await read { repository, _ throws(GitError) in try repository.read(id, messageBytes: bytes) }
    }

    /// The commit that a person means: the branch's name, "HEAD", a full name, or its first digits (four at least).
    package func resolve(_ text: String) async throws(GitError) -> CommitID {
        let reference = reference
        let branch = remote.branch
        return try await read { repository, _ throws(GitError) in
            if text == branch || text == "HEAD" {
                guard let id = try repository.commit(ofReference: reference) else { throw .commitMissing(text) }
                return id
            }
            guard (4...40).contains(text.utf8.count), text.utf8.allSatisfy(CommitID.isDigit) else {
                throw GitError(
                    code: .notFound,
                    message:
                        "\(String(text.prefix(100)).debugDescription) is neither branch \(branch) nor the first 4 to 40 digits of a commit"
                )
            }
            return try repository.commit(withPrefix: text.lowercased())
        }
    }

    /// Commits from this one back, the newest first.
    package func log(from id: CommitID, limit: Int) async throws(GitError) -> [Commit] {
        let count = min(max(0, limit), remote.limits.logEntries)
        let bytes = remote.limits.messageBytes
        return try await read { repository, session throws(GitError) in
            var commits: [Commit] = []
            for id in try repository.log(from: id, limit: count, session: session) {
                try session.check()
                commits.append(try repository.read(id, messageBytes: bytes))
            }
            return commits
        }
    }

    /// Whether the first commit is the second or one of those before it.
    package func isAncestor(_ ancestor: CommitID, of descendant: CommitID) async throws(GitError) -> Bool {
        try await read { repository, _ throws(GitError) in try repository.isAncestor(ancestor, of: descendant) }
    }

    /// Runs `body` with the files of a commit, in a thread that may block. The tree must not be used after `body` has ended.
    package func withTree<Success: Sendable>(
        at id: CommitID, _ body: @escaping @Sendable (GitTree) throws -> Success
    ) async throws -> Success {
        let result = try await read { repository, session throws(GitError) in
            let tree = GitTree(commit: id, root: try repository.tree(of: id), session: session)
            return Result { try body(tree) }
        }
        return try result.get()
    }

    /// Closes idle connections to the remote.
    package func close() async {
        await client?.shutdown()
    }

    // MARK: Inside

    /// Where the mirror keeps the branch. Outside `refs/heads`, so that nobody takes it for a branch of ours.
    var reference: String { "refs/slipway/\(remote.branch)" }

    func head(of references: [(name: String, commit: CommitID)]) -> RemoteHead {
        let real = references.filter { $0.commit.text.contains { $0 != "0" } }
        let prefix = "refs/heads/"
        if let found = real.first(where: { $0.name == prefix + remote.branch }) { return .commit(found.commit) }
        if real.isEmpty { return .emptyRepository }
        let branches = real.filter { $0.name.hasPrefix(prefix) }.map { String($0.name.dropFirst(prefix.count)) }
        return .branchMissing(available: branches.sorted())
    }

    /// - Parameter push: what is noted of a push; `nil` to fetch.
    func connect(_ session: GitSession, mirrorPath: String?, push: PushNotes? = nil) throws(GitError) -> RemoteHandle {
        var url = remote.url
        if case .local(let path) = address {
            guard MirrorFolder.exists(path) else { throw .remoteMissing(remote.redactedURL, reason: "there is no such folder") }
            url = path
        } else if case .http(let clean, _, _, _) = address {
            url = clean
        }
        let connection = try connection(for: session, isPush: push != nil)
        let context = RemoteContext(session: session, connection: connection, push: push)
        let handle = try RemoteHandle(url: url, context: context, mirrorPath: mirrorPath)
        try handle.connect()
        return handle
    }

    private func connection(for session: GitSession, isPush: Bool = false) throws(GitError) -> (any SmartConnection)? {
        switch address {
        case .local(let path):
            // libgit2 would write into the other repository by itself, past its hooks.
            guard isPush else { return nil }
            return try ProgramConnection(session: session, program: "git") { service throws(GitError) in
                [String(service.rawValue.dropFirst(4)), path]
            }
        case .ssh(let user, let host, let port, let path):
            let remote = session.remote
            return try ProgramConnection(session: session, program: remote.sshProgram) { service throws(GitError) in
                try SSHCommand.arguments(service, remote: remote, user: user, host: host, port: port, path: path)
            }
        case .http(let url, let origin, let user, let password):
            guard let client else { return nil }
            return try HTTPConnection(client: client, session: session, url: url, origin: origin, user: user, password: password)
        }
    }

    func openOrCreate() throws(GitError) -> RepositoryHandle {
        if let repository = try RepositoryHandle.open(path: path) { return repository }
        return try RepositoryHandle.create(path: path)
    }

    private func result(previous: CommitID?) throws(GitError) -> FetchResult {
        // Opened again: the handle from before the download does not see the new pack for certain.
        let repository = try openOrCreate()
        guard let head = try repository.commit(ofReference: reference), try repository.hasCommit(head) else {
            throw .mirrorBroken(path, reason: "the fetched commit is not in it")
        }
        guard let previous else { return FetchResult(head: head, previous: nil, isForced: false) }
        // A previous commit that is gone cannot be an ancestor.
        var isAncestor = false
        if try repository.hasCommit(previous) { isAncestor = try repository.isAncestor(previous, of: head) }
        return FetchResult(head: head, previous: previous, isForced: !isAncestor)
    }

    private func read<Success: Sendable>(
        _ body: @escaping @Sendable (RepositoryHandle, GitSession) throws(GitError) -> Success
    ) async throws(GitError) -> Success {
        try await run("reading the mirror of", limit: remote.timeouts.read) { [self] session throws(GitError) in
            guard let repository = try RepositoryHandle.open(path: path) else {
                throw GitError(
                    code: .notFound, message: "mirror \(path) is empty; nothing was fetched from \(remote.redactedURL) yet",
                    isTransient: true)
            }
            return try body(repository, session)
        }
    }

    func run<Success: Sendable>(
        _ action: String, limit: Duration, _ body: @escaping @Sendable (GitSession) throws(GitError) -> Success
    ) async throws(GitError) -> Success {
        try await Self.work(GitSession(remote: remote, mirrorPath: path, action: action, limit: limit), body)
    }

    /// Runs `body` in a thread of the pool until its deadline, or until the task is cancelled.
    static func work<Success: Sendable>(
        _ session: GitSession, _ body: @escaping @Sendable (GitSession) throws(GitError) -> Success
    ) async throws(GitError) -> Success {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Success, GitError>, Never>) in
                let isAccepted = pool.submit {
                    do throws(GitError) {
                        try session.check()
                        continuation.resume(returning: .success(try body(session)))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
                if !isAccepted { continuation.resume(returning: .failure(.tooManyOperations())) }
            }
        } onCancel: {
            session.cancel()
        }
        return try result.get()
    }
}
