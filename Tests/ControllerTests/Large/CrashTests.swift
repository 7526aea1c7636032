import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// The promise that a controller may be killed anywhere: started again it ends in the same state, with the same record.
    @Suite(.serialized) struct CrashTests {
        private let first = SampleEnvironment(settings: ["settings": "one", "old": "goes"])
        private let second = SampleEnvironment(version: "2", settings: ["settings": "two", "new": "comes"])
        /// Never ready, not even in the moment in which its program still runs: without a probe that moment would count as healthy.
        private let broken = SampleEnvironment(
            version: "bad", settings: ["settings": "three", "new": "comes"], readinessCommand: ["/bin/false"])

        @Test func `killed at each journal write of a release`() async throws {
            try await withTemporaryFolder("slipway-crash") { folder in
                let (repository, _) = try await prepare([first], in: folder.path)
                let revision = try await repository.push(changes(from: first, to: second), message: "The second version")
                let report = try await CrashScenario(
                    repository: repository, prepared: folder.file("prepared/state"), running: first,
                    isAtEnd: { $0.isVerified(revision) }
                ).run(in: folder.path)
                #expect(report.writes >= 9)
                let reference = report.reference
                #expect(reference.releases.count == 2)
                #expect(reference.environment.contains("held by nobody"))
                #expect(reference.cluster.contains("Pod sample.example/app:2 Running"))
                #expect(!reference.cluster.contains { $0.hasPrefix("ConfigMap old ") })
                #expect(Set(reference.audit).count == reference.audit.count, "no step of the record is there twice")
            }
        }

        @Test func `killed at each journal write of an automatic rollback`() async throws {
            try await withTemporaryFolder("slipway-crash") { folder in
                let (repository, revisions) = try await prepare([first], in: folder.path)
                let revision = try await repository.push(changes(from: first, to: broken), message: "The broken version")
                let report = try await CrashScenario(
                    repository: repository, prepared: folder.file("prepared/state"), running: first,
                    isAtEnd: { $0.isRolledBack(revision) }
                ).run(in: folder.path)
                #expect(report.writes >= 12)
                let reference = report.reference
                #expect(reference.environment.contains("held by slipway"))
                #expect(reference.environment.contains { $0.hasPrefix("verified \(revisions[0])") })
                #expect(reference.quarantines.count == 1 && reference.quarantines[0].hasPrefix(revision))
                #expect(reference.cluster.contains("Pod sample.example/app:1 Running"))
                #expect(!reference.cluster.contains { $0.hasPrefix("ConfigMap new ") })
                #expect(Set(reference.audit).count == reference.audit.count, "no step of the record is there twice")
            }
        }

        @Test func `killed at each journal write of a rollback by hand`() async throws {
            try await withTemporaryFolder("slipway-crash") { folder in
                let (repository, revisions) = try await prepare([first, second], in: folder.path)
                let report = try await CrashScenario(
                    repository: repository, prepared: folder.file("prepared/state"), running: second,
                    isAtEnd: { $0.isVerified(revisions[0]) },
                    request: { installation, status in
                        // Whoever got no answer looks, and asks again only when nothing of it is there.
                        guard status["release", "kind"]?.string != "rollback" else { return }
                        try await installation.post(
                            "/api/v1/environments/only/rollback", ["to": .string(revisions[0]), "reason": "the second is slow"])
                    }
                ).run(in: folder.path)
                #expect(report.writes >= 9)
                let reference = report.reference
                #expect(reference.releases.count == 3)
                #expect(!reference.environment.contains("held by nobody"))
                #expect(reference.quarantines.count == 1 && reference.quarantines[0].hasPrefix(revisions[1]))
                #expect(reference.cluster.contains("Pod sample.example/app:1 Running"))
                #expect(!reference.cluster.contains { $0.hasPrefix("ConfigMap new ") })
            }
        }

        /// A repository whose Revisions were all verified by a controller, which then stopped in the folder `prepared`.
        private func prepare(
            _ versions: [SampleEnvironment], in folder: String
        ) async throws -> (WatchedRepository, revisions: [String]) {
            let repository = try await WatchedRepository(in: folder)
            try Files.makeFolder(folder + "/prepared")
            let cluster = try await SampleCluster.start(in: folder + "/prepared/cluster")
            do {
                let installation = try Installation(in: folder + "/prepared", repository: repository, kubeconfig: cluster.kubeconfig)
                var revisions: [String] = []
                var controller: Child?
                for (index, version) in versions.enumerated() {
                    let files = index == 0 ? version.files.mapValues { $0 } : changes(from: versions[index - 1], to: version)
                    let revision = try await repository.push(files, message: "Version \(index + 1)")
                    if controller == nil {
                        controller = try await installation.start()
                    } else {
                        try await installation.post("/api/v1/notify")
                    }
                    try await installation.until("version \(index + 1) is verified", in: version.name) { $0.isVerified(revision) }
                    revisions.append(revision)
                }
                try await controller?.crash()
                await cluster.stop()
                return (repository, revisions)
            } catch {
                await cluster.stop()
                throw error
            }
        }

        private func changes(from: SampleEnvironment, to: SampleEnvironment) -> [String: String?] {
            var changes: [String: String?] = to.files.mapValues { $0 }
            for path in from.files.keys where to.files[path] == nil { changes[path] = .some(nil) }
            return changes
        }
    }
}
