import HTTPTransport
import LocalCluster
import Manifests
import Synchronization
import TestSupport

/// Asks a Service all the time, on a connection of its own each time, which version answers.
final class ServiceAsker: Sendable {
    struct Answer: Sendable {
        /// When it was asked.
        var at: ContinuousClock.Instant
        /// The version, or what went wrong.
        var text: String
        var isFailure: Bool
    }

    private let answers = Mutex<[Answer]>([])
    private let isDone = Mutex(false)
    private let http = HTTPClient()
    private let url: String

    init(_ service: String, in namespace: String, of cluster: SampleCluster) async throws {
        let address = try await eventually("Service \(service) has an address") {
            cluster.cluster.store.get(.services, namespace: namespace, name: service)?["spec", "clusterIP"]?.string
        }
        url = "http://\(address):8080/api/v1/health"
    }

    /// Asks while `body` runs. Not ended by cancellation, which would break a request that is on its way.
    func asking<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        let task = Task {
            while !isDone.withLock({ $0 }) { await ask() }
        }
        do {
            let result = try await body()
            isDone.withLock { $0 = true }
            await task.value
            return result
        } catch {
            isDone.withLock { $0 = true }
            await task.value
            throw error
        }
    }

    private func ask() async {
        let start = ContinuousClock.now
        do {
            let answer = try await http.send(HTTPRequest(url: url, headers: ["Connection": "close"]))
            let version = answer.isSuccess ? try JSON.parse(answer.body)["version"]?.string : nil
            add(Answer(at: start, text: version ?? "\(answer.status) \(answer.text)", isFailure: version == nil))
        } catch {
            add(Answer(at: start, text: "\(error)", isFailure: true))
        }
    }

    private func add(_ answer: Answer) { answers.withLock { $0.append(answer) } }

    func all(since start: ContinuousClock.Instant? = nil) -> [Answer] {
        answers.withLock { $0.filter { answer in start.map { answer.at >= $0 } ?? true } }
    }

    var failures: [String] { all().filter(\.isFailure).map(\.text) }
    func has(_ version: String, since start: ContinuousClock.Instant? = nil) -> Bool { all(since: start).contains { $0.text == version } }
}
