import TestSupport

/// A bare remote and a work tree that pushes to it, made by the real `git`.
struct WatchedRepository: Sendable {
    let folder: String
    var url: String { folder + "/remote.git" }
    private var work: String { folder + "/work" }

    init(in folder: String) async throws {
        self.folder = folder
        try await tool("git", "init", "-q", "--bare", "-b", "main", url)
        try await tool("git", "init", "-q", "-b", "main", work)
        try await git("remote", "add", "origin", url)
        try await git("config", "user.name", "Dana Developer")
        try await git("config", "user.email", "dana@example.com")
        try await git("config", "commit.gpgsign", "false")
    }

    /// The same history in another folder, so that what happens to its remote happens to nobody else's.
    func copy(to folder: String) async throws -> WatchedRepository {
        try Files.makeFolder(folder)
        try await tool("cp", "-a", url, work, folder)
        let copy = WatchedRepository(copied: folder)
        try await copy.git("remote", "set-url", "origin", copy.url)
        return copy
    }

    private init(copied folder: String) { self.folder = folder }

    @discardableResult
    func git(_ arguments: String...) async throws -> String {
        let result = try await outcome(["git", "-C", work] + arguments)
        guard result.ending == .exited(0) else { throw LargeFailure("git \(arguments): \(result.text)") }
        return result.text
    }

    /// Writes the files (`nil` removes one), commits and pushes to `main`.
    /// - Returns: the Revision.
    @discardableResult
    func push(_ files: [String: String?], message: String = "A change", amending: Bool = false) async throws -> String {
        for (name, text) in files {
            if let text { try Files.write(text, to: "\(work)/\(name)") } else { try Files.remove("\(work)/\(name)") }
        }
        try await git("add", "-A")
        if amending {
            try await git("commit", "-q", "--amend", "-m", message)
        } else {
            try await git("commit", "-q", "-m", message)
        }
        try await git("push", "-q", "-f", "origin", "HEAD:main")
        return try await git("rev-parse", "HEAD").split(separator: "\n").first.map(String.init) ?? ""
    }
}
