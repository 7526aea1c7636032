package import Manifests

/// One change of one object, as a watcher of its type sees it.
package struct WatchEvent: Sendable {
    package enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        /// No change: everything up to `revision` has been delivered.
        case bookmark = "BOOKMARK"
        /// No change: the objects that existed at the start have all been delivered.
        case initialEventsEnd = "INITIAL_EVENTS_END"
    }

    package let kind: Kind
    /// The object after the change; for `deleted` its last state with the revision of the deletion; null for bookmarks.
    package let object: Value
    /// The object before the change, for `modified` and `deleted`: a filtered watch needs it to see an object leave its filter.
    package let previous: Value?
    package let revision: UInt64

    package var resourceVersion: String { String(revision) }
}
