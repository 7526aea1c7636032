import HTTPTransport
import Manifests
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The real `prometheus` on a port of its own, scraping one exporter twice a second.
final class PrometheusServer: Sendable {
    let url: String
    private let folder: String
    private let port: Int
    private static let http = HTTPClient()

    /// - Parameter target: `host:port` of the exporter.
    init(in folder: String, scraping target: String) throws {
        self.folder = folder
        port = try Self.freePort()
        url = "http://127.0.0.1:\(port)"
        try Files.makeFolder(folder)
        let configuration = """
            global: {scrape_interval: 500ms, evaluation_interval: 10s}
            scrape_configs:
              - job_name: sample
                static_configs: [{targets: ['\(target)']}]

            """
        try Files.write(configuration, to: folder + "/prometheus.yml")
    }

    /// Starts it, or starts it again with what it has stored, and waits until it answers.
    func start() async throws -> Child {
        let child = try await Child(
            [
                "prometheus", "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/data",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ], output: folder + "/prometheus.log")
        try await eventually("Prometheus is ready", within: .seconds(30)) {
            if child.ending != nil { throw LargeFailure("prometheus ended: \(try Files.text(folder + "/prometheus.log"))") }
            return try await Self.http.send(HTTPTransport.HTTPRequest(url: url + "/-/ready")).isSuccess
        }
        return child
    }

    /// Waits until a query has a value that is as wanted.
    func until(_ query: String, _ condition: (Double) -> Bool) async throws {
        let text = query.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try await eventually("\(query) is as wanted", within: .seconds(30)) {
            let answer = try await Self.http.send(HTTPTransport.HTTPRequest(url: "\(url)/api/v1/query?query=\(text)"))
            let value = try JSON.parse(answer.body)["data", "result"]?.array?.first?["value"]?.array?.last?.string
            return value.flatMap { Double($0) }.map(condition) ?? false
        }
    }

    /// One that nobody has now. Prometheus takes no port 0.
    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard status else { throw LargeFailure("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
