import FoundationEssentials
import Git
import Testing

/// Keys made by the real programs, and commits that they sign.
struct SignedFixture {
    let repository: GitFixture
    /// The keys of Ada and Eve; the operator knows Ada's.
    let ada: String
    let eve: String

    static func with(_ body: (SignedFixture) async throws -> Void) async throws {
        try await GitFixture.with { repository async throws in
            let fixture = SignedFixture(repository: repository, ada: repository.folder + "/ada", eve: repository.folder + "/eve")
            for key in [fixture.ada, fixture.eve] {
                try await tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key)
            }
            try await body(fixture)
        }
    }

    /// An allowed-signers file with Ada's key.
    func signers(_ options: String = "namespaces=\"git\"", principals: String = "ada@example.com") throws -> [UInt8] {
        Array("# the operator's\n\(principals) \(options) \(try publicKey(ada))\n".utf8)
    }

    func publicKey(_ key: String) throws -> String { String(decoding: try read(key + ".pub"), as: UTF8.self).trimmed }

    func trust(_ options: String = "namespaces=\"git\"") throws -> SignatureTrust {
        SignatureTrust(allowedSigners: try signers(options), keyring: nil)
    }

    /// Commits, signed by the key, and pushes.
    func push(_ files: [String: String] = ["a.txt": "one"], key: String?, message: String = "A change") async throws -> CommitID {
        try await repository.git("config", "gpg.format", "ssh")
        try await repository.git("config", "commit.gpgsign", key == nil ? "false" : "true")
        if let key { try await repository.git("config", "user.signingkey", key) }
        return try await repository.push(files, message: message)
    }

    func verdict(of id: CommitID, _ trust: SignatureTrust) async throws -> SignatureVerdict {
        let mirror = try repository.mirror()
        _ = try await mirror.fetch()
        return try await mirror.verifySignature(of: id, trust: trust)
    }

    func raw(_ id: CommitID) async throws -> String { try await repository.git("cat-file", "commit", "\(id)") }

    /// Writes a commit as it is, well formed or not, makes it the branch's head and pushes it.
    func push(raw text: String) async throws -> CommitID {
        let file = repository.folder + "/raw"
        try write(Array(text.utf8), to: file)
        let written = try await repository.git("hash-object", "-t", "commit", "-w", "--literally", file).trimmed
        let id = try #require(CommitID(written))
        try await repository.git("push", "-q", "-f", "origin", "\(id):refs/heads/main")
        return id
    }
}
