/// Every limit of this room, with its reason. A remote may be given others.
package struct GitLimits: Sendable, Hashable {
    /// Bytes of one fetch. A repository of manifests is a few megabytes; one of code with long history stays below this.
    package var fetchBytes = 1 << 30
    /// Objects of one fetch. The Linux kernel has some ten million; nothing that is deployed from comes near.
    package var fetchObjects = 2_000_000
    /// References that a remote may announce. Servers with a reference for every pull request announce tens of thousands.
    package var references = 500_000
    /// Bytes of one file that is read. A manifest is a few kilobytes; this leaves room for files that generators embed.
    package var fileBytes = 16 << 20
    /// Entries of one folder that is listed.
    package var folderEntries = 50_000
    /// Folders from the root down to a file.
    package var pathDepth = 64
    /// Bytes of one path; what Linux takes.
    package var pathBytes = 4096
    /// Commits that ``Mirror/log(from:limit:)`` returns at most.
    package var logEntries = 10_000
    /// Bytes of a commit's message that are kept.
    package var messageBytes = 64 << 10

    package init() {}
}

/// Bounds on how long Git operations may take.
package struct GitTimeouts: Sendable, Hashable {
    /// Until a connection stands.
    package var connect: Duration
    /// The longest silence of the remote.
    package var stall: Duration
    /// Asking for the branch's head.
    package var head: Duration
    /// A whole fetch.
    package var fetch: Duration
    /// A push of one commit, with what the remote's hooks do.
    package var push: Duration
    /// Reading from the mirror on disk.
    package var read: Duration

    package init(
        connect: Duration = .seconds(10), stall: Duration = .seconds(30), head: Duration = .seconds(30), fetch: Duration = .seconds(600),
        push: Duration = .seconds(120), read: Duration = .seconds(60)
    ) {
        self.connect = connect
        self.stall = stall
        self.head = head
        self.fetch = fetch
        self.push = push
        self.read = read
    }
}

/// Limits of this whole process, not of one remote.
enum GitProcessLimits {
    /// Threads for libgit2. A slow fetch of one remote must not hold up reading from another's mirror.
    static let threads = 4
    /// Operations that wait for a thread.
    static let waiting = 256
    /// Memory that libgit2 maps of pack files, and keeps of objects.
    static let mappedBytes = 256 << 20
    static let cachedBytes = 32 << 20
    /// One object inside a pack; libgit2 holds it in memory.
    static let objectBytes = 256 << 20
    /// Characters of an expression that names a revision, as a person types it.
    static let revisionCharacters = 300
    /// Branches and tags that are looked through for the nearest name.
    static let namedReferences = 10_000
    /// Bytes of a commit whose signature is verified. Messages and signatures are a few kilobytes; a merge of many tags stays below.
    static let signedCommitBytes = 1 << 20
    /// Bytes of one signature: one of RSA with 16 kbit, in armour, has four kilobytes.
    static let signatureBytes = 64 << 10
    /// Of `ssh-keygen` and `gpgv` together for one commit; they take some hundredths of a second.
    static let signatureDeadline: Duration = .seconds(20)
    /// Of each of their runs.
    static let programDeadline: Duration = .seconds(10)
    static let programOutputBytes = 64 << 10
    /// Names that a key may have in the allowed signers, one try each.
    static let principals = 20
    /// Of what a remote's hooks write during a push, and how much of it a message shows.
    static let remoteWordsBytes = 4 << 10
    static let remoteWordsShown = 500
    /// Paths that one commit restores: as many files as one rendering may read.
    static let restoredPaths = 50_000
    /// Redirections of one repository within its own server.
    static let redirects = 3
}
