/// The limits of the log on disk, with their reasons.
package struct LogLimits: Sendable {
    /// A log longer than this, and twice as long as the last snapshot, is replaced by a new snapshot: what a start has to read stays in
    /// proportion to what there is.
    package var compactionBytes = 16 * 1024 * 1024
    /// A record ends after this many bytes of changes; what belongs to one change of the store is never parted.
    package var recordBytes = 4 * 1024 * 1024
    /// Changes that wait for the disk. Beyond it writers are told to come back, so that a slow disk does not fill the memory.
    package var waitingChanges = 20_000
    /// After a failed write the next attempt is made after this; a full disk may have been cleared.
    package var retryInterval = Duration.seconds(1)
    /// Objects of one record of a snapshot.
    package var snapshotObjects = 256

    package init() {}
}
