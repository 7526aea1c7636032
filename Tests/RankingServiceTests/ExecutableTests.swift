import HTTPTransport
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The built executable, as a container runs it.
@Suite struct ExecutableTests {
    /// It lies beside the test bundle.
    private static let path: String = {
        let arguments = CommandLine.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/ranking-service"
    }()

    private func outcome(_ environment: [String: String], _ arguments: [String] = []) async throws -> (code: Int32?, text: String) {
        let result = try await run(
            .path(FilePath(Self.path)), arguments: Arguments(arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(rawValue: $0.key)!, $0.value) })),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard case .exited(let code) = result.terminationStatus else { return (nil, result.standardError) }
        return (code, result.standardOutput + result.standardError)
    }

    @Test func `a configuration that cannot be used is exit code 78`() async throws {
        let (code, text) = try await outcome(["HTTP_PORT": "eighty", "LOG_FORMAT": "json"])
        #expect(code == 78)
        #expect(text.contains(#""level":"critical""#))
        #expect(text.contains(#"Not starting: the configuration cannot be used: HTTP_PORT is \"eighty\"; it must be a number"#))
    }

    @Test func `weights that do not add up are exit code 78`() async throws {
        try await withTemporaryFolder { folder in
            var bad = WeightsFolder.standard
            bad["affinity"] = "16"
            let weights = try WeightsFolder(path: folder.file("w"), bad)
            let (code, text) = try await outcome(["RANKING_WEIGHTS_DIR": weights.path, "HTTP_PORT": "0", "METRICS_PORT": "0"])
            #expect(code == 78)
            #expect(text.contains("Not starting: \(weights.path): ranking weights add up to 101; they must add up to exactly 100"))
        }
    }

    @Test func `help and version`() async throws {
        let version = try await outcome(["SERVICE_VERSION": "9.8.7"], ["--version"])
        #expect(version.code == 0)
        #expect(version.text == "9.8.7\n")
        let help = try await outcome([:], ["--help"])
        #expect(help.code == 0)
        #expect(help.text.contains("DRAIN_SECONDS"))
    }

    @Test func `SIGTERM under load loses no request and ends with 0`() async throws {
        try await withTemporaryFolder { folder in
            let weights = try WeightsFolder(path: folder.file("w"))
            let environment: [Environment.Key: String] = [
                "RANKING_WEIGHTS_DIR": weights.path, "HTTP_PORT": "0", "METRICS_PORT": "0", "DRAIN_SECONDS": "3",
                "SERVICE_VERSION": "3.2.1",
            ]
            let result = try await run(
                .path(FilePath(Self.path)), environment: .custom(environment), input: .none, output: .discarded, error: .sequence
            ) { execution in
                var address: String?
                for try await line in execution.standardError.strings() {
                    if line.contains(" Listening "), let field = line.split(separator: " ").first(where: { $0.hasPrefix("http=") }) {
                        address = "http://" + field.dropFirst(5)
                    }
                    if line.contains(" Ready ") { break }
                }
                let base = try #require(address)
                return try await Self.load(base) { try execution.send(signal: .terminate) }
            }
            #expect(result.terminationStatus == .exited(0))
            #expect(result.closureResult.answered > 50, "\(result.closureResult)")
            #expect(result.closureResult.failures == [])
        }
    }

    /// Eight clients ask without a pause. As a proxy would, they go on for a while after the service was seen to be not ready any more, and then stop.
    private static func load(_ base: String, terminate: () throws -> Void) async throws -> LoadCount.Result {
        let client = HTTPClient(proxy: .none)
        let count = LoadCount()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    while !count.isLeaving {
                        do {
                            let response = try await client.send(HTTPRequest(url: base + "/api/v1/feed/u00\(number)?limit=5"))
                            count.add(failure: response.status == 200 ? nil : "status \(response.status)")
                        } catch {
                            count.add(failure: "\(error)")
                            return
                        }
                    }
                }
            }
            defer { count.leave() }
            try await eventually("some requests are answered") { count.result.answered > 50 }
            try terminate()
            try await eventually("it is not ready") {
                try await client.send(HTTPRequest(url: base + "/health/ready")).status == 503
            }
            let answeredBefore = count.result.answered
            try await eventually("requests are still answered while it drains") { count.result.answered > answeredBefore + 20 }
            count.leave()
            try await group.waitForAll()
        }
        await client.shutdown()
        return count.result
    }
}

/// What the clients saw.
private final class LoadCount: Sendable {
    struct Result: Sendable {
        var answered = 0
        var failures: [String] = []
    }

    private let state = Mutex((isLeaving: false, result: Result()))

    var isLeaving: Bool { state.withLock { $0.isLeaving } }
    var result: Result { state.withLock { $0.result } }

    func leave() { state.withLock { $0.isLeaving = true } }

    func add(failure: String?) {
        state.withLock { state in
            if let failure { state.result.failures.append(failure) } else { state.result.answered += 1 }
        }
    }
}
