package import Manifests

/// Which content of each object was found to be as it was applied. From then on only another content is worth a question to the server.
package struct DriftMemory: Sendable {
    private enum Known: Hashable {
        case absent
        case content(ContentFingerprint, uid: String?)

        init(_ live: WatchedObject?) {
            self = live.map { .content($0.fingerprint, uid: $0.object.uid) } ?? .absent
        }
    }

    private var settled: [ObjectIdentity: Known] = [:]

    package init() {}

    /// The objects that may differ from what was applied: gone, made anew, or with other content than known.
    package func suspects(among applied: [AppliedObject], in view: ClusterView) -> Set<ObjectIdentity> {
        var suspects: Set<ObjectIdentity> = []
        for object in applied {
            let live = view[object.identity]
            if Self.isAsApplied(object, live) || settled[object.identity] == Known(live) { continue }
            // Our own write has not come back yet.
            if let live, live.object.uid == object.uid, Self.isBefore(live.object.resourceVersion, object.resourceVersion) { continue }
            suspects.insert(object.identity)
        }
        return suspects
    }

    /// Whether an object is there with the content that the apply left.
    package static func isAsApplied(_ object: AppliedObject, _ live: WatchedObject?) -> Bool {
        guard let live else { return object.mayVanish }
        return live.object.uid == object.uid && live.fingerprint == object.fingerprint
    }

    /// What is in `view` was compared with what is wanted, and nothing is left to do about it.
    package mutating func settle(_ ids: some Sequence<ObjectIdentity>, in view: ClusterView) {
        for id in ids { settled[id] = Known(view[id]) }
    }

    package mutating func forget() { settled = [:] }

    /// Versions of one collection are numbers that grow (documented since Kubernetes 1.35, and so in all before).
    private static func isBefore(_ left: String?, _ right: String) -> Bool {
        guard let left = left.flatMap(UInt64.init), let right = UInt64(right) else { return false }
        return left < right
    }
}
