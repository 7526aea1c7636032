internal import ChildProcesses
internal import Glibc

/// Git's smart protocol through the system's `ssh`, which brings its own ciphers, agents of none, and the operator's pinned host keys.
final class SSHConnection: SmartConnection, SmartStream {
    let isStateless = false
    private let session: GitSession
    private let arguments: [String]
    private var process: ChildProcess?

    init(session: GitSession, user: String?, host: String, port: Int?, path: String) throws(GitError) {
        self.session = session
        arguments = try Self.arguments(remote: session.remote, user: user, host: host, port: port, path: path)
    }

    /// Every option is given here: no configuration file of a user or the system is read.
    static func arguments(remote: GitRemote, user: String?, host: String, port: Int?, path: String) throws(GitError) -> [String] {
        guard case .sshKey(let key, let knownHosts) = remote.credentials else {
            throw .invalidConfiguration(
                remote.redactedURL, reason: "an SSH remote needs a private key and a known_hosts file in its credentials")
        }
        for file in [key, knownHosts] where !file.hasPrefix("/") || file.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") }) {
            throw .invalidConfiguration(
                remote.redactedURL, reason: "\(file.debugDescription) is no absolute path of a key or known_hosts file")
        }
        let seconds = max(1, Int(remote.timeouts.connect / .seconds(1)))
        var options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=\"\(knownHosts)\"", "GlobalKnownHostsFile=/dev/null",
            "UpdateHostKeys=no", "IdentitiesOnly=yes", "IdentityAgent=none", "PasswordAuthentication=no", "KbdInteractiveAuthentication=no",
            "ForwardAgent=no", "ForwardX11=no", "ClearAllForwardings=yes", "PermitLocalCommand=no", "ControlPath=none",
            "ConnectionAttempts=1",
            "ConnectTimeout=\(seconds)", "ServerAliveInterval=10", "ServerAliveCountMax=3", "LogLevel=ERROR",
        ]
        options.append("Port=\(port ?? 22)")
        // The other end's shell takes this line apart; inside single quotes nothing means anything but the quote itself.
        let quoted = "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        return ["-F", "/dev/null", "-T", "-i", key] + options.flatMap { ["-o", $0] }
            + ["--", (user.map { "\($0)@" } ?? "") + host, "git-upload-pack \(quoted)"]
    }

    func announce() throws(GitError) -> any SmartStream {
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        do throws(SystemFailure) {
            let process = try ChildProcess(
                program: session.remote.sshProgram, arguments: arguments, environment: ["PATH=\(path)", "LC_ALL=C", "HOME=/nonexistent"])
            let group = process.group
            session.setCancelAction { group.kill() }
            self.process = process
        } catch {
            throw .invalidConfiguration(
                session.remote.redactedURL, reason: "\(session.remote.sshProgram) cannot be started: \(error.reason)")
        }
        return self
    }

    func negotiate() throws(GitError) -> (any SmartStream)? { nil }

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
                throw endError() ?? .network(session.remote.redactedURL, reason: "the connection to ssh broke: \(error.reason)")
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
        return Self.error(from: errors, status: status, remote: session.remote.redactedURL)
    }

    /// What `ssh` and the other end's Git say in their error output, sorted.
    static func error(from output: String, status: Int?, remote: String) -> GitError {
        let lines = output.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        let reason =
            lines.isEmpty
            ? "ssh ended with status \(status.map(String.init) ?? "unknown")" : String(lines.prefix(4).joined(separator: "; ").prefix(400))
        func says(_ words: String...) -> Bool { words.contains { output.contains($0) } }
        if says("Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED") {
            return .hostKeyRefused(remote, reason: reason)
        }
        if says("Permission denied", "Too many authentication failures", "invalid format", "bad permissions") {
            return .authentication(remote, reason: reason)
        }
        if says("does not appear to be a git repository", "epository not found", "does not exist", "not found") {
            return .remoteMissing(remote, reason: reason)
        }
        return .network(remote, reason: reason)
    }
}
