internal import Manifests
internal import Synchronization

/// Where the API of the cluster listens, as Pods are told by `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`. The node starts before
/// the API does, so the address comes later.
package final class APIAddress: Sendable {
    private let place = Mutex<(host: String, port: Int)?>(nil)

    package init() {}

    package func set(host: String, port: Int) { place.withLock { $0 = (host, port) } }

    /// As a Service, for the variables of containers; none while the address is not known.
    var services: [Value] {
        guard let (host, port) = place.withLock({ $0 }) else { return [] }
        return [
            [
                "metadata": ["name": "kubernetes"],
                "spec": ["clusterIP": .string(host), "ports": [["name": "https", "port": .integer(Int64(port)), "protocol": "TCP"]]],
            ]
        ]
    }
}
