import LocalCluster
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// Metric Gates against the real Prometheus, which scrapes what follows the version that runs.
    @Suite struct MetricGateTests {
        private static let gates = """
              verification:
                deadline: 25s
                metrics:
                  - {name: errors, template: error-rate, parameters: {labels: {job: sample}}, window: 3s, for: 2s, warmUp: 3s, interval: 1s}
                  - name: latency
                    query: avg(sample_latency_seconds{job="sample"})
                    window: 1s
                    interval: 1s
                    warmUp: 1s
                    compare: {over: 6s, maxRatio: 1.3, significance: 0.01}

            """

        private func sample(_ version: String, watch: String = "0s", deadline: String = "25s") -> SampleEnvironment {
            SampleEnvironment(
                version: version,
                policy: "  rollback: {automatic: true, watch: \(watch)}\n  rollout: {deadline: 60s, maxRestarts: 1}\n"
                    + Self.gates.replacing("deadline: 25s", with: "deadline: \(deadline)"))
        }

        private struct Site: Sendable {
            var repository: WatchedRepository
            var installation: Installation
            var prometheus: PrometheusServer
            var cluster: SampleCluster
            var folder: String
        }

        /// Version 2 fails a third of its requests, version 3 is half as slow again; and any version fails while the file `broken` is there.
        private func withSite(_ body: @escaping @Sendable (Site) async throws -> Void) async throws {
            try await withTemporaryFolder("slipway-metrics") { folder in
                let path = folder.path
                let repository = try await WatchedRepository(in: path)
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let exporter = SampleExporter {
                        let picture = cluster.picture(of: SampleEnvironment().namespace)
                        var behaviour = SampleExporter.Behaviour()
                        if picture.contains("Pod sample.example/app:2 Running") || Files.exists(path + "/broken") {
                            behaviour.failures = 17
                        }
                        if picture.contains("Pod sample.example/app:3 Running") { behaviour.latency = 0.3 }
                        return behaviour
                    }
                    try await exporter.serving { target in
                        let prometheus = try PrometheusServer(in: path + "/prometheus", scraping: target)
                        let installation = try Installation(
                            in: path, repository: repository, kubeconfig: cluster.kubeconfig,
                            access: "metrics: {default: {url: '\(prometheus.url)'}}\n")
                        try await body(
                            Site(
                                repository: repository, installation: installation, prometheus: prometheus, cluster: cluster, folder: path))
                    }
                }
            }
        }

        @Test func `a release that raises the error rate, and one that is slower, fail their gates and are taken back`() async throws {
            try await withSite { site in
                let prometheus = try await site.prometheus.start()
                let controller = try await site.installation.start()
                let first = try await site.repository.push(sample("1").files.mapValues { $0 })
                try await site.installation.until("the first is verified", in: "only", within: .seconds(60)) { $0.isVerified(first) }

                let second = try await site.repository.push(sample("2").files.mapValues { $0 })
                try await site.installation.post("/api/v1/notify")
                var status = try await site.installation.until("it is taken back", in: "only", within: .seconds(60)) {
                    $0.isRolledBack(second)
                }
                #expect(status["release", "failure", "origin"]?.string == "metric", "\(JSON.string(status))")
                let errors = status["release", "failure", "message"]?.string ?? ""
                #expect(
                    errors.hasPrefix("metric errors is 0.3") && errors.contains("above the maximum of 0.05 for 2s (window 3s)"), "\(errors)"
                )

                try await site.installation.post("/api/v1/environments/only/resume", ["reason": "on we go"])
                try await site.prometheus.until(#"sum(rate(http_requests_total{status="500"}[3s]))"#) { $0 == 0 }
                let third = try await site.repository.push(sample("3").files.mapValues { $0 })
                try await site.installation.post("/api/v1/notify")
                status = try await site.installation.until("it is taken back", in: "only", within: .seconds(60)) { $0.isRolledBack(third) }
                let slower = status["release", "failure", "message"]?.string ?? ""
                #expect(slower.contains("metric latency has got worse: median 0.3 over 6s, 0.2 before the release"), "\(slower)")
                #expect(site.cluster.picture(of: "sample-only").contains("Pod sample.example/app:1 Running"))
                try await controller.crash()
                try await prometheus.crash()
            }
        }

        @Test func `a prometheus that is away is waited for beyond the deadline, and what it says after success counts`() async throws {
            try await withSite { site in
                var prometheus = try await site.prometheus.start()
                var controller = try await site.installation.start()
                let first = try await site.repository.push(sample("1").files.mapValues { $0 })
                try await site.installation.until("the first is verified", in: "only", within: .seconds(60)) { $0.isVerified(first) }

                try await prometheus.crash()
                let second = try await site.repository.push(sample("4", watch: "120s", deadline: "12s").files.mapValues { $0 })
                try await site.installation.post("/api/v1/notify")
                let waiting = try await site.installation.until("the outage is shown", in: "only", within: .seconds(60)) {
                    $0["release", "lastError"]?.string?.contains("has no data") == true
                }
                #expect(waiting["release", "lastError"]?.string?.contains("Prometheus \"default\" does not answer") == true)
                let began = ContinuousClock.now
                try await controller.crash()
                controller = try await site.installation.start()
                let later = try await site.installation.until("more than the deadline has gone by", in: "only", within: .seconds(60)) { _ in
                    ContinuousClock.now - began > .seconds(16)
                }
                #expect(later["release", "phase"]?.string == "verifying" && later["hold"] == nil)
                prometheus = try await site.prometheus.start()
                try await site.installation.until("it is verified", in: "only", within: .seconds(60)) { $0.isVerified(second) }

                // It was good, and is so no longer.
                try Files.write("", to: site.folder + "/broken")
                let status = try await site.installation.until("it is taken back", in: "only", within: .seconds(60)) {
                    $0.isRolledBack(second)
                }
                #expect(status["release", "failure", "origin"]?.string == "metric")
                #expect(status["hold"] != nil)
                try await controller.crash()
                try await prometheus.crash()
            }
        }
    }
}
