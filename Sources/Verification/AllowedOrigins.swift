internal import Delivery
internal import Foundation
package import HTTPTransport

/// The hosts that smoke tests may ask by URL. The repository says what is asked; the operator says of whom, since the controller may reach
/// what nobody outside can.
package struct AllowedOrigins: Sendable {
    package static let none = AllowedOrigins(hosts: [], caFile: nil, http: nil)

    private let hosts: [String]
    private let caFile: String?
    private let http: HTTPClient?

    /// - Parameter hosts: `shop.example.com`, `shop.example.com:8443`, or `http://host:port`.
    package init(hosts: [String], caFile: String?, http: HTTPClient?) {
        self.hosts = hosts.map { $0.lowercased() }
        self.caFile = caFile
        self.http = http
    }

    package func contains(_ origin: String) -> Bool {
        hosts.contains { host in host.hasPrefix("http://") ? origin == host : origin == "https://\(host)" }
    }

    func ask(_ step: SmokeStep) async -> GateVerdict {
        let origin = step.request.origin ?? ""
        guard let http, contains(origin) else {
            return .error(
                "\(origin) may not be asked: the controller's configuration does not name its host (smokeTests: {hosts: [...]}). Waiting for the deadline"
            )
        }
        var request = HTTPRequest(
            method: step.request.method.rawValue, url: origin + step.request.path,
            headers: HTTPHeaders(step.request.headers.map { HTTPField($0.name, $0.value) }), body: step.request.body,
            timeouts: HTTPTimeouts(total: VerificationLimits.request), maximumResponseBytes: VerificationLimits.bodyBytes)
        if let caFile {
            guard let data = FileManager.default.contents(atPath: caFile), data.count <= VerificationLimits.credentialBytes else {
                return .error("\(origin) was not asked: \(caFile) cannot be read")
            }
            request.tls = TLSConfiguration(caPEM: [UInt8](data))
        }
        let start = ContinuousClock.now
        do throws(HTTPError) {
            let response = try await http.send(request)
            return step.verdict(status: response.status, body: response.body, elapsed: .now - start)
        } catch {
            // Unlike the API server in front of a Service, this is the very way that is tested: no answer is a wrong answer.
            return error.code == .cancelled ? .error(error.message) : .fail(error.message)
        }
    }
}
