internal import Manifests
internal import Synchronization

/// What is in a cluster, kept in memory by watches: of what somebody follows, and of nothing else.
///
/// Whoever follows something is told of every change, and looks without asking the API server. Several followers share one watch.
package final class ClusterCache: Sendable {
    private struct Watched {
        var reflector: Reflector
        var task: Task<Void, Never>
    }

    private let client: KubernetesClient
    private let watched = Mutex<[WatchScope: Watched]>([:])

    package init(client: KubernetesClient) {
        self.client = client
    }

    deinit {
        stop()
    }

    /// Follows exactly `scopes` from now on.
    ///
    /// - Parameters:
    ///   - owner: who follows; it follows nothing else any more.
    ///   - changed: called from any task after a change, also when the cluster is lost out of sight and found again.
    package func follow(_ scopes: Set<WatchScope>, for owner: String, changed: @escaping @Sendable () -> Void) {
        watched.withLock { watched in
            for (scope, entry) in watched where !scopes.contains(scope) {
                entry.reflector.unfollow(owner)
                guard !entry.reflector.hasFollowers else { continue }
                entry.task.cancel()
                watched[scope] = nil
            }
            for scope in scopes {
                if let entry = watched[scope] {
                    entry.reflector.follow(owner, changed)
                    continue
                }
                let reflector = Reflector(scope: scope, client: client)
                reflector.follow(owner, changed)
                watched[scope] = Watched(reflector: reflector, task: Task { await reflector.run() })
            }
        }
    }

    /// What is known now of `scopes`, which somebody has to follow.
    package func sight(of scopes: Set<WatchScope>) -> ClusterSight {
        let entries = watched.withLock { watched in scopes.map { ($0, watched[$0]?.reflector.sight) } }
        var view = ClusterView()
        var isReading: WatchScope?
        for (scope, sight) in entries {
            switch sight {
            case .lost(let error)?: if scope.selection != .warnings { return .lost(error) }
            case .reading?, nil: if scope.selection != .warnings { isReading = scope }
            case .clear(let objects)?: view.add(objects, of: scope)
            }
        }
        if let isReading { return .reading(isReading) }
        return .clear(view)
    }

    /// Ends all watches.
    package func stop() {
        watched.withLock { watched in
            for entry in watched.values { entry.task.cancel() }
            watched = [:]
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
