internal import Foundation
package import Kubernetes
internal import Synchronization

/// The clusters of the operator's configuration, by name; a client and its cache are made when one is first needed and kept.
package final class Clusters: Sendable {
    private let configuration: [String: ControllerConfiguration.Cluster]
    private struct Connected {
        var client: KubernetesClient
        var cache: ClusterCache
    }
    private let connected = Mutex<[String: Connected]>([:])

    private let fence: @Sendable (_ cluster: String) -> WriteFence?
    private let warn: @Sendable (String) -> Void
    private let onRequest: @Sendable (_ cluster: String, _ method: String) -> Void

    /// - Parameters:
    ///   - fence: what keeps the writes to a cluster to the controller that leads there.
    ///   - warn: is told once a cluster what about its credentials should not stay so.
    ///   - onRequest: told of every request to a cluster's API server.
    package init(
        _ configuration: [String: ControllerConfiguration.Cluster],
        fence: @escaping @Sendable (_ cluster: String) -> WriteFence? = { _ in nil }, warn: @escaping @Sendable (String) -> Void,
        onRequest: @escaping @Sendable (_ cluster: String, _ method: String) -> Void = { _, _ in }
    ) {
        self.configuration = configuration
        self.fence = fence
        self.warn = warn
        self.onRequest = onRequest
    }

    package func client(_ name: String) throws(ControllerError) -> KubernetesClient { try connect(name).client }

    /// What is watched in the cluster.
    package func cache(_ name: String) throws(ControllerError) -> ClusterCache { try connect(name).cache }

    /// How many watches there are in all clusters.
    var watchCount: Int { connected.withLock { Array($0.values) }.reduce(0) { $0 + $1.cache.watchCount } }

    /// Ends all watches.
    package func stopWatching() {
        for each in connected.withLock({ Array($0.values) }) { each.cache.stop() }
    }

    private func connect(_ name: String) throws(ControllerError) -> Connected {
        if let known = connected.withLock({ $0[name] }) { return known }
        let client = try make(name, fence: fence(name))
        let (kept, isNew) = connected.withLock { connected in
            if let existing = connected[name] { return (existing, false) }
            let new = Connected(client: client, cache: ClusterCache(client: client))
            connected[name] = new
            return (new, true)
        }
        if isNew { for warning in client.warnings { warn("cluster \"\(name)\": \(warning)") } }
        return kept
    }

    /// One with connections of its own, for the lease alone: what slows the others down must not cost the leadership.
    func unfencedClient(_ name: String) throws(ControllerError) -> KubernetesClient { try make(name, fence: nil) }

    private func make(_ name: String, fence: WriteFence?) throws(ControllerError) -> KubernetesClient {
        guard let cluster = configuration[name] else {
            let known = configuration.keys.sorted().joined(separator: ", ")
            throw ControllerError(
                .cluster, "environment.yaml names the cluster \"\(name)\"; the controller's configuration has: \(known)")
        }
        do throws(KubernetesError) {
            return KubernetesClient(access: try access(cluster), fence: fence, onRequest: { [onRequest] in onRequest(name, $0) })
        } catch {
            throw ControllerError(.cluster, "cluster \"\(name)\": \(error.message)")
        }
    }

    private func access(_ cluster: ControllerConfiguration.Cluster) throws(KubernetesError) -> ClusterAccess {
        let environment = ProcessInfo.processInfo.environment
        if cluster.kubeconfig == nil, InClusterAccess.isAvailable(environment: environment) {
            return try InClusterAccess.load(environment: environment)
        }
        return try Kubeconfig.load(path: cluster.kubeconfig, environment: environment).access(context: cluster.context)
    }
}
