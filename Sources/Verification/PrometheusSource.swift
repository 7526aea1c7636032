package import Kubernetes

/// Where a Prometheus is, and how to be let in. What it holds is never shown but for the address.
package struct PrometheusSource: Sendable, Hashable {
    package enum Address: Sendable, Hashable {
        /// `http` or `https`, with the path under which the API begins, if any.
        case url(String)
        /// Through the API server of the Environment's cluster.
        case service(namespace: String, name: String, port: String, path: String)
    }

    package var address: Address
    /// Read at each question, so that a renewed one counts at once.
    package var tokenFile: String?
    package var username: String?
    package var passwordFile: String?
    /// The only authorities to trust; `nil` trusts the system's.
    package var caFile: String?

    /// What is sent through the API server, if it is.
    package var request: ServiceRequest? {
        guard case .service(let namespace, let name, let port, _) = address else { return nil }
        return ServiceRequest(namespace: namespace, service: name, port: port, method: PrometheusClient.method)
    }

    package init(address: Address) { self.address = address }
}
