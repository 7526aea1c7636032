import BenchmarkSupport
import Foundation
import Synchronization

/// Asks a Service without a pause, on a connection of its own each time, which version answers.
final class ServiceAsker: Sendable {
    private struct State {
        var lastOf: [String: ContinuousClock.Instant] = [:]
        var answers = 0
        var failures = 0
        var isDone = false
    }

    private let state = Mutex(State())

    init(_ address: String) {
        Thread.detachNewThread { [self] in
            while !state.withLock(\.isDone) { ask(address) }
        }
    }

    private func ask(_ address: String) {
        var version = ""
        if let connection = try? Connection(to: address, port: 8080) {
            connection.send("GET /api/v1/health HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
            let answer = connection.receive { _ in false }
            if let start = answer.range(of: "\"version\":\"") { version = String(answer[start.upperBound...].prefix { $0 != "\"" }) }
        }
        let now = ContinuousClock.now
        state.withLock { state in
            state.answers += 1
            if version.isEmpty { state.failures += 1 } else { state.lastOf[version] = now }
        }
        usleep(2_000)
    }

    /// When a version was last heard.
    func last(_ version: Int) -> ContinuousClock.Instant? { state.withLock { $0.lastOf["\(version)"] } }

    /// - Returns: how many were asked, and how many of them got no answer.
    func stop() -> (answers: Int, failures: Int) {
        state.withLock { state in
            state.isDone = true
            return (state.answers, state.failures)
        }
    }
}
