/// The limits of the store, with their reasons.
package enum StoreLimits {
    /// Changes kept per type for watchers that resume. More than any client misses between two watches; about a megabyte of references.
    package static let historyPerType = 4096
    /// Events that wait for one slow watcher before its stream ends and it must list again.
    package static let eventsPerWatcher = 8192
    /// Times that an unconditional edit is made again because another writer came first.
    package static let editAttempts = 64
    /// Objects of one type: beyond it the machine's memory is at stake, and the writer is told.
    package static let objectsPerType = 100_000
    /// Watchers at once: each may hold its events.
    package static let watchers = 4096
}
