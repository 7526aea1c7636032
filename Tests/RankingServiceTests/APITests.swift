import HTTPTransport
import Manifests
import TestSupport
import Testing

@testable import RankingService

@Suite struct APITests {
    @Test func `health is the runbook's answer, and more after it`() async throws {
        try await RunningService.run { service in
            let response = try await service.get("/api/v1/health")
            #expect(response.status == 200)
            #expect(
                response.text.hasPrefix(
                    #"{"status":"healthy","timestamp":"2025-10-26T08:30:00Z","service":"video-ranking-service","version":"1.0.0","#))
            let health = try JSON.parse(response.body)
            #expect(health["weights_version"]?.string == "2df0dc68cffe")
            #expect(health["served_by"]?.string == "pod-a")
            #expect(try await service.get("/health/live").text == #"{"status":"alive"}"#)
            let ready = try await service.json("/health/ready")
            #expect(ready["status"]?.string == "ready")
            #expect(ready["weights"]?.string == "current")
        }
    }

    @Test func `a feed, explained, adds up`() async throws {
        try await RunningService.run { service in
            let feed = try await service.json("/api/v1/feed/u007?limit=10&explain=true")
            #expect(feed["user_id"]?.string == "u007")
            #expect(feed["mode"]?.string == "normal")
            #expect(feed["version"]?.string == "1.0.0")
            #expect(feed["served_by"]?.string == "pod-a")
            #expect(feed["cold_start"]?.bool == false)
            let items = try #require(feed["items"]?.array)
            #expect(items.count == 10)
            for (index, item) in items.enumerated() {
                #expect(item["rank"]?.integer == Int64(index + 1))
                let explain = try #require(item["explain"])
                let points = ["freshness", "completion", "engagement", "affinity", "deep_learning"].compactMap {
                    explain[$0]?["points"]?.number
                }
                #expect(points.count == 5)
                let score = try #require(item["score"]?.number)
                #expect(abs(points.reduce(0, +) - score) < 1e-9)
                #expect(explain["deep_learning"]?["prior"]?.bool == true)
                #expect(explain["completion"]?["weight"]?.integer == 40)
            }
            #expect(try await service.get("/api/v1/feed/u007?limit=10").body == service.get("/api/v1/feed/u007?limit=10").body)
            #expect(try await service.json("/api/v1/feed/new%20user%22%5C")["user_id"]?.string == "new user\"\\")
        }
    }

    @Test func `candidates are ranked`() async throws {
        try await RunningService.run { service in
            let response = try await service.post(
                "/api/v1/rank", #"{"user_id":"u001","candidates":["v001","v002","nope","v003"],"limit":2}"#)
            #expect(response.status == 200)
            let page = try JSON.parse(response.body)
            #expect(page["items"]?.array?.count == 2)
            #expect(page["candidates"]?.integer == 3)
            #expect(page["unknown_candidates"] == ["nope"])
            #expect(page["items"]?[0]?["explain"] == nil)
        }
    }

    @Test func `errors are problems, with their status`() async throws {
        try await RunningService.run { service in
            let wrong: [(HTTPResponse, Int)] = [
                (try await service.get("/nothing"), 404), (try await service.get("/api/v1/feed/u1?limit=0"), 400),
                (try await service.get("/api/v1/feed/%ff"), 400), (try await service.get("/api/v1/rank"), 405),
                (try await service.get("/api/v1/feed/u1", method: "DELETE"), 405),
                (try await service.get("/api/v1/feed/u1", method: "PUT"), 405), (try await service.post("/api/v1/rank", "{"), 400),
                (try await service.post("/api/v1/rank", "{}", headers: ["Content-Type": "text/plain"]), 415),
                (try await service.post("/api/v1/rank", String(repeating: " ", count: 200_000)), 413),
            ]
            for (response, status) in wrong {
                #expect(response.status == status)
                #expect(response.headers.values(of: "content-type") == ["application/problem+json"])
                let problem = try JSON.parse(response.body)
                #expect(problem["status"]?.integer == Int64(status))
                #expect(problem["detail"]?.string?.isEmpty == false)
            }
            #expect(try await service.get("/api/v1/rank").headers.values(of: "allow") == ["POST"])
            #expect(try await service.get("/health/live").status == 200)
        }
    }

    @Test func `HEAD is GET without a body`() async throws {
        try await RunningService.run { service in
            let head = try await service.get("/api/v1/feed/u001?limit=3", method: "HEAD")
            let get = try await service.get("/api/v1/feed/u001?limit=3")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.headers.values(of: "content-length") == get.headers.values(of: "content-length"))
        }
    }

    @Test func `metrics count what was answered`() async throws {
        try await RunningService.run { service in
            _ = try await service.get("/api/v1/feed/u001")
            _ = try await service.get("/api/v1/feed/u002")
            _ = try await service.get("/secret/path")
            let page = try await service.metricsPage()
            #expect(page.headers.values(of: "content-type") == ["text/plain; version=0.0.4; charset=utf-8"])
            for line in [
                #"http_requests_total{status="200",method="GET",route="/api/v1/feed/{user}"} 2"#,
                #"http_requests_total{status="404",method="GET",route="unknown"} 1"#,
                #"http_request_duration_seconds_count{route="/api/v1/feed/{user}"} 2"#, #"ranking_weights_info{version="2df0dc68cffe"} 1"#,
                #"ranking_weight_percent{component="deep_learning"} 5"#, "ranking_weights_reload_failures_total 0",
                "database_pool_max_connections 30", "database_pool_available 30", "http_requests_in_flight 0",
                #"service_info{version="1.0.0"} 1"#,
            ] {
                #expect(page.text.split(separator: "\n").contains { $0 == line }, "\(line)")
            }
            #expect(!page.text.contains("secret"))
        }
    }

    @Test func `cache-only mode says so`() async throws {
        try await RunningService.run(configure: { $0.fallbackMode = .cacheOnly }) { service in
            let response = try await service.get("/api/v1/feed/u001?limit=1")
            #expect(response.headers.values(of: "x-ranking-mode") == ["cache_only"])
            #expect(try JSON.parse(response.body)["mode"]?.string == "cache_only")
        }
    }

    @Test func `what is no HTTP closes that connection and nothing else`() async throws {
        try await RunningService.run { service in
            for garbage in [
                "\u{0}\u{1}\u{2}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\(String(repeating: "x", count: 100_000)) HTTP/1.1\r\n\r\n",
                "POST /api/v1/rank HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
                "POST /api/v1/rank HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET /health/live HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 5000) + "\r\n",
            ] {
                let connection = try RawConnection(service.http)
                connection.send(garbage)
                let answer = await connection.read()
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(80))")
            }
            let cut = try RawConnection(service.http)
            cut.send("POST /api/v1/rank HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{")
            #expect(try await service.get("/health/live").status == 200)
        }
    }

    @Test func `many at once are all answered`() async throws {
        try await RunningService.run { service in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<200 {
                    group.addTask { try await service.get("/api/v1/feed/u\(index)?limit=5").status }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 200])
        }
    }
}
