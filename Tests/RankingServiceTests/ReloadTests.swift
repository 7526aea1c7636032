import HTTPTransport
import Manifests
import TestSupport
import Testing

@testable import RankingService

@Suite struct ReloadTests {
    @Test func `new weights rank without a restart`() async throws {
        try await RunningService.run { service in
            let before = try await service.json("/api/v1/feed/u003?limit=5&explain=true")
            try service.weights.turn(to: "..2", WeightsFolder.freshOnly)
            try await eventually("the new weights answer") {
                try await service.json("/api/v1/feed/u003?limit=1")["weights_version"] != before["weights_version"]
            }
            let after = try await service.json("/api/v1/feed/u003?limit=5&explain=true")
            #expect(after["items"]?[0]?["explain"]?["freshness"]?["weight"]?.integer == 100)
            #expect(after["items"]?[0]?["explain"]?["freshness"]?["points"] == after["items"]?[0]?["score"])
            #expect(after["items"] != before["items"])
            #expect(try await service.metric("ranking_weights_reloads_total 1"))
            #expect(try await service.metric(#"ranking_weights_info{version="2df0dc68cffe"} 1"#) == false)
        }
    }

    @Test func `bad weights leave the good ones in use and say so`() async throws {
        try await RunningService.run { service in
            let before = try await service.get("/api/v1/feed/u003?limit=5").body
            var bad = WeightsFolder.standard
            bad["completion"] = "60"
            try service.weights.turn(to: "..2", bad)
            try await eventually("the service is degraded") { try await service.json("/api/v1/health")["status"] == "degraded" }
            let ready = try await service.get("/health/ready")
            #expect(ready.status == 200)
            #expect(ready.text.contains(#""weights":"rejected""#))
            #expect(ready.text.contains("ranking weights add up to 120; they must add up to exactly 100"))
            #expect(try await service.get("/api/v1/feed/u003?limit=5").body == before)
            try await eventually("the failure is counted") { try await service.metric("ranking_weights_reload_failures_total 1") }
            #expect(try await service.metric("ranking_weights_degraded 1"))
            try await eventually("the error is logged") { service.logs.contains("error New ranking weights are not usable") }
            try service.weights.turn(to: "..3", WeightsFolder.standard)
            try await eventually("the service is healthy") { try await service.json("/api/v1/health")["status"] == "healthy" }
            try await eventually("the gauge follows") { try await service.metric("ranking_weights_degraded 0") }
        }
    }
}
