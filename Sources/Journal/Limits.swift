/// The limits of this room, each with its reason.
enum JournalLimits {
    /// Connections that read at the same time: status pages, `history` and the controller, without one waiting for the others.
    static let readers = 4
    /// How long a write waits for the lock of the database. Only a backup or a person with a database tool can hold it.
    static let busySeconds = 5.0
    /// Longest text in an audit entry or notice, in UTF-8 bytes: room for the last log lines of a container, not for a whole log.
    static let textBytes = 16 * 1024
    /// Rows that one query returns at most, whatever the caller asks for.
    static let rows = 10_000
    /// Objects of one Bundle; a cluster's etcd would suffer long before.
    static let bundleObjects = 20_000
    /// Bytes of one object in canonical form: over etcd's request limit of 1.5 MiB nothing could be applied anyway.
    static let objectBytes = 8 * 1024 * 1024
    /// Smaller objects are stored as they are: zlib gains nothing on them.
    static let compressedFromBytes = 256
    /// Rows that one transaction of retention or of a change of keys touches: some milliseconds, for which other writes wait.
    static let stepRows = 100
    /// Objects of the Bundles that one transaction of retention drops, for the same reason; a larger Bundle goes alone.
    static let stepObjects = 2_000
    /// Pages of 4096 bytes that one transaction gives back to the disk.
    static let stepPages = 1_000
    /// A file of an older version is compacted once, if it is no larger: all writes wait for it, some 10 ms for a megabyte.
    static let compactedBytes: Int64 = 256 * 1024 * 1024
    /// Environments that the audit entry of retention names; its text has to stay below `textBytes`.
    static let namedEnvironments = 100
    /// Verified Releases of an Environment that stay whatever their age: the one that runs, and the one to go back to.
    static let verifiedReleases = 2
    /// Renderings of an Environment that stay whatever their age: the controller looks so far back for one that can be deployed.
    static let renderings = 20
    /// Findings of one check that are listed. Whoever has so many restores a backup.
    static let findings = 50
    /// Notices that one transaction gives their channels: each may become a delivery for every channel.
    static let routedAtOnce = 50
    /// Rows that one transaction of the outbox's clearing removes, so that it never stands in the way of a Release for long.
    static let clearedAtOnce = 500
}
