import Delivery
import HTTPTransport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import TestSupport
import Testing
import Verification

/// Against a server that answers as it is told and remembers what it was asked.
@Suite struct PrometheusClientTests {
    private final class Asked: Sendable {
        private let requests = Mutex<[(authorization: String?, body: String)]>([])
        func note(_ authorization: String?, _ body: String) { requests.withLock { $0.append((authorization, body)) } }
        var last: (authorization: String?, body: String)? { requests.withLock { $0.last } }
    }

    private static let range: MetricRange? = {
        var gate = MetricGate(name: "a", query: MetricQuery("up"))
        gate.threshold = .init(maximum: 1)
        gate.sustained = .seconds(30)
        gate.warmUp = .zero
        let now = Timestamp(milliseconds: 1_700_000_060_250)
        let moment = MetricMoment(now: now, since: Timestamp(milliseconds: 1_700_000_000_000), baselineEnd: nil, isWatch: false)
        return gate.plan(moment).threshold
    }()

    private static let empty = #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#

    private func withPrometheus<Answer: Sendable>(
        status: HTTPTypes.HTTPResponse.Status = .ok, answer: String = empty, asked: Asked = Asked(),
        _ body: @escaping @Sendable (_ url: String) async throws -> Answer
    ) async throws -> Answer {
        let router = Router()
        router.post("/base/api/v1/query_range") { request, _ in
            let buffer = try await request.body.collect(upTo: 1 << 16)
            asked.note(request.headers[.authorization], String(buffer: buffer))
            return Response(status: status, body: .init(byteBuffer: ByteBuffer(string: answer)))
        }
        let (ports, announce) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "prometheus")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) }, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let result = await Task { try await body("http://127.0.0.1:\(port)/base") }.result
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
            return try result.get()
        }
    }

    private func ask(_ source: PrometheusSource, _ query: String = "up") async throws(PrometheusError) -> [MetricSeries] {
        guard let range = Self.range else { return [] }
        let http = HTTPClient(proxy: .none)
        return try await PrometheusClient(name: "default", source: source, http: http, cluster: nil).series(query, over: range)
    }

    @Test func theQuestionIsAForm() async throws {
        let asked = Asked()
        let query = #"sum(rate(a{b="ä &+"}[1m]))"#
        let series = try await withPrometheus(asked: asked) { url in try await ask(PrometheusSource(address: .url(url)), query) }
        #expect(series == [])
        #expect(
            asked.last?.body
                == "query=sum%28rate%28a%7Bb%3D%22%C3%A4%20%26%2B%22%7D%5B1m%5D%29%29&start=1700000030.250&end=1700000060.250&step=15.000&timeout=15s"
        )
        #expect(asked.last?.authorization == nil)
    }

    @Test func credentialsAreReadAtEachQuestion() async throws {
        try await withTemporaryFolder { folder in
            let asked = Asked()
            let path = folder.file("secret")
            try await withPrometheus(asked: asked) { url in
                var source = PrometheusSource(address: .url(url))
                source.tokenFile = path
                try Files.write("first\n", to: path)
                _ = try await ask(source)
                #expect(asked.last?.authorization == "Bearer first")
                try Files.write("second", to: path)
                _ = try await ask(source)
                #expect(asked.last?.authorization == "Bearer second")
                source.tokenFile = nil
                source.username = "dana"
                source.passwordFile = path
                _ = try await ask(source)
                #expect(asked.last?.authorization == "Basic ZGFuYTpzZWNvbmQ=")
                source.passwordFile = path + "-missing"
                let error = await #expect(throws: PrometheusError.self) { try await ask(source) }
                #expect(error?.code == .unavailable && error?.message.contains("secret-missing cannot be read") == true)
            }
        }
    }

    static let refusals: [(Int, PrometheusError.Code, String)] = [
        (401, .unavailable, "does not let us in (401)"), (403, .unavailable, "does not let us in (403)"),
        (302, .unavailable, "redirections are not followed"), (503, .unavailable, "answered 503"), (404, .unavailable, "answered 404"),
    ]

    @Test(arguments: refusals)
    func aStatusIsSaidInWords(_ status: Int, _ code: PrometheusError.Code, _ words: String) async throws {
        try await withPrometheus(status: .init(code: status), answer: "no") { url in
            let error = await #expect(throws: PrometheusError.self) { try await ask(PrometheusSource(address: .url(url))) }
            #expect(error?.code == code && error?.message.contains(words) == true, "\(error?.message ?? "")")
            #expect(error?.message.hasPrefix("Prometheus \"default\"") == true)
        }
    }

    @Test func anAnswerThatIsTooLargeIsNotRead() async throws {
        try await withPrometheus(answer: String(repeating: " ", count: 5 << 20)) { url in
            let error = await #expect(throws: PrometheusError.self) { try await ask(PrometheusSource(address: .url(url))) }
            #expect(error?.code == .tooMuch && error?.message.contains("aggregate more") == true, "\(error?.message ?? "")")
        }
    }

    /// Down is no verdict: the Gate has no data, whatever becomes of that.
    @Test func onePrometheusThatIsAwayIsNoData() async {
        var gate = MetricGate(name: "errors", query: MetricQuery("up"))
        gate.threshold = .init(maximum: 1)
        gate.warmUp = .zero
        let facts = ReleaseFacts(
            environment: "e", namespace: "n", release: 1, revision: "r", bundle: "b", since: Timestamp(milliseconds: 0))
        let runner = MetricGateRunner(
            sources: ["default": PrometheusSource(address: .url("http://127.0.0.1:1"))], http: HTTPClient(proxy: .none), cluster: nil)
        let moment = MetricMoment(now: Timestamp(milliseconds: 600_000), since: facts.since, baselineEnd: nil, isWatch: false)
        let result = await runner.run(gate, of: facts, at: moment)
        #expect(result.outcome == .noData && result.reason.contains("Prometheus \"default\" does not answer"), "\(result.reason)")
        gate.source = "other"
        #expect(await runner.run(gate, of: facts, at: moment).outcome == .error)
    }
}
