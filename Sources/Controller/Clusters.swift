internal import Foundation
package import Kubernetes
internal import Synchronization

/// The clusters of the operator's configuration, by name; a client is made when one is first needed and kept.
package final class Clusters: Sendable {
    private let configuration: [String: ControllerConfiguration.Cluster]
    private let clients = Mutex<[String: KubernetesClient]>([:])

    private let fence: @Sendable (String) -> WriteFence?

    /// - Parameter fence: what keeps the writes to a cluster to the controller that leads there.
    package init(
        _ configuration: [String: ControllerConfiguration.Cluster], fence: @escaping @Sendable (String) -> WriteFence? = { _ in nil }
    ) {
        self.configuration = configuration
        self.fence = fence
    }

    package func client(_ name: String) throws(ControllerError) -> KubernetesClient {
        if let client = clients.withLock({ $0[name] }) { return client }
        let client = try make(name, fence: fence(name))
        return clients.withLock { clients in
            if let existing = clients[name] { return existing }
            clients[name] = client
            return client
        }
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
            return KubernetesClient(access: try access(cluster), fence: fence)
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
