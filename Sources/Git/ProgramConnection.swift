internal import ChildProcesses
internal import Glibc

/// Git's smart protocol over the pipes of a program: `ssh`, or for a push on this machine the other end itself.
final class ProgramConnection: SmartConnection, SmartStream {
    let isStateless = false
    private let session: GitSession
    private let program: String
    private let arguments: (SmartService) throws(GitError) -> [String]
    private var process: ChildProcess?

    /// - Throws: when there are no arguments for a fetch: what is wrong with the configuration shall be known before anything is started.
    init(session: GitSession, program: String, arguments: @escaping (SmartService) throws(GitError) -> [String]) throws(GitError) {
        self.session = session
        self.program = program
        self.arguments = arguments
        _ = try arguments(.fetch)
    }

    func announce(_ service: SmartService) throws(GitError) -> any SmartStream {
        let arguments = try arguments(service)
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        do throws(SystemFailure) {
            let process = try ChildProcess(
                program: program, arguments: arguments, environment: ["PATH=\(path)", "LC_ALL=C", "HOME=/nonexistent"])
            let group = process.group
            session.setCancelAction { group.kill() }
            self.process = process
        } catch {
            throw .invalidConfiguration(
                session.remote.redactedURL, reason: "\(program) cannot be started: \(error.reason)")
        }
        return self
    }

    func negotiate(_ service: SmartService) throws(GitError) -> (any SmartStream)? { nil }

    func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
        var rest = unsafe bytes[...]
        while unsafe !rest.isEmpty {
            let count = try transfer(.input) { process throws(SystemFailure) in
                try unsafe process.writeInput(UnsafeRawBufferPointer(rebasing: rest))
            }
            unsafe rest = rest.dropFirst(count)
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
        let count = try transfer(.output) { process throws(SystemFailure) in try unsafe process.readOutput(into: buffer) }
        if count == 0, let error = endError() { throw error }
        return count
    }

    func close() {
        session.setCancelAction(nil)
        process = nil
    }

    /// Tries, and waits for the pipe until it succeeds, the remote is silent for too long, or the session is over.
    private func transfer(
        _ direction: ChildProcess.Readiness, _ attempt: (ChildProcess) throws(SystemFailure) -> Int?
    ) throws(GitError) -> Int {
        guard let process else { throw .network(session.remote.redactedURL, reason: "the connection is closed") }
        let stall = session.remote.timeouts.stall
        let silentUntil = ContinuousClock.now + stall
        while true {
            try session.check()
            guard ContinuousClock.now < silentUntil else { throw .stalled(session.remote.redactedURL, limit: stall) }
            do throws(SystemFailure) {
                if let count = try attempt(process) { return count }
                let wait = min(silentUntil - .now, session.remaining)
                _ = try process.wait(for: direction, milliseconds: Int(wait / .milliseconds(1)) + 1)
            } catch {
                throw endError() ?? .network(session.remote.redactedURL, reason: "the connection to \(program) broke: \(error.reason)")
            }
        }
    }

    /// Why the program has ended, if it has ended badly.
    private func endError() -> GitError? {
        do throws(GitError) {
            try session.check()
        } catch {
            return error
        }
        guard let (errors, status) = process?.outcome(milliseconds: 2000), status != 0 else { return nil }
        return Self.error(from: errors, status: status, of: program, remote: session.remote.redactedURL)
    }

    /// What the program and the other end's Git say in their error output, sorted.
    static func error(from output: String, status: Int?, of program: String, remote: String) -> GitError {
        let lines = output.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        let reason =
            lines.isEmpty
            ? "\(program.split(separator: "/").last ?? "ssh") ended with status \(status.map(String.init) ?? "unknown")"
            : String(lines.prefix(4).joined(separator: "; ").prefix(400))
        func says(_ words: String...) -> Bool { words.contains { output.contains($0) } }
        if says("Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED") {
            return .hostKeyRefused(remote, reason: reason)
        }
        if says("Permission denied", "Too many authentication failures", "invalid format", "bad permissions")
            // Of the hosting services, to a key that may read.
            || says("denied to", "marked as read only", "not allowed to push")
        {
            return .authentication(remote, reason: reason)
        }
        if says("does not appear to be a git repository", "epository not found", "does not exist", "not found") {
            return .remoteMissing(remote, reason: reason)
        }
        return .network(remote, reason: reason)
    }
}
