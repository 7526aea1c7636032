internal import HTTPTransport
internal import Manifests

/// `pods/proxy` and `services/proxy`: passes a request on to a Pod and gives back its answer.
struct ProxyHandler: Sendable {
    let handler: ResourceHandler
    private static let client = HTTPClient(userAgent: "slipway-local-cluster", proxy: .none)

    /// Headers that belong to the connection and not to the message (RFC 9110, 7.6.1), and those that we set.
    private static let dropped: Set = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
        "content-length", "date", "content-type", "content-encoding",
    ]

    /// Those of a request that are not passed on: its connection's, and those that the client of the Pod writes itself.
    private static let kept: Set = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade", "host", "content-length", "expect", "accept-encoding", "authorization",
    ]

    /// The header fields for the Pod: all that are end to end.
    static func passedOn(_ headers: [(name: String, value: String)]) -> HTTPHeaders {
        // A connection may name further fields as its own (RFC 9110, 7.6.1).
        let named = headers.filter { $0.name.lowercased() == "connection" }
            .flatMap { $0.value.split(separator: ",").map { $0.trimmingSpaces.lowercased() } }
        let dropped = kept.union(named)
        return HTTPHeaders(headers.filter { !dropped.contains($0.name.lowercased()) }.map { HTTPField($0.name, $0.value) })
    }

    func answer() async throws(APIError) -> APIResponse {
        let target = try target()
        let path = Self.remainder(of: handler.request.rawPath)
        let query = handler.request.rawQuery.isEmpty ? "" : "?\(handler.request.rawQuery)"
        let url = "\(target.scheme)://\(target.address):\(target.port)\(path)\(query)"
        let request = HTTPRequest(
            method: handler.request.method.rawValue, url: url, headers: Self.passedOn(handler.request.headers),
            body: handler.request.body.isEmpty ? nil : handler.request.body,
            timeouts: HTTPTimeouts(connect: .seconds(5), total: APIServerLimits.proxyTimeout, stall: APIServerLimits.proxyTimeout),
            maximumResponseBytes: APIServerLimits.proxyBodyBytes)
        do {
            let answer = try await Self.client.send(request)
            var response = APIResponse(
                status: answer.status, contentType: answer.headers["content-type"] ?? "text/plain", body: .bytes(answer.body))
            response.headers = answer.headers.fields.filter { !Self.dropped.contains($0.name.lowercased()) }.map { ($0.name, $0.value) }
            return response
        } catch {
            throw APIError(.serviceUnavailable, "error trying to reach service: \(error.message)")
        }
    }

    private struct Target {
        var scheme = "http"
        var address: String
        var port: Int64
    }

    /// `[SCHEME:]NAME[:PORT]`, as the path names it.
    private func target() throws(APIError) -> Target {
        var parts = (handler.path.name ?? "").split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var scheme = "http"
        if parts.count == 3 {
            guard parts[0] == "http" || parts[0] == "https" else { throw APIError(.badRequest, "invalid proxy scheme \"\(parts[0])\"") }
            scheme = parts.removeFirst()
        }
        let name = parts[0]
        let port = parts.count > 1 ? parts[1] : ""
        return handler.type == .pods ? try pod(name, port, scheme) : try service(name, port, scheme)
    }

    private func pod(_ name: String, _ port: String, _ scheme: String) throws(APIError) -> Target {
        let pod = try handler.existing(name)
        guard let address = pod["status"]?["podIP"]?.string else {
            throw APIError(.serviceUnavailable, "pod \(name) has no address yet: it is \(pod["status"]?["phase"]?.string ?? "unknown")")
        }
        let ports = (pod["spec"]?["containers"]?.array ?? []).flatMap { $0["ports"]?.array ?? [] }
        let named = ports.first { $0["name"]?.string == port }?["containerPort"]?.integer
        guard let number = Int64(port) ?? named ?? (port.isEmpty ? ports.first?["containerPort"]?.integer ?? 80 : nil) else {
            throw APIError(.badRequest, "pod \(name) has no port \"\(port)\"")
        }
        return Target(scheme: scheme, address: address, port: number)
    }

    /// Any ready address behind the Service.
    private func service(_ name: String, _ port: String, _ scheme: String) throws(APIError) -> Target {
        let service = try handler.existing(name)
        let ports = service["spec"]?["ports"]?.array ?? []
        let chosen = ports.first { $0["name"]?.string == port || $0["port"]?.integer.map(String.init) == port }
        guard let wanted = chosen ?? (port.isEmpty && ports.count == 1 ? ports[0] : nil) else {
            throw APIError(.serviceUnavailable, "no service port \"\(port)\" found for service \"\(name)\"")
        }
        let endpoints = handler.store.get(.endpoints, namespace: handler.namespace, name: name)
        for subset in endpoints?["subsets"]?.array ?? [] {
            let match = subset["ports"]?.array?.first { $0["name"] == wanted["name"] || subset["ports"]?.array?.count == 1 }
            guard let number = match?["port"]?.integer, let address = subset["addresses"]?.array?.randomElement()?["ip"]?.string else {
                continue
            }
            return Target(scheme: scheme, address: address, port: number)
        }
        throw APIError(.serviceUnavailable, "no endpoints available for service \"\(name)\"")
    }

    /// What follows the seven segments of `/api/v1/namespaces/NAMESPACE/KIND/NAME/proxy`, with its escapes.
    private static func remainder(of path: String) -> String {
        var rest = path[...]
        for _ in 0..<7 {
            guard let slash = rest.dropFirst().firstIndex(of: "/") else { return "/" }
            rest = rest[slash...]
        }
        return rest.isEmpty ? "/" : String(rest)
    }
}
