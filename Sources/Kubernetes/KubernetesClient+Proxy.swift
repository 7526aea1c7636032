package import HTTPTransport
internal import Manifests

/// What answered behind the API server's proxy.
package struct ProxyResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// From the call to the whole body, through the API server.
    package var duration: Duration

    package init(status: Int, headers: HTTPHeaders, body: [UInt8], duration: Duration) {
        self.status = status
        self.headers = headers
        self.body = body
        self.duration = duration
    }
}

extension KubernetesClient {
    /// Sends a request to a Service through the API server, which picks a ready endpoint.
    ///
    /// It is sent once: whoever tests a service counts the tries. Any status of the service is a response; an error is the API server's
    /// own word, such as that the Service has no endpoints.
    ///
    /// - Parameters:
    ///   - port: name or number.
    ///   - scheme: `https` when the service speaks it.
    ///   - path: with its query, from the first slash on, already percent-encoded.
    package func serviceProxy(
        namespace: String, service: String, port: String, scheme: String? = nil, method: String = "GET", path: String,
        headers: HTTPHeaders = [:],
        body: [UInt8]? = nil, timeout: Duration = .seconds(10), maximumResponseBytes: Int = 1 << 20
    ) async throws(KubernetesError) -> ProxyResponse {
        let id = ObjectIdentity(group: "", kind: "Service", namespace: namespace, name: service)
        let subject = CallSubject("reach", "\(id) port \(port)")
        let scheme = scheme.map { "\($0):" } ?? ""
        let target = try "\(scheme)\(PathEncoding.segment(id.name, subject)):\(PathEncoding.segment(port, subject))"
        guard !PathEncoding.leavesItsRoot(path) else {
            throw KubernetesError(
                .badRequest,
                "cannot reach \(id) port \(port): the path \(path.prefix(200)) would leave the service: it has a \".\" or \"..\" in it")
        }
        let root = try "/api/v1/namespaces/\(PathEncoding.segment(id.namespace, subject))/services/\(target)/proxy"
        var call = APICall(method: method, path: root + (path.hasPrefix("/") ? path : "/\(path)"), accept: "*/*", subject: subject)
        // Our credentials are added by the sender, and the API server keeps them to itself; the caller's own would replace them.
        for field in headers.fields {
            if !Self.isForTheAPIServer(field.name.lowercased()) { call.headers.append(field) }
        }
        if let accept = headers.values(of: "Accept").first { call.accept = accept }
        call.body = body
        call.deadline = timeout
        call.safety = .never
        call.maximumResponseBytes = maximumResponseBytes
        let start = sender.environment.now()
        let response = try await sender.attempt(call)
        if isFromAPIServer(response) { throw StatusReader.error(response, subject) }
        return ProxyResponse(
            status: response.status, headers: response.headers, body: response.body, duration: sender.environment.now() - start)
    }

    /// What the API server would take for its own: credentials, identities, and the connection to it.
    private static func isForTheAPIServer(_ name: String) -> Bool {
        if name.hasPrefix("impersonate-") || name.hasPrefix("x-remote-") { return true }
        return [
            "authorization", "proxy-authorization", "accept", "host", "content-length", "connection", "transfer-encoding", "upgrade", "te",
        ].contains(name)
    }

    /// An application that answers with a Kubernetes Status of its own is taken for the API server; none but an API server does.
    private func isFromAPIServer(_ response: HTTPResponse) -> Bool {
        guard response.status >= 400, response.body.count < 1 << 16, let value = try? JSON.parse(response.body) else { return false }
        return value.kind == "Status" && value.apiVersion == "v1" && value["status"]?.string == "Failure"
    }
}
