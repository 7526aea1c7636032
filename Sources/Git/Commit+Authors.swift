extension Commit {
    /// Who had a hand in it, each as `Name <mail>`: the author, the committer, since whoever commits may name anybody as the author, and
    /// those that its message names as Co-authored-by, wherever the line stands.
    package var authors: [String] {
        let key = "co-authored-by:"
        let others = message.split(whereSeparator: \.isNewline).compactMap { line -> String? in
            let line = line.drop(while: \.isWhitespace)
            guard line.lowercased().hasPrefix(key) else { return nil }
            return String(line.dropFirst(key.count).drop(while: \.isWhitespace).prefix(400))
        }
        return ["\(authorName) <\(authorEmail)>", "\(committerName) <\(committerEmail)>"] + others
    }
}

extension Mirror {
    /// Everybody who wrote a commit that `head` has and `base` has not; without a base, who wrote `head`.
    ///
    /// - Returns: `nil` when there are more than `limit` commits.
    package func authors(of head: CommitID, notIn base: CommitID?, limit: Int) async throws(GitError) -> Set<String>? {
        guard let base else { return Set(try await commit(head).authors) }
        guard let ids = try await commits(of: head, notIn: base, limit: limit) else { return nil }
        let bytes = remote.limits.messageBytes
        return try await run("reading the mirror of", limit: remote.timeouts.read) { [self] session throws(GitError) in
            guard let repository = try RepositoryHandle.open(path: path) else { throw .commitMissing(head.text) }
            // Of a branch that went back there is nothing new, and the head counts all the same.
            var authors = Set(try repository.read(head, messageBytes: bytes).authors)
            for id in ids {
                try session.check()
                authors.formUnion(try repository.read(id, messageBytes: bytes).authors)
            }
            return authors
        }
    }
}
