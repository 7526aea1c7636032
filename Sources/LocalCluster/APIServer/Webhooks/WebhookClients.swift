internal import HTTPTransport
internal import Manifests
internal import Synchronization

/// Calls webhooks over HTTPS. Clients are kept by what they trust, so that connections are used again.
final class WebhookClients: Sendable {
    private let clients = Mutex<[TLSConfiguration: HTTPClient]>([:])

    struct Failure: Error {
        let message: String
    }

    /// - Returns: the body of the answer.
    func call(_ webhook: AdmissionWebhook, _ body: [UInt8], _ store: ObjectStore) async throws(Failure) -> [UInt8] {
        let seconds = webhook.timeout.components.seconds
        let (url, server) = try place(of: webhook.client, store)
        let target = "\(url)?timeout=\(seconds)s"
        var authority: [UInt8]?
        if let bundle = webhook.client["caBundle"]?.string, !bundle.isEmpty { authority = Base64.decode(bundle) }
        let client = client(TLSConfiguration(caPEM: authority, serverName: server))
        let request = HTTPRequest(
            method: "POST", url: target, headers: ["Content-Type": "application/json", "Accept": "application/json"], body: body,
            timeouts: HTTPTimeouts(connect: webhook.timeout, total: webhook.timeout, stall: webhook.timeout),
            maximumResponseBytes: APIServerLimits.webhookAnswerBytes)
        let shown = server.map { url.replacing(Self.host(of: url), with: "\($0):\(Self.port(of: webhook.client))") } ?? url
        let answer: HTTPResponse
        do {
            answer = try await client.send(request)
        } catch {
            let why = error.code == .timedOut ? "context deadline exceeded" : error.message
            throw Failure(message: "failed to call webhook: Post \"\(shown)?timeout=\(seconds)s\": \(why)")
        }
        guard answer.isSuccess else {
            throw Failure(
                message: "failed to call webhook: the server responded with the status code \(answer.status): "
                    + String(answer.text.prefix(APIServerLimits.webhookErrorCharacters)))
        }
        return answer.body
    }

    private func client(_ tls: TLSConfiguration) -> HTTPClient {
        clients.withLock { clients in
            if let client = clients[tls] { return client }
            if clients.count >= APIServerLimits.webhookClients { clients.removeAll() }
            let client = HTTPClient(tls: tls, userAgent: "kube-apiserver-admission", proxy: .none)
            clients[tls] = client
            return client
        }
    }

    /// Where a webhook listens, and the name that its certificate has to carry when it is not in the URL.
    private func place(of client: Value, _ store: ObjectStore) throws(Failure) -> (url: String, server: String?) {
        if let url = client["url"]?.string { return (url, nil) }
        let reference = client["service"] ?? [:]
        let name = reference["name"]?.string ?? ""
        let namespace = reference["namespace"]?.string ?? ""
        guard let service = store.get(.services, namespace: namespace, name: name) else {
            throw Failure(message: "service \"\(name)\" not found")
        }
        let port = Self.port(of: client)
        guard let wanted = service["spec"]?["ports"]?.array?.first(where: { $0["port"]?.integer == port }) else {
            throw Failure(message: "no service port \(port) found for service \"\(name)\"")
        }
        for subset in store.get(.endpoints, namespace: namespace, name: name)?["subsets"]?.array ?? [] {
            let match = subset["ports"]?.array?.first { $0["name"] == wanted["name"] || subset["ports"]?.array?.count == 1 }
            guard let number = match?["port"]?.integer, let address = subset["addresses"]?.array?.randomElement()?["ip"]?.string else {
                continue
            }
            let path = reference["path"]?.string ?? ""
            return ("https://\(address):\(number)\(path.hasPrefix("/") ? path : "/\(path)")", "\(name).\(namespace).svc")
        }
        throw Failure(message: "no endpoints available for service \"\(name)\"")
    }

    private static func port(of client: Value) -> Int64 { client["service"]?["port"]?.integer ?? 443 }

    private static func host(of url: String) -> String {
        String(url.dropFirst("https://".count).prefix { $0 != "/" })
    }
}
