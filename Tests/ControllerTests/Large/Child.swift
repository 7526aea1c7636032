import Subprocess
import Synchronization
import SystemPackage
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A program that a test started. It does not outlive this object, and gets nothing of what other tests have open.
final class Child: Sendable {
    enum Ending: Sendable, Hashable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    let id: pid_t
    private let end: End

    private final class End: Sendable {
        let ending = Mutex<Ending?>(nil)
    }

    /// - Parameters:
    ///   - command: an executable and its arguments.
    ///   - output: the file that takes what it writes, both streams; added to when it exists.
    init(_ command: [String], environment: [String: String] = [:], output: String) async throws {
        var variables: [Environment.Key: String] = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/proc/nowhere", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
        ]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let custom = Environment.custom(variables)
        let program: Executable = command[0].hasPrefix("/") ? .path(FilePath(command[0])) : .name(command[0])
        let end = End()
        let (started, starting) = AsyncThrowingStream<pid_t, any Error>.makeStream()
        Task {
            do {
                let file = try FileDescriptor.open(output, .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
                let second = try file.duplicate()
                let result = try await run(
                    program, arguments: Arguments(Array(command.dropFirst())), environment: custom, input: .none,
                    output: .fileDescriptor(file, closeAfterSpawningProcess: true),
                    error: .fileDescriptor(second, closeAfterSpawningProcess: true)
                ) { execution in
                    starting.yield(execution.processIdentifier.value)
                }
                end.ending.withLock { ending in
                    switch result.terminationStatus {
                    case .exited(let code): ending = .exited(code)
                    case .signaled(let signal): ending = .killed(signal: signal)
                    }
                }
                starting.finish()
            } catch {
                starting.finish(throwing: LargeFailure("cannot start \(command[0]): \(error)"))
            }
        }
        guard let id = try await started.first(where: { _ in true }) else { throw LargeFailure("\(command[0]) was not started") }
        self.id = id
        self.end = end
    }

    deinit {
        if ending == nil { kill(id, SIGKILL) }
    }

    /// How it ended; `nil` while it runs.
    var ending: Ending? { end.ending.withLock { $0 } }

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
    let child = try await Child(command, output: folder.file("output"))
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
