package import Delivery
internal import Foundation
package import HTTPTransport
package import Kubernetes

/// Asks one Prometheus. Each call is one request with a deadline; whoever calls decides when to ask again.
package struct PrometheusClient: Sendable {
    private let name: String
    private let source: PrometheusSource
    private let http: HTTPClient
    private let cluster: KubernetesClient?

    /// - Parameters:
    ///   - name: that of the operator's configuration, for messages.
    ///   - cluster: of the Environment, for a source that is one of its services.
    package init(name: String, source: PrometheusSource, http: HTTPClient, cluster: KubernetesClient?) {
        self.name = "Prometheus \"\(name)\""
        self.source = source
        self.http = http
        self.cluster = cluster
    }

    package func series(_ query: String, over range: MetricRange) async throws(PrometheusError) -> [MetricSeries] {
        let form = Self.form([
            ("query", query), ("start", Self.seconds(range.from)), ("end", Self.seconds(range.to)),
            ("step", Self.seconds(Timestamp(milliseconds: max(1, range.step.wholeMilliseconds)))),
            ("timeout", "\(VerificationLimits.query.components.seconds)s"),
        ])
        switch source.address {
        case .url(let url): return try await ask(url, form)
        case .service(let namespace, let service, let port, let path):
            return try await ask(namespace: namespace, service: service, port: port, path: path, form)
        }
    }

    private func ask(_ url: String, _ form: [UInt8]) async throws(PrometheusError) -> [MetricSeries] {
        var headers: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"]
        if let authorization = try authorization() { headers["Authorization"] = authorization }
        // A query has too many characters for some servers' request lines.
        var request = HTTPRequest(
            method: "POST", url: url + Self.path, headers: headers, body: form, timeouts: HTTPTimeouts(total: VerificationLimits.query),
            maximumResponseBytes: VerificationLimits.answerBytes)
        if let caFile = source.caFile { request.tls = TLSConfiguration(caPEM: try bytes(of: caFile)) }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await http.send(request)
        } catch {
            if error.code == .tooLarge {
                throw PrometheusError(
                    .tooMuch, "\(name) gives more than \(VerificationLimits.answerBytes) bytes for this query: aggregate more")
            }
            throw PrometheusError(.unavailable, "\(name) does not answer: \(error.message)")
        }
        switch response.status {
        case 401, 403:
            throw PrometheusError(
                .unavailable, "\(name) does not let us in (\(response.status)): look at its tokenFile or passwordFile in the configuration")
        case 300...399:
            throw PrometheusError(
                .unavailable, "\(name) answered \(response.status), and redirections are not followed: configure its own url")
        default: return try PrometheusAnswer.series(status: response.status, body: response.body, of: name)
        }
    }

    private func ask(
        namespace: String, service: String, port: String, path: String, _ form: [UInt8]
    ) async throws(PrometheusError) -> [MetricSeries] {
        guard let cluster else { throw PrometheusError(.unavailable, "\(name) is a service of a cluster that is not known here") }
        let response: ProxyResponse
        do throws(KubernetesError) {
            response = try await cluster.serviceProxy(
                namespace: namespace, service: service, port: port, method: Self.method, path: path + Self.path,
                headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"], body: form,
                timeout: VerificationLimits.query, maximumResponseBytes: VerificationLimits.answerBytes)
        } catch {
            throw PrometheusError(.unavailable, "\(name) cannot be reached: \(error.message)")
        }
        return try PrometheusAnswer.series(status: response.status, body: response.body, of: name)
    }

    private func authorization() throws(PrometheusError) -> String? {
        if let tokenFile = source.tokenFile { return "Bearer \(try secret(in: tokenFile))" }
        guard let username = source.username, let passwordFile = source.passwordFile else { return nil }
        return "Basic \(Data("\(username):\(try secret(in: passwordFile))".utf8).base64EncodedString())"
    }

    private func secret(in path: String) throws(PrometheusError) -> String {
        String(decoding: try bytes(of: path), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func bytes(of path: String) throws(PrometheusError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= VerificationLimits.credentialBytes else {
            throw PrometheusError(.unavailable, "\(name) cannot be asked: \(path) cannot be read")
        }
        return [UInt8](data)
    }

    static let method = "POST"
    private static let path = "/api/v1/query_range"

    /// Seconds since 1970 with milliseconds, in digits: a Double would be written with an exponent.
    private static func seconds(_ moment: Timestamp) -> String {
        let fraction = String(moment.milliseconds % 1000 + 1000).dropFirst()
        return "\(moment.milliseconds / 1000).\(fraction)"
    }

    static func form(_ fields: [(String, String)]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        func encoded(_ text: String) -> [UInt8] {
            text.utf8.flatMap { byte -> [UInt8] in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                    [byte]
                default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
        }
        return Array(fields.map { encoded($0) + [UInt8(ascii: "=")] + encoded($1) }.joined(separator: [UInt8(ascii: "&")]))
    }
}
