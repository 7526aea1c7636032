internal import HTTPTransport
internal import Manifests

/// The API, as the commands use it. Its errors are the controller's own words, with the exit code that they mean.
struct ControlClient: Sendable {
    let base: String
    let socket: String?
    let token: String?
    private let http: HTTPClient

    /// - Parameter caPEM: the only authorities to trust; `nil`: the system's.
    init(base: String, socket: String?, token: String?, caPEM: [UInt8]? = nil) {
        http = HTTPClient(tls: TLSConfiguration(caPEM: caPEM))
        self.base = base
        self.socket = socket
        self.token = token
    }

    /// The controller cannot be asked at all; reading commands then look into the journal.
    struct Unreachable: Error {
        var message: String
    }

    func get(_ path: String) async throws -> Value { try await send("GET", path, body: nil) }

    func post(_ path: String, _ body: Value) async throws -> Value { try await send("POST", path, body: body) }

    private func send(_ method: String, _ path: String, body: Value?) async throws -> Value {
        var request = HTTPRequest(method: method, url: base + path)
        request.unixSocketPath = socket
        request.headers["Accept"] = "application/json"
        if let token { request.headers["Authorization"] = "Bearer \(token)" }
        if let body {
            request.headers["Content-Type"] = "application/json"
            request.body = JSON.bytes(body)
        }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await http.send(request)
        } catch {
            let place = socket.map { "its socket \($0)" } ?? base
            throw Unreachable(
                message:
                    "the controller cannot be reached at \(place): \(error.message). Is it running? Start: slipway run --config FILE; or name its state directory: --state DIRECTORY"
            )
        }
        let answer = try document(of: response)
        guard response.isSuccess else { throw failure(response.status, answer) }
        return answer
    }

    private func document(of response: HTTPResponse) throws(CommandError) -> Value {
        do throws(ManifestError) {
            return try JSON.parse(response.body)
        } catch {
            throw CommandError(.error, "the controller answered \(response.status) with something that is not JSON: \(error)")
        }
    }

    private func failure(_ status: Int, _ answer: Value) -> CommandError {
        let message = answer["error", "message"]?.string ?? "the controller answered \(status)"
        return switch status {
        case 401, 403, 423: CommandError(.denied, message)
        case 400: CommandError(.usage, message)
        default: CommandError(.error, message)
        }
    }
}

/// Percent-encoding of one path segment or query value.
func urlEncoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
        let scalar = Unicode.Scalar(byte)
        let isPlain =
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "-._~".unicodeScalars.contains(scalar)
        if isPlain {
            encoded.unicodeScalars.append(scalar)
        } else {
            let hex = String(byte, radix: 16, uppercase: true)
            encoded += "%" + (hex.count < 2 ? "0" + hex : hex)
        }
    }
    return encoded
}
