import Manifests
import TestSupport
import Testing

extension LargeTests.CrashTests {
    private static func canary(_ version: String, steps: String) -> SampleEnvironment {
        let strategy = "{canary: {deployment: app, service: app, routing: replicas, steps: [\(steps)]}}"
        var sample = SampleEnvironment(
            version: version, settings: ["settings": "of-\(version)"],
            policy: "  rollback: {automatic: true, watch: 0s}\n  rollout: {deadline: 60s, maxRestarts: 1, strategy: \(strategy)}\n")
        sample.isServed = true
        return sample
    }

    private static let twoSteps = "{weight: 25, pause: 0s}, {weight: 50, pause: 0s}"
    /// Longer than it takes until it has failed.
    private static let longStep = "{weight: 50, pause: 50s}"

    @Test func `killed at each journal write of a canary that ends well`() async throws {
        try await withTemporaryFolder("slipway-crash") { folder in
            let stage = try await CrashStage([[Self.canary("1", steps: Self.twoSteps)]], in: folder.path)
            let revision = try await stage.push([Self.canary("2", steps: Self.twoSteps)])
            let report = try await CrashScenario(stage: stage, isAtEnd: { $0["only"]?.isVerified(revision) == true })
                .run(in: folder.path)
            #expect(report.writes >= 13)
            let end = report.reference["only"]
            #expect(end.audit.count { $0.hasPrefix("release.step.up ") } == 2, "\(end.audit)")
            Self.expect(end, runs: "2")
            Self.expectNoStepTwice(report)
        }
    }

    @Test func `killed at each journal write of a canary that fails when it has traffic`() async throws {
        try await withTemporaryFolder("slipway-crash") { folder in
            let stage = try await CrashStage([[Self.canary("1", steps: Self.twoSteps)]], in: folder.path)
            let revision = try await stage.push([Self.canary("weak", steps: Self.longStep)])
            let report = try await CrashScenario(
                stage: stage, isAtEnd: { $0["only"]?.isRolledBack(revision) == true },
                meanwhile: { installation, statuses in
                    guard statuses["only"]?.isStep(1) == true else { return }
                    let entries = try await installation.get("/api/v1/audit?limit=10")["entries"]?.array ?? []
                    guard entries.contains(where: { $0["action"]?.string == "release.step.up" }) else { return }
                    try Files.write("", to: CrashStage.sign(in: installation.folder))
                }
            ).run(in: folder.path)
            #expect(report.writes >= 12)
            let end = report.reference["only"]
            #expect(end.state.contains("held by slipway"))
            #expect(end.releases.last?.hasSuffix(" rolledBack health") == true, "\(end.releases)")
            #expect(end.quarantines.count == 1 && end.quarantines[0].hasPrefix(revision))
            Self.expect(end, runs: "1")
            Self.expectNoStepTwice(report)
        }
    }

    /// Nothing of the canary is left, and the Service is as it was.
    private static func expect(_ end: CrashEnding.Part, runs version: String) {
        let pods = end.cluster.filter { $0.hasPrefix("Pod ") }
        #expect(pods == ["Pod sample.example/app:\(version) Running"])
        #expect(!end.cluster.contains { $0.contains("canary") }, "\(end.cluster)")
        let service = end.cluster.first { $0.hasPrefix("Service app ") } ?? ""
        #expect(service.contains(#""selector":{"app":"app"}"#), "\(service)")
    }
}
