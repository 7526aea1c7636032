import HTTPTransport
import Manifests
import TestSupport

/// The real `prometheus` on a port of its own, scraping one exporter twice a second.
final class PrometheusServer: Sendable {
    let url: String
    private let folder: String
    private let port: Int
    private static let http = HTTPClient()

    /// - Parameter target: `host:port` of the exporter.
    init(in folder: String, scraping target: String) throws {
        self.folder = folder
        port = try FreePort.find()
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
}
