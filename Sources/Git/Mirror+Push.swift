/// How a push ended.
package enum PushOutcome: Sendable, Hashable {
    case pushed
    /// The branch is not where it was expected any more. Nothing was pushed.
    case moved
}

extension Mirror {
    /// Moves the remote's branch to a commit that is in the mirror, when it is at `expected` now and the commit descends from that. Never
    /// with force.
    ///
    /// - Throws: `rejected` when the remote says no, with its words.
    package func push(_ id: CommitID, over expected: CommitID) async throws(GitError) -> PushOutcome {
        do throws(GitError) {
            return try await send(id, over: expected)
        } catch {
            guard error.code == .authentication || error.code == .remoteMissing else { throw error }
            // Some servers say of a repository that may only be read that it is not there.
            _ = try await remoteHead()
            throw .mayNotPush(error, branch: remote.branch)
        }
    }

    private func send(_ id: CommitID, over expected: CommitID) async throws(GitError) -> PushOutcome {
        try await run("pushing to", limit: remote.timeouts.push) { [self] session throws(GitError) in
            guard let repository = try RepositoryHandle.open(path: path) else { throw .commitMissing(id.text) }
            guard id != expected, try repository.isAncestor(expected, of: id) else {
                throw GitError(code: .rejected, message: "commit \(id.short) does not descend from \(expected.short), so it is not pushed")
            }
            let own = "refs/slipway/pushed/\(remote.branch)"
            try repository.set(own, to: id)
            let notes = try connect(session, mirrorPath: path, push: PushNotes(expected: expected)).push(own, to: remote.branch)
            if notes.hasMoved { return .moved }
            guard let refusal = notes.refusal else { return .pushed }
            // Somebody else may have been faster within the push itself; the remote has many words for that.
            let now = head(of: try connect(session, mirrorPath: nil).references())
            if now == .commit(id) { return .pushed }
            if now != .commit(expected) { return .moved }
            throw .rejected(remote.redactedURL, branch: remote.branch, reason: shown(Array(refusal.utf8)), words: shown(notes.words))
        }
    }

    /// What a remote wrote: one line, nothing that a terminal acts upon, and none of our secrets, which a hook may repeat.
    private func shown(_ bytes: [UInt8]) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        switch remote.credentials {
        case .token(let secret), .userPassword(_, let secret): if !secret.isEmpty { text = text.replacing(secret, with: "<redacted>") }
        case .none, .sshKey: break
        }
        let words = text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : Character($0) }
        return String(String(words).split(separator: " ").joined(separator: " ").prefix(GitProcessLimits.remoteWordsShown))
    }
}
