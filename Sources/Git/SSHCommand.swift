/// The system's `ssh`, which brings its own ciphers, agents of none, and the operator's pinned host keys.
enum SSHCommand {
    /// Every option is given here: no configuration file of a user or the system is read.
    static func arguments(
        _ service: SmartService, remote: GitRemote, user: String?, host: String, port: Int?, path: String
    ) throws(GitError) -> [String] {
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
            + ["--", (user.map { "\($0)@" } ?? "") + host, "\(service.rawValue) \(quoted)"]
    }
}
