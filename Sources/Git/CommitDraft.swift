/// Who a commit of ours is by.
package struct CommitIdentity: Sendable, Hashable {
    package var name: String
    package var email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }

    /// A form that Git can read back: none of what ends a name or an address.
    var header: String {
        func plain(_ text: String) -> String {
            String(
                text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F && !"<>".unicodeScalars.contains($0) }.map(Character.init)
            )
        }
        return "\(plain(name)) <\(plain(email))>"
    }
}

/// A commit that brings paths back to what they were in an older one.
package struct CommitDraft: Sendable, Hashable {
    /// The commit that it stands on.
    package var base: CommitID
    /// The commit that has the paths as they shall be. What is not there is removed.
    package var source: CommitID
    package var paths: [String]
    package var message: String
    package var identity: CommitIdentity
    /// Seconds since 1970.
    package var at: Int64
    /// The private key file of an SSH signature; `nil`: it is not signed.
    package var signingKey: String?
    /// A path, or a name that is looked for in `PATH`.
    package var sshKeygen = "ssh-keygen"

    package init(base: CommitID, source: CommitID, paths: [String], message: String, identity: CommitIdentity, at: Int64) {
        self.base = base
        self.source = source
        self.paths = paths
        self.message = message
        self.identity = identity
        self.at = at
    }

    /// What is signed.
    func payload(tree: String) -> [UInt8] { headers(tree: tree) + [0x0A] + body }

    /// The commit as it is stored.
    func stored(tree: String, signature: [UInt8]?) -> [UInt8] {
        guard let signature else { return payload(tree: tree) }
        let lines = String(decoding: signature, as: UTF8.self).split(separator: "\n").map(String.init)
        // Continued lines of a header begin with a space.
        return headers(tree: tree) + Array("gpgsig \(lines.joined(separator: "\n "))\n".utf8) + [0x0A] + body
    }

    private func headers(tree: String) -> [UInt8] {
        let person = "\(identity.header) \(at) +0000"
        return Array("tree \(tree)\nparent \(base)\nauthor \(person)\ncommitter \(person)\n".utf8)
    }

    private var body: [UInt8] {
        Array(message.utf8.filter { $0 != 0 }) + (message.hasSuffix("\n") ? [] : [0x0A])
    }
}
