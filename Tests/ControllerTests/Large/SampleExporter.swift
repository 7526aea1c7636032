import Hummingbird
import Logging
import Synchronization
import TestSupport

/// What a service of the sample would export: requests, failures and a response time that follow the version that runs.
final class SampleExporter: Sendable {
    struct Behaviour: Sendable {
        /// Requests, and those of them that fail, in a second.
        var requests = 50.0
        var failures = 0.0
        var latency = 0.2
    }

    private struct State {
        var behaviour = Behaviour()
        var requests = 0.0
        var failures = 0.0
        var last = ContinuousClock.now
    }

    private let state = Mutex(State())
    private let follow: @Sendable () -> Behaviour

    /// - Parameter follow: how the service behaves now.
    init(_ follow: @escaping @Sendable () -> Behaviour) { self.follow = follow }

    private func page() -> String {
        let behaviour = follow()
        return state.withLock { state in
            let now = ContinuousClock.now
            let seconds = (now - state.last) / .seconds(1)
            state.last = now
            state.requests += behaviour.requests * seconds
            state.failures += behaviour.failures * seconds
            return """
                http_requests_total{status="200"} \(state.requests - state.failures)
                http_requests_total{status="500"} \(state.failures)
                sample_latency_seconds \(behaviour.latency * (1 + Double((now - state.last) / .seconds(1))))

                """
        }
    }

    /// Serves it on a free port while `body` runs.
    func serving<Answer: Sendable>(_ body: @escaping @Sendable (_ address: String) async throws -> Answer) async throws -> Answer {
        let router = Router()
        router.get("/metrics") { _, _ in self.page() }
        let (ports, announce) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "exporter")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) }, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw LargeFailure("the exporter did not start") }
            let result = await Task { try await body("127.0.0.1:\(port)") }.result
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
            return try result.get()
        }
    }
}
