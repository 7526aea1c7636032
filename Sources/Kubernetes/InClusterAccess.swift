internal import HTTPTransport

/// The service account that every Pod is given (Kubernetes documentation, "Accessing the Kubernetes API from a Pod").
package enum InClusterAccess {
    static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Whether this process runs in a Pod that can reach its API server.
    package static func isAvailable(environment: [String: String]) -> Bool {
        environment["KUBERNETES_SERVICE_HOST"]?.isEmpty == false && environment["KUBERNETES_SERVICE_PORT"]?.isEmpty == false
    }

    /// The Pod's own namespace; `nil` outside of a Pod.
    package static func namespace() -> String? {
        do throws(FileReaderError) {
            return try FileReader.live().read("\(folder)/namespace").map { String(decoding: $0, as: UTF8.self).trimmed }
        } catch {
            return nil  // `load` says what is wrong with the folder
        }
    }

    package static func load(environment: [String: String], reader: FileReader = .live()) throws(KubernetesError) -> ClusterAccess {
        guard isAvailable(environment: environment), let host = environment["KUBERNETES_SERVICE_HOST"],
            let port = environment["KUBERNETES_SERVICE_PORT"]
        else {
            throw Kubeconfig.problem("not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set")
        }
        func content(_ name: String) throws(KubernetesError) -> [UInt8]? {
            do throws(FileReaderError) {
                return try reader.read("\(folder)/\(name)")
            } catch {
                throw Kubeconfig.problem("service account file \(folder)/\(name): \(error.message)")
            }
        }
        guard try content("token") != nil else {
            throw Kubeconfig.problem("\(folder)/token does not exist: does the Pod set automountServiceAccountToken: false?")
        }
        guard let authority = try content("ca.crt") else { throw Kubeconfig.problem("\(folder)/ca.crt does not exist") }
        let address = host.contains(":") ? "[\(host)]" : host
        var access = ClusterAccess(
            server: "https://\(address):\(port)", tls: TLSConfiguration(caPEM: authority), token: .file("\(folder)/token"),
            origin: "the Pod's service account")
        // The cluster's authority is renewed too, while the Pod runs.
        access.tlsFiles.authority = "\(folder)/ca.crt"
        access.namespace = try content("namespace").map { String(decoding: $0, as: UTF8.self).trimmed }
        return access
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
