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
    /// Notices that one transaction gives their channels: each may become a delivery for every channel.
    static let routedAtOnce = 50
    /// Rows that one transaction of the outbox's clearing removes, so that it never stands in the way of a Release for long.
    static let clearedAtOnce = 500
}
