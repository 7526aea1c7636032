internal import Manifests

/// Takes the pieces of an answer; each is sent at once, and waits for a client that is slow.
protocol ChunkWriter {
    @concurrent mutating func write(_ bytes: [UInt8]) async throws
}

/// An answer, before it becomes HTTP.
struct APIResponse: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// Written piece by piece until `run` returns; it is cancelled when the client goes.
        case stream(@concurrent @Sendable (_ writer: inout any ChunkWriter) async throws -> Void)
        /// Not an answer: the connection becomes a WebSocket.
        case upgrade(Upgrade)
    }

    struct Upgrade: Sendable {
        /// The `Sec-WebSocket-Protocol` that both sides speak.
        var protocolName: String
        /// Until the session is over; cancelled when the server stops.
        var run: @Sendable (WebSocketConnection) async -> Void
    }

    var status: Int
    var contentType: String
    var headers: [(name: String, value: String)] = []
    var body: Body

    init(status: Int = 200, contentType: String = "application/json", body: Body) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    static func json(_ value: Value, status: Int = 200, contentType: String = "application/json") -> APIResponse {
        APIResponse(status: status, contentType: contentType, body: .bytes(JSON.bytes(value) + [0x0A]))
    }

    static func text(_ text: String, status: Int = 200) -> APIResponse {
        APIResponse(status: status, contentType: "text/plain; charset=utf-8", body: .bytes(Array(text.utf8)))
    }

    static func error(_ error: APIError) -> APIResponse {
        var response = json(error.status, status: error.httpStatus)
        if let seconds = error.retryAfterSeconds { response.headers.append(("Retry-After", String(seconds))) }
        return response
    }

    /// Adds what a client shows its user besides the answer (RFC 7234, code 299).
    mutating func warn(_ texts: [String]) {
        for text in texts {
            let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            headers.append(("Warning", "299 - \"\(quoted)\""))
        }
    }
}
