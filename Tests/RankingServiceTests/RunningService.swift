import HTTPTransport
import Logging
import Manifests
import Observability
import RankingModel
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import RankingService

/// The service in this process, on ports that the system chose, with real weights on disk and real HTTP.
struct RunningService: Sendable {
    let http: String
    let metrics: String
    let weights: WeightsFolder
    let logs: LogLines
    let stop: @Sendable () async -> Void
    private let client = HTTPClient(proxy: .none)

    static let smallData: @Sendable () -> RankingData = {
        var data = SeededData.standard
        (data.userCount, data.videoCount, data.creatorCount) = (40, 120, 12)
        return data.make()
    }

    /// - Parameter whenListening: called before the model is there.
    static func run(
        configure: (inout ServiceConfiguration) -> Void = { _ in }, data: @escaping @Sendable () async -> RankingData = smallData,
        waitUntilReady: Bool = true, _ body: @Sendable (RunningService) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let weights = try WeightsFolder(path: folder.file("weights"))
            var configuration = ServiceConfiguration()
            (configuration.httpPort, configuration.metricsPort) = (0, 0)
            configuration.weightsDirectory = weights.path
            configuration.weightsPollInterval = .milliseconds(10)
            configuration.drain = .milliseconds(50)
            configuration.podName = "pod-a"
            configure(&configuration)
            let logs = LogLines()
            let logger = LogSetup.logger(label: "test", sink: LogSink { logs.add($0) })
            let server = try RankingServer(
                configuration: configuration, logger: logger, clock: .fixed(milliseconds: 1_761_467_400_000), data: data)
            let (addresses, continuation) = AsyncStream.makeStream(of: RankingServer.Addresses.self, bufferingPolicy: .bufferingNewest(1))
            let group = server.makeGroup(handlingSignals: false) { address in
                continuation.yield(address)
                continuation.finish()
            }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    defer { continuation.finish() }
                    try await group.run()
                }
                for await address in addresses {
                    let service = RunningService(
                        http: "http://\(address.http)", metrics: "http://\(address.metrics)", weights: weights, logs: logs,
                        stop: { await group.triggerGracefulShutdown() })
                    if waitUntilReady {
                        try await eventually("the service is ready") { try await service.get("/health/ready").status == 200 }
                    }
                    try await body(service)
                    await group.triggerGracefulShutdown()
                    await service.client.shutdown()
                }
                try await tasks.waitForAll()
            }
        }
    }

    func get(_ path: String, method: String = "GET", headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
        try await client.send(HTTPRequest(method: method, url: http + path, headers: headers))
    }

    func post(_ path: String, _ body: String, headers: HTTPHeaders = ["Content-Type": "application/json"]) async throws -> HTTPResponse {
        try await client.send(HTTPRequest(method: "POST", url: http + path, headers: headers, body: Array(body.utf8)))
    }

    func json(_ path: String) async throws -> Value { try JSON.parse(try await get(path).body) }

    func metric(_ line: String) async throws -> Bool {
        try await client.send(HTTPRequest(url: metrics + "/metrics")).text.split(separator: "\n").contains { $0 == line }
    }

    func metricsPage() async throws -> HTTPResponse { try await client.send(HTTPRequest(url: metrics + "/metrics")) }
}

final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ bytes: [UInt8]) { lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
    var all: [String] { lines.withLock { $0 } }
    func contains(_ text: String) -> Bool { all.contains { $0.contains(text) } }
}
