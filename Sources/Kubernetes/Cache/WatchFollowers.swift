internal import Manifests
internal import Synchronization

/// Who wants to know of one kind, and where. Tells each only of what is its own.
final class WatchFollowers: Sendable {
    struct Follower: Sendable {
        /// Whose Pods and ReplicaSets are its own.
        var workloads: Set<ObjectIdentity>
        var changed: @Sendable () -> Void
    }

    private let followers = Mutex<[String: [String: Follower]]>([:])

    var namespaces: Set<String> { followers.withLock { Set($0.keys) } }

    func set(_ follower: Follower, named name: String, in namespace: String) {
        followers.withLock { $0[namespace, default: [:]][name] = follower }
    }

    func remove(_ name: String, from namespace: String) {
        followers.withLock { followers in
            followers[namespace]?[name] = nil
            if followers[namespace]?.isEmpty == true { followers[namespace] = nil }
        }
    }

    /// - Parameter namespace: `nil` tells everybody.
    func tellAll(in namespace: String?) {
        let told = followers.withLock { followers in
            namespace.map { followers[$0]?.values.map(\.changed) ?? [] } ?? followers.values.flatMap { $0.values.map(\.changed) }
        }
        for changed in told { changed() }
    }

    func tell(_ addressees: WatchAddressees) {
        let told = followers.withLock { followers -> [@Sendable () -> Void] in
            guard let there = followers[addressees.namespace] else { return [] }
            // It says that it belongs to one whom nobody here knows: it may be drift of anybody's.
            let isStray = !addressees.environments.isEmpty && addressees.environments.allSatisfy { there[$0] == nil }
            if addressees.everybody || isStray { return there.values.map(\.changed) }
            return there.filter { name, follower in
                addressees.environments.contains(name) || !follower.workloads.isDisjoint(with: addressees.workloads)
            }.map(\.value.changed)
        }
        for changed in told { changed() }
    }
}
