import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// The promise that a controller may be killed anywhere: started again it ends in the same state, with the same record.
    @Suite(.serialized) struct CrashTests {
        private static let first = SampleEnvironment(settings: ["settings": "one", "old": "goes"])
        private static let second = SampleEnvironment(version: "2", settings: ["settings": "two", "new": "comes"])
        /// Never ready, not even in the moment in which its program still runs: without a probe that moment would count as healthy.
        private static let broken = SampleEnvironment(
            version: "bad", settings: ["settings": "three", "new": "comes"], readinessCommand: ["/bin/false"])

        @Test func `killed at each journal write of a release`() async throws {
            try await withTemporaryFolder("slipway-crash") { folder in
                let stage = try await CrashStage([[Self.first]], in: folder.path)
                let revision = try await stage.push([Self.second])
                let report = try await CrashScenario(stage: stage, isAtEnd: { $0["only"]?.isVerified(revision) == true })
                    .run(in: folder.path)
                #expect(report.writes >= 9)
                let end = report.reference["only"]
                #expect(end.releases.count == 2)
                #expect(end.state.contains("held by nobody"))
                #expect(end.cluster.contains("Pod sample.example/app:2 Running"))
                #expect(!end.cluster.contains { $0.hasPrefix("ConfigMap old ") })
                Self.expectNoStepTwice(report)
            }
        }

        @Test func `killed at each journal write of an automatic rollback`() async throws {
            try await withTemporaryFolder("slipway-crash") { folder in
                let stage = try await CrashStage([[Self.first]], in: folder.path)
                let revision = try await stage.push([Self.broken])
                let report = try await CrashScenario(stage: stage, isAtEnd: { $0["only"]?.isRolledBack(revision) == true })
                    .run(in: folder.path)
                #expect(report.writes >= 12)
                let end = report.reference["only"]
                #expect(end.state.contains("held by slipway"))
                #expect(end.state.contains { $0.hasPrefix("verified \(stage.revisions[0])") })
                #expect(end.quarantines.count == 1 && end.quarantines[0].hasPrefix(revision))
                #expect(end.cluster.contains("Pod sample.example/app:1 Running"))
                #expect(!end.cluster.contains { $0.hasPrefix("ConfigMap new ") })
                Self.expectNoStepTwice(report)
            }
        }

        @Test func `killed at each journal write of a rollback by hand`() async throws {
            try await withTemporaryFolder("slipway-crash") { folder in
                let stage = try await CrashStage([[Self.first], [Self.second]], in: folder.path)
                let revisions = stage.revisions
                let report = try await CrashScenario(
                    stage: stage, isAtEnd: { $0["only"]?.isVerified(revisions[0]) == true },
                    meanwhile: { installation, status in
                        // Whoever got no answer looks, and asks again only when nothing of it is there.
                        guard status["only"]?["release", "kind"]?.string != "rollback" else { return }
                        try await installation.post(
                            "/api/v1/environments/only/rollback", ["to": .string(revisions[0]), "reason": "the second is slow"])
                    }
                ).run(in: folder.path)
                #expect(report.writes >= 9)
                let end = report.reference["only"]
                #expect(end.releases.count == 3)
                #expect(!end.state.contains("held by nobody"))
                #expect(end.quarantines.count == 1 && end.quarantines[0].hasPrefix(revisions[1]))
                #expect(end.cluster.contains("Pod sample.example/app:1 Running"))
                #expect(!end.cluster.contains { $0.hasPrefix("ConfigMap new ") })
            }
        }

        /// - Parameter repeated: the first words of what is rightly there several times.
        static func expectNoStepTwice(_ report: CrashScenario.Report, except repeated: [String] = []) {
            for (name, end) in report.reference.parts {
                let counts = end.audit.reduce(into: [:]) { $0[$1, default: 0] += 1 }
                let twice = counts.filter { line, count in count > 1 && !repeated.contains { line.hasPrefix("\($0) ") } }
                #expect(twice == [:], "no step of the record is there twice, in \(name)")
            }
        }
    }
}
