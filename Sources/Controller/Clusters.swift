internal import Foundation
package import Kubernetes
internal import Synchronization

/// The clusters of the operator's configuration, by name; a client is made when one is first needed and kept.
package final class Clusters: Sendable {
    private let configuration: [String: ControllerConfiguration.Cluster]
    private let warn: @Sendable (String) -> Void
    private let clients = Mutex<[String: KubernetesClient]>([:])

    /// - Parameter warn: is told once a cluster what about its credentials should not stay so.
    package init(_ configuration: [String: ControllerConfiguration.Cluster], warn: @escaping @Sendable (String) -> Void) {
        self.configuration = configuration
        self.warn = warn
    }

    package func client(_ name: String) throws(ControllerError) -> KubernetesClient {
        if let client = clients.withLock({ $0[name] }) { return client }
        guard let cluster = configuration[name] else {
            let known = configuration.keys.sorted().joined(separator: ", ")
            throw ControllerError(
                .cluster, "environment.yaml names the cluster \"\(name)\"; the controller's configuration has: \(known)")
        }
        do throws(KubernetesError) {
            let client = KubernetesClient(access: try access(cluster))
            let (kept, isNew) = clients.withLock { clients in
                if let existing = clients[name] { return (existing, false) }
                clients[name] = client
                return (client, true)
            }
            if isNew { for warning in client.warnings { warn("cluster \"\(name)\": \(warning)") } }
            return kept
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
