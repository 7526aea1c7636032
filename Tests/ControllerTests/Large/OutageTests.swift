import LocalCluster
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// An API server that is away is never a failed Release, and the time it is away is not the Release's.
    @Suite struct OutageTests {
        @Test func `a release that finds no API server waits beyond its deadline, over a restart, and then goes on`() async throws {
            try await withTemporaryFolder("slipway-outage") { folder in
                let sample = SampleEnvironment(version: nil, policy: "  rollout: {deadline: 4s}\n  rollback: {watch: 0s}\n")
                let repository = try await WatchedRepository(in: folder.path)
                let revision = try await repository.push(sample.files.mapValues { $0 })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let good = try Files.text(cluster.kubeconfig)
                    // Nobody listens on port 1.
                    try folder.write(good.replacing(cluster.cluster.apiURL, with: "https://127.0.0.1:1"), to: "kubeconfig")
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: folder.file("kubeconfig"))
                    var controller = try await installation.start()
                    try await installation.until("the error is shown", in: sample.name) { $0["release", "lastError"] != nil }
                    let began = ContinuousClock.now
                    try await controller.crash()
                    controller = try await installation.start()
                    let waiting = try await installation.until("more than the deadline has gone by", in: sample.name) { _ in
                        ContinuousClock.now - began > .seconds(6)
                    }
                    #expect(waiting["release", "phase"]?.string == "preflight")
                    #expect(waiting["release", "lastError"]?.string?.contains("127.0.0.1:1") == true)
                    #expect(waiting["hold"] == nil)
                    try await controller.crash()
                    try folder.write(good, to: "kubeconfig")
                    controller = try await installation.start()
                    try await installation.until("it is verified", in: sample.name) { $0.isVerified(revision) }
                    #expect(try await phases(installation) == ["verified"])
                    try await controller.crash()
                }
            }
        }

        /// The API server is away for longer than the rollout may take, and the Pod is not ready at once when it is back.
        @Test func `a rollout in the middle waits for the API server, over a restart, and then ends well`() async throws {
            try await withTemporaryFolder("slipway-outage") { folder in
                let gate = folder.file("gate")
                let first = SampleEnvironment()
                var second = SampleEnvironment(version: "2", policy: "  rollout: {deadline: 15s}\n  rollback: {watch: 0s}\n")
                second.readinessCommand = ["/usr/bin/test", "-e", gate]
                let repository = try await WatchedRepository(in: folder.path)
                var revision = try await repository.push(first.files.mapValues { $0 })
                let before = try await SampleCluster.start(in: folder.file("cluster"))
                let installation = try Installation(in: folder.path, repository: repository, kubeconfig: before.kubeconfig)
                var controller = try await installation.start()
                do {
                    try await installation.until("the first is verified", in: first.name) { $0.isVerified(revision) }
                    revision = try await repository.push(second.files.mapValues { $0 })
                    try await installation.post("/api/v1/notify")
                    try await installation.until("the second rolls out", in: first.name) {
                        $0["release", "phase"]?.string == "rollingOut" && $0["release", "revision", "id"]?.string == revision
                    }
                } catch {
                    await before.stop()
                    throw error
                }
                let began = ContinuousClock.now
                let port = before.cluster.apiURL.split(separator: ":").last.flatMap { Int($0) } ?? 0
                await before.stop()
                try await controller.crash()
                controller = try await installation.start()
                let waiting = try await installation.until("the outage is shown", in: first.name) { $0["release", "lastError"] != nil }
                try await installation.until("more than the deadline has gone by", in: first.name) { _ in
                    ContinuousClock.now - began > .seconds(18)
                }
                #expect(waiting["release", "phase"]?.string == "rollingOut")
                #expect(waiting["verified", "id"]?.string != revision)
                try folder.write("", to: "gate")
                try await withCluster(in: folder.file("cluster"), port: port) { cluster in
                    try await installation.until("the second is verified", in: first.name, within: .seconds(60)) { $0.isVerified(revision) }
                    #expect(cluster.picture(of: first.namespace).contains("Pod sample.example/app:2 Running"))
                    #expect(try await phases(installation) == ["verified", "verified"])
                }
                try await controller.crash()
            }
        }

        private func phases(_ installation: Installation) async throws -> [String] {
            (try await installation.get("/api/v1/history")["releases"]?.array ?? []).compactMap { $0["phase"]?.string }
        }
    }
}

/// Runs `body` with a cluster that is stopped afterwards.
func withCluster<Answer>(in folder: String, port: Int = 0, _ body: (SampleCluster) async throws -> Answer) async throws -> Answer {
    let cluster = try await SampleCluster.start(in: folder, port: port)
    let answer: Answer
    do { answer = try await body(cluster) } catch {
        await cluster.stop()
        throw error
    }
    await cluster.stop()
    return answer
}
