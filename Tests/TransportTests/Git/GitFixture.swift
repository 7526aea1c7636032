import FoundationEssentials
import Git
import Testing

/// A bare remote and a work tree that pushes to it, made by the real `git`.
struct GitFixture: Sendable {
    let folder: String

    var bare: String { folder + "/remote.git" }
    var work: String { folder + "/work" }
    var mirrorPath: String { folder + "/state/mirror" }

    static func with(_ body: (GitFixture) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let fixture = GitFixture(folder: folder)
            try await tool("git", "init", "-q", "--bare", "-b", "main", fixture.bare, home: folder)
            try await tool("git", "init", "-q", "-b", "main", fixture.work, home: folder)
            try await fixture.git("remote", "add", "origin", fixture.bare)
            try await body(fixture)
        }
    }

    @discardableResult
    func git(_ arguments: String..., date: Int? = nil) async throws -> String {
        try await runGit(arguments, date: date)
    }

    /// Writes the files, commits and pushes; gives the commit's name.
    @discardableResult
    func push(_ files: [String: String], message: String = "A change", date: Int? = nil) async throws -> CommitID {
        for (name, text) in files {
            let path = "\(work)/\(name)"
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try write(Array(text.utf8), to: path)
        }
        try await git("add", "-A")
        try await runGit(["commit", "-q", "--allow-empty", "-m", message], date: date)
        try await git("push", "-q", "-f", "origin", "HEAD:main")
        return try await head()
    }

    func head() async throws -> CommitID {
        try #require(CommitID(try await git("rev-parse", "HEAD").trimmed))
    }

    func mirror(
        url: String? = nil, branch: String = "main", credentials: GitCredentials = .none, timeouts: GitTimeouts = GitTimeouts(),
        limits: GitLimits = GitLimits(), sshProgram: String = "ssh", caPEM: [UInt8]? = nil
    ) throws -> Mirror {
        try Mirror(
            path: mirrorPath,
            remote: GitRemote(
                url: url ?? bare, branch: branch, credentials: credentials, caPEM: caPEM, timeouts: timeouts, limits: limits,
                sshProgram: sshProgram))
    }

    @discardableResult
    private func runGit(_ arguments: [String], date: Int?) async throws -> String {
        try await tool(["git", "-C", work] + arguments, home: folder, date: date)
    }
}

extension String {
    var trimmed: String { String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
}

/// The error that a Git operation must end with.
func gitError<Success>(_ body: () async throws -> Success, sourceLocation: SourceLocation = #_sourceLocation) async -> GitError? {
    do {
        _ = try await body()
        Issue.record("it succeeded", sourceLocation: sourceLocation)
    } catch let error as GitError {
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}
