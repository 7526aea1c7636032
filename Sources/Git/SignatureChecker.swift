/// Verifies a commit's signature by the programs that everybody uses, with the operator's keys and nothing else.
struct SignatureChecker {
    let trust: SignatureTrust

    private enum Form: String, CaseIterable {
        case ssh = "SSH SIGNATURE"
        case openPGP = "PGP SIGNATURE"

        var begin: String { "-----BEGIN \(rawValue)-----" }
        var end: String { "-----END \(rawValue)-----" }
    }

    /// - Throws: when it could not be found out.
    func check(_ commit: SignedCommit) throws(GitError) -> SignatureVerdict {
        guard let signature = commit.signature else { return .unsigned }
        guard signature.count <= GitProcessLimits.signatureBytes else {
            return .bad(reason: "it has \(signature.count) bytes; the limit is \(GitProcessLimits.signatureBytes)")
        }
        let lines = String(decoding: signature, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasSuffix("\r") ? $0.dropLast() : $0 }
        guard let first = lines.first, let form = Form.allCases.first(where: { first == $0.begin }) else {
            let isX509 = lines.first == "-----BEGIN SIGNED MESSAGE-----"
            return .bad(
                reason: isX509 ? "it is an X.509 signature, which is not supported" : "it is neither an SSH nor an OpenPGP signature")
        }
        // A second one behind the first would be read by one program and not by another.
        guard lines.count(where: { $0.hasPrefix("-----BEGIN ") }) == 1, lines.last(where: { !$0.isEmpty }) == form.end[...] else {
            return .bad(reason: "it is not one whole signature")
        }
        let folder = try SignatureFolder()
        let file = try folder.write(signature, as: "signature")
        defer { withExtendedLifetime(folder) {} }
        switch form {
        case .ssh:
            guard let signers = trust.allowedSigners else {
                return .bad(reason: "it is an SSH signature, and no allowedSignersFile is configured")
            }
            let allowed = try folder.write(signers, as: "allowed_signers")
            return try ssh(SignatureProgram(program: trust.sshKeygen, folder: folder), allowed, file, commit.payload)
        case .openPGP:
            guard let keyring = trust.keyring else {
                return .bad(reason: "it is an OpenPGP signature, and no keyringFile is configured")
            }
            let payload = try folder.write(commit.payload, as: "commit")
            let keys = try folder.write(keyring, as: "keyring")
            return OpenPGPStatus(
                try SignatureProgram(program: trust.gpgv, folder: folder).run([
                    "--status-fd", "1", "--weak-digest", "SHA1", "--homedir", folder.path, "--keyring", keys, file, payload,
                ])
            ).verdict
        }
    }

    // MARK: SSH

    /// The key's names are asked for first, as `git verify-commit` does. They are those that are valid now: the time in the commit is
    /// whatever the holder of an old key likes.
    private func ssh(
        _ keygen: SignatureProgram, _ allowed: String, _ signature: String, _ payload: [UInt8]
    ) throws(GitError) -> SignatureVerdict {
        let found = try keygen.run(["-Y", "find-principals", "-f", allowed, "-s", signature])
        guard found.isSuccess else {
            let alone = try keygen.run(["-Y", "check-novalidate", "-n", "git", "-s", signature], input: payload)
            guard alone.isSuccess else { return .bad(reason: alone.words) }
            let late = found.errors.split(separator: "\n").first { $0.contains("key has expired") || $0.contains("not yet valid") }
            if let late { return .expired(reason: String(late)) }
            return .unknownKey(key: Self.key(in: alone.output))
        }
        var words = "the key has no name in allowedSignersFile"
        for principal in found.output.split(whereSeparator: \.isNewline).prefix(GitProcessLimits.principals) {
            let verified = try keygen.run(
                ["-Y", "verify", "-n", "git", "-f", allowed, "-I", String(principal), "-s", signature], input: payload)
            if verified.isSuccess, verified.output.hasPrefix("Good \"git\" signature for ") {
                return .good(signer: String(principal), key: Self.key(in: verified.output))
            }
            words = verified.words
        }
        return .bad(reason: words)
    }

    /// `Good "git" signature with ED25519 key SHA256:...`
    private static func key(in output: String) -> String {
        output.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? "of no name"
    }
}
