internal import Delivery
internal import HTTPTransport
internal import Manifests

/// The requests of one channel: its credentials, its deadline, its limits, and what an answer means.
struct ServiceConnection: Sendable {
    /// An answer of 200 to 299.
    struct Answer: Sendable {
        var headers: HTTPHeaders
        var text: String
        /// `nil` when it is no JSON.
        var json: Value?
    }

    let http: HTTPClient
    let surroundings: NotificationSurroundings
    let caFile: String?
    let timeout: Duration

    /// The credential in a file, without the white space around it. Read at each use, so that a new one needs no restart.
    func credential(_ path: String) throws(DeliveryFailure) -> String {
        guard let bytes = surroundings.readFile(path) else {
            throw DeliveryFailure(.needsPerson, "the file \(path) cannot be read; it is read again at the next attempt")
        }
        let text = String(decoding: bytes, as: UTF8.self).trimmed
        guard !text.isEmpty, bytes.count <= NotificationLimits.credentialBytes, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw DeliveryFailure(.needsPerson, "the file \(path) does not hold one credential: a single line of printable characters")
        }
        return text
    }

    /// Sends JSON and answers what came when it was taken.
    ///
    /// - Parameters:
    ///   - secrets: never in an error, whoever writes it.
    ///   - accepts: further statuses that mean that all is well.
    func send(
        _ url: String, method: String = "POST", headers: HTTPHeaders = [:], body: [UInt8]?, secrets: [String], accepts: Set<Int> = []
    ) async throws(DeliveryFailure) -> (status: Int, answer: Answer) {
        var request = HTTPRequest(
            method: method, url: url, headers: headers, body: body,
            timeouts: HTTPTimeouts(connect: min(timeout, .seconds(10)), total: timeout, stall: timeout),
            maximumResponseBytes: NotificationLimits.answerBytes)
        if body != nil { request.headers["Content-Type"] = "application/json; charset=utf-8" }
        request.headers["Accept"] = "application/json"
        if let caFile {
            guard let pem = surroundings.readFile(caFile) else {
                throw DeliveryFailure(.needsPerson, "the file \(caFile) cannot be read; it is read again at the next attempt")
            }
            request.tls = TLSConfiguration(caPEM: pem)
        }
        let place = HTTPOrigin(url: url).map { "\($0)" } ?? "its address"
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await http.send(request)
        } catch {
            throw failure(error, request, place, secrets)
        }
        if response.isSuccess || accepts.contains(response.status) {
            return (
                response.status,
                Answer(headers: response.headers, text: response.text, json: Self.json(response.body))
            )
        }
        throw failure(response, place, secrets)
    }

    private func failure(_ error: HTTPError, _ request: HTTPRequest, _ place: String, _ secrets: [String]) -> DeliveryFailure {
        if error.code == .cancelled { return DeliveryFailure(.cancelled, "the controller stops") }
        // The path may be the credential: only what comes after the address is told.
        let prefix = "\(request.redactedDescription): "
        let reason = error.message.hasPrefix(prefix) ? String(error.message.dropFirst(prefix.count)) : error.code.rawValue
        let kind: DeliveryFailure.Kind = error.isTransient ? .transient(after: nil) : .needsPerson
        return DeliveryFailure(kind, Self.scrubbed("\(place): \(reason)", secrets))
    }

    private func failure(_ response: HTTPResponse, _ place: String, _ secrets: [String]) -> DeliveryFailure {
        let excerpt = Self.scrubbed(response.text, secrets)
        let said = excerpt.isEmpty ? "" : ": \(excerpt)"
        let after = RetryAfter.parse(response.headers["Retry-After"], at: surroundings.now())
        let kind: DeliveryFailure.Kind =
            switch response.status {
            case 408, 425, 429, 500...599,
                // Statuspage's word for too many requests.
                420:
                .transient(after: after)
            // GitHub says 403 when there were too many requests, and then for how long.
            case 403 where after != nil: .transient(after: after)
            case 401, 403, 407: .needsPerson
            default: .permanent
            }
        let moved = (300...399).contains(response.status) ? " (redirects are not followed)" : ""
        return DeliveryFailure(kind, "\(place) answered \(response.status)\(moved)\(said)")
    }

    /// An address that is a credential, and what of it comes after the host: a service may tell either.
    static func parts(ofSecretAddress url: String) -> [String] {
        guard let scheme = url.firstRange(of: "://"), let path = url[scheme.upperBound...].firstIndex(of: "/") else { return [url] }
        return [url, String(url[path...])]
    }

    /// One line, short, and without the secrets that were sent.
    static func scrubbed(_ text: String, _ secrets: [String]) -> String {
        var text = text
        for secret in secrets where secret.count >= 4 { text.replace(secret, with: "(redacted)") }
        let line = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
        return line.trimmed.clipped(to: NotificationLimits.excerptCharacters)
    }

    private static func json(_ body: [UInt8]) -> Value? {
        do { return try JSON.parse(body) } catch { return nil }
    }
}
