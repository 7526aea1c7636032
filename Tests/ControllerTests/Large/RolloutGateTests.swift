import LocalCluster
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// A version that proves bad when it has traffic already: its step ends, and all traffic is the old version's again.
    @Suite(.serialized) struct RolloutGateTests {
        private static let strategy =
            "{canary: {deployment: web, service: web, routing: replicas, steps: [{weight: 25, pause: 60s}, {weight: 50, pause: 1s}]}}"
        private static let gate =
            """
            , deadline: 60s, metrics: [{name: errors, template: error-rate, parameters: {labels: {job: sample}}, window: 3s, for: 2s,
                warmUp: 3s, interval: 1s}]
            """

        @Test func `a canary that fails when it has traffic is taken back at once`() async throws {
            try await withTemporaryFolder("slipway-gates") { folder in
                let sign = folder.file("sign")
                let repository = try await WatchedRepository(in: folder.path)
                try await repository.push(RolloutSample(version: "1", strategy: Self.strategy).files)
                try await withCluster(in: folder.file("cluster")) { cluster in
                    try Files.write(RolloutSample.images(endingAt: sign), to: folder.file("cluster") + "/images.yaml")
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let controller = try await installation.start()
                    let site = RolloutSite(
                        repository: repository, installation: installation, cluster: cluster, strategy: Self.strategy)
                    try await site.until("version 1 is verified") { $0["release", "phase"]?.string == "verified" }
                    let asker = try await ServiceAsker("web", in: RolloutSample.namespace, of: cluster)
                    try await asker.asking {
                        let bad = try await site.push("3", image: "3")
                        try await eventually("version 3 answers in its step", within: .seconds(60)) {
                            try await Self.steps(site).last == "release.step.up" && asker.has("3")
                        }
                        try Files.write("", to: sign)
                        try await Self.expectTakenBack(bad, as: "health", site, asker)
                    }
                    try await controller.crash()
                }
            }
        }

        @Test func `a metric gate is asked within a step, and takes it back`() async throws {
            try await withMetrics(Self.strategy, Self.gate) { site, server in
                let prometheus = try await server.start()
                let controller = try await site.installation.start()
                try await site.until("version 1 is verified") { $0["release", "phase"]?.string == "verified" }
                let asker = try await ServiceAsker("web", in: RolloutSample.namespace, of: site.cluster)
                try await asker.asking {
                    let bad = try await site.push("2", image: "2")
                    try await site.until("the first step") { $0.isStep(1) }
                    try await Self.expectTakenBack(bad, as: "metric", site, asker)
                }
                #expect(asker.has("2") && asker.failures == [])
                try await controller.crash()
                try await prometheus.crash()
            }
        }

        @Test func `a prometheus that is away in a step is waited for beyond the deadline`() async throws {
            let strategy = "{canary: {deployment: web, service: web, routing: replicas, steps: [{weight: 25, pause: 1s}]}}"
            try await withMetrics(strategy, Self.gate.replacing("deadline: 60s", with: "deadline: 10s")) { site, server in
                var prometheus = try await server.start()
                let controller = try await site.installation.start()
                try await site.until("version 1 is verified") { $0["release", "phase"]?.string == "verified" }
                try await prometheus.crash()
                let good = try await site.push("4", image: "4")
                try await site.until("it waits for data") {
                    $0.isStep(1) && $0["release", "lastError"]?.string?.contains("has no data") == true
                }
                let begun = ContinuousClock.now
                try await site.until("more than the deadline has gone by") { status in
                    #expect(status.isStep(1))
                    return ContinuousClock.now - begun > .seconds(15)
                }
                prometheus = try await server.start()
                try await site.until("it is verified") { $0.isVerified(good) }
                try await controller.crash()
                try await prometheus.crash()
            }
        }

        /// Version 2 fails a third of its requests.
        private func withMetrics(
            _ strategy: String, _ gate: String, _ body: @escaping @Sendable (RolloutSite, PrometheusServer) async throws -> Void
        ) async throws {
            try await withTemporaryFolder("slipway-gates") { folder in
                let path = folder.path
                let repository = try await WatchedRepository(in: path)
                try await repository.push(RolloutSample(version: "1", strategy: strategy, verification: gate).files)
                try await withCluster(in: folder.file("cluster")) { cluster in
                    try Files.write(RolloutSample.images, to: path + "/cluster/images.yaml")
                    let exporter = SampleExporter {
                        let isThere = cluster.picture(of: RolloutSample.namespace).contains("Pod sample.example/ranking:2 Running")
                        return .init(failures: isThere ? 17 : 0)
                    }
                    try await exporter.serving { target in
                        let server = try PrometheusServer(in: path + "/prometheus", scraping: target)
                        let installation = try Installation(
                            in: path, repository: repository, kubeconfig: cluster.kubeconfig,
                            access: "metrics: {default: {url: '\(server.url)'}}\n")
                        try await body(
                            RolloutSite(
                                repository: repository, installation: installation, cluster: cluster, strategy: strategy,
                                verification: gate), server)
                    }
                }
            }
        }

        /// In the first step, whose pause is far from over.
        private static func expectTakenBack(_ bad: String, as origin: String, _ site: RolloutSite, _ asker: ServiceAsker) async throws {
            let status = try await site.until("it is taken back") { $0.isRolledBack(bad) }
            let back = ContinuousClock.now
            #expect(status["release", "failure", "origin"]?.string == origin, "\(JSON.string(status))")
            #expect(try await Self.steps(site) == ["release.step", "release.step.up"], "it never came to the second step")
            try await eventually("some are asked") { asker.all(since: back).count > 20 }
            #expect(Set(asker.all(since: back).map(\.text)) == ["1"])
            #expect(site.selector == ["app": "web"])
            #expect(!site.picture.contains { $0.contains("canary") }, "\(site.picture)")
        }

        private static func steps(_ site: RolloutSite) async throws -> [String] {
            let entries = try await site.installation.get("/api/v1/audit?limit=1000")["entries"]?.array ?? []
            return entries.compactMap { $0["action"]?.string }.filter { $0.hasPrefix("release.step") }
        }
    }
}
