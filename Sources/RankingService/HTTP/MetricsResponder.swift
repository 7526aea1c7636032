internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Observability

/// Answers the requests of the metrics port.
struct MetricsResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let registry: MetricsRegistry

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let path = (request.head.path ?? "").prefix { $0 != "?" }
        guard path == "/metrics" else { return response(.notFound, "Only /metrics is here.\n", type: "text/plain; charset=utf-8") }
        guard request.method == .get || request.method == .head else {
            return response(.methodNotAllowed, "Only GET can be used here.\n", type: "text/plain; charset=utf-8", [(.allow, "GET, HEAD")])
        }
        return response(.ok, registry.render(), type: Exposition.contentType, isHead: request.method == .head)
    }

    private func response(
        _ status: HTTPResponse.Status, _ text: String, type: String, _ fields: [(HTTPField.Name, String)] = [], isHead: Bool = false
    ) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.contentLength] = String(text.utf8.count)
        for (name, value) in fields { headers[name] = value }
        return Response(
            status: status, headers: headers, body: isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
