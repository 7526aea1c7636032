import FoundationEssentials
import Subprocess
import SystemPackage

/// A folder that is gone after `body`.
func withTemporaryFolder<Success>(_ body: (String) async throws -> Success) async throws -> Success {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("transport-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

func read(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
}

struct ToolFailure: Error {
    var command: [String]
    var output: String
}

/// Runs a program with a bare environment and returns its standard output. It throws when the program fails.
@discardableResult
func tool(_ command: String..., in folder: String? = nil, home: String = "/nonexistent") async throws -> String {
    try await tool(command, in: folder, home: home)
}

@discardableResult
func tool(_ command: [String], in folder: String? = nil, home: String = "/nonexistent", date: Int? = nil) async throws -> String {
    var environment: [Environment.Key: String] = [
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/lib/git-core", "HOME": home, "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_COMMITTER_NAME": "Bob",
        "GIT_COMMITTER_EMAIL": "bob@example.com", "GIT_TERMINAL_PROMPT": "0",
    ]
    if let date {
        environment["GIT_AUTHOR_DATE"] = "\(date) +0200"
        environment["GIT_COMMITTER_DATE"] = "\(date + 60) +0000"
    }
    let result = try await run(
        .name(command[0]), arguments: Arguments(Array(command.dropFirst())), environment: .custom(environment),
        workingDirectory: folder.map { FilePath($0) }, input: .none, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    guard result.terminationStatus.isSuccess else {
        throw ToolFailure(command: command, output: result.standardOutput + result.standardError)
    }
    return result.standardOutput
}

/// The present in Unix seconds, for certificates that a real peer checks against its own clock.
func unixSeconds() -> Int64 {
    Int64(Date().timeIntervalSince1970)
}
