/// Commits of our own, made in the mirror alone. They are nobody's before they are pushed.
extension Mirror {
    /// Makes the commit. The mirror's branch does not move.
    ///
    /// - Returns: `nil` when the paths are in the base already as they shall be.
    /// - Throws: `notFound` when one of the commits is not in the mirror, `authentication` when it cannot be signed.
    package func commit(_ draft: CommitDraft) async throws(GitError) -> CommitID? {
        try await run("committing on", limit: remote.timeouts.read) { [self] session throws(GitError) in
            guard let repository = try RepositoryHandle.open(path: path) else { throw .commitMissing(draft.base.text) }
            guard draft.paths.count <= GitProcessLimits.restoredPaths else {
                throw GitError(
                    code: .tooLarge, message: "\(draft.paths.count) paths differ; at most \(GitProcessLimits.restoredPaths) are restored")
            }
            let target = try repository.tree(of: draft.base)
            let restoration = try TreeRestoration(draft.paths, in: repository, session: session)
            let tree = try restoration.restore(from: try repository.tree(of: draft.source), in: target)
            if tree == target.id { return nil }
            let signature = try draft.signingKey.map { key throws(GitError) in
                try Self.sign(draft.payload(tree: tree), key, draft.sshKeygen)
            }
            try session.check()
            return try repository.write(commit: draft.stored(tree: tree, signature: signature))
        }
    }

    /// As `git commit -S` does it with `gpg.format=ssh`.
    private static func sign(_ payload: [UInt8], _ key: String, _ program: String) throws(GitError) -> [UInt8] {
        let keygen = SignatureProgram(
            program: program, folder: try SignatureFolder(), purpose: "the commit cannot be signed",
            consequence: "It is not made until it can")
        let answer = try keygen.run(["-Y", "sign", "-n", "git", "-f", key], input: payload)
        guard answer.isSuccess, answer.output.hasPrefix("-----BEGIN SSH SIGNATURE-----") else {
            throw .notSigned(key, reason: answer.words.isEmpty ? "ssh-keygen gave no signature" : answer.words)
        }
        return Array(answer.output.utf8)
    }
}
