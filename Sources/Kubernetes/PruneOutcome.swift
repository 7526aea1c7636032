package import Manifests

/// What a prune did.
package struct PruneOutcome: Sendable, Hashable {
    /// Those that the API server took for deletion, in no order; the held ones are among them.
    package var deleted: [ObjectIdentity] = []
    /// Not gone at the deadline. They stay in the inventory, and the next prune looks at them again.
    package var held: [HeldObject] = []
}

/// An object that was deleted and is still there.
package struct HeldObject: Sendable, Hashable {
    package var identity: ObjectIdentity
    package var finalizers: [String]

    init(_ identity: ObjectIdentity, _ live: Value?) {
        self.identity = identity
        finalizers = (live?["metadata", "finalizers"]?.array ?? []).compactMap(\.string)
    }

    /// What it waits for: `waits for the finalizer x.dev/hold`.
    package var words: String {
        let own = finalizers.filter { $0 != "foregroundDeletion" }
        if !own.isEmpty {
            return
                "it waits for the finalizer\(own.count == 1 ? "" : "s") \(own.joined(separator: ", ")), which its controller has to remove"
        }
        return finalizers.isEmpty ? "it is still being deleted" : "it waits until what it owns is gone"
    }
}
