/// How to prove who we are to a remote.
package enum GitCredentials: Sendable, Hashable {
    case none
    case userPassword(user: String, password: String)
    /// A personal or installation access token, sent as the password of `x-access-token` (any name will do for GitHub, GitLab and Gitea).
    case token(String)
    /// Files on this machine: the private key, and the host keys that are trusted (in the form of `known_hosts`).
    case sshKey(privateKeyPath: String, knownHostsPath: String)
}

/// A repository and the branch that is watched.
package struct GitRemote: Sendable, Hashable {
    /// `https://`, `http://`, `ssh://`, `user@host:path`, `file://` or an absolute path.
    package var url: String
    package var branch: String
    package var credentials: GitCredentials
    /// The certificate authorities to trust for https, and no others. `nil` trusts the system's.
    package var caPEM: [UInt8]?
    package var timeouts: GitTimeouts
    package var limits: GitLimits
    /// The program that speaks SSH, found in `PATH` unless it is a path.
    package var sshProgram: String

    package init(
        url: String, branch: String = "main", credentials: GitCredentials = .none, caPEM: [UInt8]? = nil,
        timeouts: GitTimeouts = GitTimeouts(),
        limits: GitLimits = GitLimits(), sshProgram: String = "ssh"
    ) {
        self.url = url
        self.branch = branch
        self.credentials = credentials
        self.caPEM = caPEM
        self.timeouts = timeouts
        self.limits = limits
        self.sshProgram = sshProgram
    }

    /// The URL as it may stand in a message: without user information, except the user of an SSH remote.
    package var redactedURL: String { RemoteAddress.redacted(url) }

    /// Git's rules for branch names (git-check-ref-format), as far as they keep a name from meaning something else.
    static func isBranchName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...200).contains(bytes.count), bytes.first != UInt8(ascii: "-"), name != "@", !name.hasSuffix("/"), !name.hasSuffix("."),
            !name.contains(".."), !name.contains("@{"), !name.contains("//"), !name.hasPrefix("/")
        else { return false }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !"~^:?*[\\".utf8.contains($0) }) else { return false }
        return name.split(separator: "/").allSatisfy { !$0.hasPrefix(".") && !$0.hasSuffix(".lock") }
    }
}
