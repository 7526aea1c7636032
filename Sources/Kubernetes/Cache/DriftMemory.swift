package import Manifests

/// Which content of each object was found to be as it was applied. From then on only another content is worth a question to the server.
package struct DriftMemory: Sendable {
    private var settled: [ObjectIdentity: ContentFingerprint] = [:]

    package init() {}

    /// The objects that may differ from what was applied: gone, made anew, or with other content than known.
    package func suspects(among applied: [AppliedObject], in view: ClusterView) -> Set<ObjectIdentity> {
        var suspects: Set<ObjectIdentity> = []
        for object in applied {
            guard let live = view[object.identity] else {
                suspects.insert(object.identity)
                continue
            }
            guard live.object.uid == object.uid else {
                suspects.insert(object.identity)
                continue
            }
            if live.fingerprint == object.fingerprint || live.fingerprint == settled[object.identity] { continue }
            if Self.isBefore(live.object.resourceVersion, object.resourceVersion) { continue }  // our own write has not come back yet
            suspects.insert(object.identity)
        }
        return suspects
    }

    /// The content in `view` was compared with what is wanted, and nothing is left to do about it.
    package mutating func settle(_ ids: some Sequence<ObjectIdentity>, in view: ClusterView) {
        for id in ids { settled[id] = view[id]?.fingerprint }
    }

    package mutating func forget() { settled = [:] }

    /// Versions of one collection are numbers that grow (documented since Kubernetes 1.35, and so in all before).
    private static func isBefore(_ left: String?, _ right: String) -> Bool {
        guard let left = left.flatMap(UInt64.init), let right = UInt64(right) else { return false }
        return left < right
    }
}
