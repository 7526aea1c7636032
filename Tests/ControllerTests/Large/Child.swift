import Synchronization
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A program that a test started. It does not outlive this object.
final class Child: Sendable {
    enum Ending: Sendable, Hashable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    let id: pid_t
    private let known = Mutex<Ending?>(nil)

    /// - Parameters:
    ///   - command: the path of an executable and its arguments.
    ///   - output: the file that takes what it writes, both streams; added to when it exists.
    init(_ command: [String], environment: [String: String] = [:], output: String) throws {
        var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"]
        variables.merge(environment) { $1 }
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var block: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + block { free(pointer) } }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var started = pid_t()
        let code = posix_spawnp(&started, command[0], &actions, nil, &arguments, &block)
        guard code == 0 else { throw LargeFailure("cannot start \(command[0]): \(String(cString: strerror(code)))") }
        id = started
    }

    deinit {
        if ending == nil {
            kill(id, SIGKILL)
            var status: Int32 = 0
            waitpid(id, &status, 0)
        }
    }

    /// How it ended; `nil` while it runs.
    var ending: Ending? {
        known.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            guard waitpid(id, &status, WNOHANG) == id else { return nil }
            let signal = status & 0x7F
            known = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
            return known
        }
    }

    /// Waits for its end.
    func wait(within limit: Duration = .seconds(30)) async throws -> Ending {
        try await eventually("process \(id) ends", within: limit) { ending }
    }

    /// Ends it without a chance to tidy up, as a crash does.
    func crash() async throws {
        if ending == nil { kill(id, SIGKILL) }
        _ = try await wait()
    }
}

/// Runs a program to its end.
@discardableResult
func tool(_ command: String..., within limit: Duration = .seconds(30)) async throws -> String {
    let result = try await outcome(command, within: limit)
    guard result.ending == .exited(0) else { throw LargeFailure("\(command): \(result.ending): \(result.text)") }
    return result.text
}

func outcome(_ command: [String], within limit: Duration = .seconds(30)) async throws -> (ending: Child.Ending, text: String) {
    let folder = try TemporaryFolder("slipway-tool")
    let child = try Child(command, output: folder.file("output"))
    let ending = try await child.wait(within: limit)
    return (ending, try folder.text("output"))
}

enum Built {
    /// The folder of the built programs: that of the test bundle.
    static let folder: String = {
        let arguments = CommandLine.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }()

    static let slipway = folder + "/slipway"
}
