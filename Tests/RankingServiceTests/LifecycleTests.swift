import HTTPTransport
import RankingModel
import TestSupport
import Testing

@testable import RankingService

@Suite struct LifecycleTests {
    @Test func `while it learns it lives and is not ready`() async throws {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let slow: @Sendable () async -> RankingData = {
            // The data does not come before the test has looked.
            for await _ in gate {}
            return RunningService.smallData()
        }
        try await RunningService.run(data: slow, waitUntilReady: false) { service in
            defer { opener.finish() }
            #expect(try await service.get("/health/live").status == 200)
            let ready = try await service.get("/health/ready")
            #expect(ready.status == 503)
            #expect(ready.text.contains(#""status":"starting""#))
            #expect(try await service.get("/api/v1/health").status == 503)
            let feed = try await service.get("/api/v1/feed/u001")
            #expect(feed.status == 503)
            #expect(feed.headers.values(of: "retry-after") == ["1"])
            opener.finish()
            try await eventually("the service is ready") { try await service.get("/health/ready").status == 200 }
        }
    }

    @Test func `told to stop, it is not ready, answers, and asks to be left`() async throws {
        try await RunningService.run(configure: { $0.drain = .seconds(2) }) { service in
            await service.stop()
            try await eventually("it is not ready") { try await service.get("/health/ready").status == 503 }
            let feed = try await service.get("/api/v1/feed/u001?limit=3")
            #expect(feed.status == 200)
            #expect(feed.headers.values(of: "connection") == ["close"])
            #expect(try await service.get("/health/live").status == 200)
        }
    }

    @Test func `a request in flight is finished`() async throws {
        try await RunningService.run(configure: { $0.drain = .milliseconds(100) }) { service in
            let body = #"{"user_id":"u001","candidates":["v001"]}"#
            let connection = try RawConnection(service.http)
            connection.send("POST /api/v1/rank HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n{")
            try await eventually("the request is in flight") { try await service.metric("http_requests_in_flight 1") }
            await service.stop()
            // The drain ends and the listening port closes; this request has still not been sent completely.
            try await eventually("nobody listens") {
                do {
                    _ = try RawConnection(service.http)
                    return false
                } catch {
                    return true
                }
            }
            connection.send(String(body.dropFirst()))
            let answer = await connection.read()
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
            #expect(answer.contains(#""video_id":"v001""#))
        }
    }

    @Test func `a port that is taken is an error and not a hang`() async throws {
        try await RunningService.run { first in
            let port = try #require(first.http.split(separator: ":").last.flatMap { Int($0) })
            await #expect(throws: (any Error).self) {
                try await RunningService.run(configure: { $0.httpPort = port }, waitUntilReady: false) { _ in }
            }
        }
    }
}
