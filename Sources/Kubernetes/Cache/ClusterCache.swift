package import Manifests
internal import Synchronization

/// What is in a cluster, kept in memory by watches: of what somebody follows, and of nothing else.
///
/// Whoever follows something is told of every change of it, and looks without asking the API server. All followers share the watches; how many
/// there are for a kind is for ``WatchReach`` to say.
package final class ClusterCache: Sendable {
    private struct Watches {
        var reach: WatchReach
        let followers = WatchFollowers()
        var running: [WatchReach.Place: (reflector: Reflector, task: Task<Void, Never>)] = [:]
    }

    private struct Wish {
        var scopes: Set<WatchScope>
        var workloads: Set<ObjectIdentity>
    }

    private struct State {
        var kinds: [WatchedKind: Watches] = [:]
        var wishes: [String: Wish] = [:]
    }

    private let client: KubernetesClient
    private let state = Mutex(State())

    package init(client: KubernetesClient) {
        self.client = client
    }

    deinit {
        stop()
    }

    /// Follows exactly `scopes` from now on. Asked again for the same, it changes nothing.
    ///
    /// - Parameters:
    ///   - owner: who follows, an Environment by its name: it is told of the objects that carry its label. It follows nothing else any more.
    ///   - workloads: whose Pods and ReplicaSets are its own. Of those of others in its namespaces it is not told.
    ///   - changed: called from any task after a change, also when the cluster is lost out of sight and found again.
    package func follow(
        _ scopes: Set<WatchScope>, for owner: String, workloads: Set<ObjectIdentity> = [], changed: @escaping @Sendable () -> Void
    ) {
        state.withLock { state in
            let old = state.wishes[owner]
            if let old, old.scopes == scopes, old.workloads == workloads { return }
            state.wishes[owner] = scopes.isEmpty ? nil : Wish(scopes: scopes, workloads: workloads)
            let dropped = (old?.scopes ?? []).subtracting(scopes)
            for scope in dropped { state.kinds[scope.watched]?.followers.remove(owner, from: scope.namespace) }
            for scope in scopes {
                let follower = WatchFollowers.Follower(workloads: workloads, changed: changed)
                watches(of: scope.watched, in: &state).set(follower, named: owner, in: scope.namespace)
            }
            for kind in Set(dropped.union(scopes.subtracting(old?.scopes ?? [])).map(\.watched)) {
                guard let namespaces = state.kinds[kind]?.followers.namespaces else { continue }
                settle(kind, in: &state) { $0.follow(namespaces) }
                if namespaces.isEmpty { state.kinds[kind] = nil }
            }
        }
    }

    /// What is known now of `scopes`, which somebody has to follow.
    package func sight(of scopes: Set<WatchScope>) -> ClusterSight {
        let entries = state.withLock { state in
            scopes.map { scope -> (WatchScope, Reflector?) in
                let watches = state.kinds[scope.watched]
                return (scope, watches?.reach.place(of: scope.namespace).flatMap { watches?.running[$0]?.reflector })
            }
        }
        var view = ClusterView()
        var isReading: WatchScope?
        for (scope, reflector) in entries {
            switch reflector?.sight(of: scope.namespace) {
            case .lost(let error)?: if scope.selection != .warnings { return .lost(error) }
            case .reading?, nil: if scope.selection != .warnings { isReading = scope }
            case .clear(let objects)?: view.add(objects, of: scope)
            }
        }
        if let isReading { return .reading(isReading) }
        return .clear(view)
    }

    /// How many watches there are, those that are being taken up among them.
    package var watchCount: Int { state.withLock { $0.kinds.values.reduce(0) { $0 + $1.running.count } } }

    /// Ends all watches.
    package func stop() {
        state.withLock { state in
            for watches in state.kinds.values {
                for entry in watches.running.values { entry.task.cancel() }
            }
            state = State()
        }
    }

    private func watches(of kind: WatchedKind, in state: inout State) -> WatchFollowers {
        if let known = state.kinds[kind] { return known.followers }
        let new = Watches(reach: WatchReach(keepsAll: kind.selection == .managed, singleWatches: client.limits.singleWatches))
        state.kinds[kind] = new
        return new.followers
    }

    /// Does what a change of the reach asks for.
    private func settle(_ kind: WatchedKind, in state: inout State, _ change: (inout WatchReach) -> [WatchReach.Action]) {
        guard var watches = state.kinds[kind] else { return }
        for action in change(&watches.reach) {
            switch action {
            case .watch(let place, let namespaces):
                let expected = namespaces.map { Self.expectedCount(in: $0.count, from: watches.running.values.map(\.reflector)) }
                let reflector = Reflector(
                    kind, at: place, keeping: namespaces, expecting: expected ?? 0, client: client, followers: watches.followers,
                    hooks: Reflector.Hooks(
                        read: { [weak self] in self?.happened(to: $0) { $0.read($1) } },
                        refused: { [weak self] in self?.happened(to: $0) { $0.refused($1) } }))
                watches.running[place] = (reflector, Task { await reflector.run() })
            case .end(let place): watches.running.removeValue(forKey: place)?.task.cancel()
            }
        }
        state.kinds[kind] = watches
    }

    /// How many objects so many namespaces are likely to have, going by those that are known.
    private static func expectedCount(in namespaces: Int, from known: [Reflector]) -> Int {
        let read = known.compactMap(\.known)
        let places = read.reduce(0) { $0 + $1.namespaces }
        return places == 0 ? 0 : read.reduce(0) { $0 + $1.objects } * namespaces / places
    }

    private func happened(to reflector: Reflector, _ event: (inout WatchReach, WatchReach.Place) -> [WatchReach.Action]) {
        state.withLock { state in
            // It may have been ended meanwhile, and another one have its place.
            guard state.kinds[reflector.kind]?.running[reflector.place]?.reflector === reflector else { return }
            settle(reflector.kind, in: &state) { event(&$0, reflector.place) }
        }
    }
}

/// Whether a cluster can be seen. Events only explain: without them it can.
package enum ClusterSight: Sendable {
    /// The first reading is under way.
    case reading(WatchScope)
    /// Nothing has come for some seconds, for this reason. What was known before may be wrong by now.
    case lost(KubernetesError)
    case clear(ClusterView)
}
