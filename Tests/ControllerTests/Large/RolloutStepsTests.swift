import HTTPTransport
import LocalCluster
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// New versions of the real ranking service in steps, while its Service is asked without a pause.
    @Suite(.serialized) struct RolloutStepsTests {
        /// Version 1 runs and is asked.
        private func withSite(
            _ strategy: String, _ body: (RolloutSite, ServiceAsker, inout Child) async throws -> Void
        ) async throws {
            try await withTemporaryFolder("slipway-steps") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                try await repository.push(RolloutSample(version: "1", strategy: strategy).files)
                try await withCluster(in: folder.file("cluster")) { cluster in
                    try Files.write(RolloutSample.images, to: folder.file("cluster") + "/images.yaml")
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    var controller = try await installation.start()
                    let site = RolloutSite(repository: repository, installation: installation, cluster: cluster, strategy: strategy)
                    try await site.until("version 1 is verified") { $0["release", "phase"]?.string == "verified" }
                    let asker = try await ServiceAsker("web", in: RolloutSample.namespace, of: cluster)
                    try await asker.asking { try await body(site, asker, &controller) }
                    #expect(asker.failures == [])
                    try await controller.crash()
                }
            }
        }

        @Test func `a canary by replicas is promoted, survives a kill and is taken back without a failed request`() async throws {
            let strategy =
                "{canary: {deployment: web, service: web, routing: replicas, steps: [{weight: 25, pause: 4s}, {weight: 50, pause: 1s}]}}"
            try await withSite(strategy) { site, asker, controller in
                let second = try await site.push("2", image: "2")
                let status = try await site.until("the first step") { $0.isStep(1) }
                #expect(status["release", "steps"]?.integer == 2 && status["release", "weight"]?.integer == 25)
                try await site.installation.post("/api/v1/environments/steps/hold", ["reason": "let me look"])
                try await eventually("version 2 answers", within: .seconds(60)) { asker.has("2") }
                let start = ContinuousClock.now
                // Killed in the step: the traffic stays as it is shared.
                try await controller.crash()
                try await eventually("some are asked") { asker.all(since: start).count > 80 }
                let answers = asker.all(since: start)
                let share = answers.count { $0.text == "2" } * 100 / answers.count
                #expect((15...35).contains(share), "\(share) % of \(answers.count)")
                controller = try await site.installation.start()
                // Held, it stays at the step, over the kill and beyond the step's pause.
                let held = try await site.until("the step waits") { $0["release", "waitsFor"]?.string != nil }
                #expect(held.isStep(1) && held["release", "waitsFor"]?.string?.contains("held (let me look)") == true)
                let metrics = try await site.installation.remotely("GET", "/metrics").text
                #expect(metrics.contains(#"slipway_releases_waiting{environment="steps"} 1"#), "\(metrics)")
                try await site.installation.post("/api/v1/environments/steps/resume", ["reason": "it is fine"])
                try await site.until("version 2 is verified") { $0.isVerified(second) }
                let promoted = ContinuousClock.now
                try await eventually("more are asked") { asker.all(since: promoted).count > 20 }
                #expect(!asker.has("1", since: promoted))
                #expect(!site.picture.contains { $0.contains("canary") }, "\(site.picture)")

                let bad = try await site.push("3", image: "bad")
                try await site.until("version 3 is taken back") { $0.isRolledBack(bad) }
                #expect(!asker.has("3"))
                try await site.installation.post("/api/v1/environments/steps/resume", ["reason": "on we go"])

                _ = try await site.push("4", image: "4")
                try await eventually("version 4 answers", within: .seconds(60)) { asker.has("4") }
                try await site.installation.post("/api/v1/environments/steps/rollback", ["reason": "by hand"])
                try await eventually("the first write", within: .seconds(30)) { site.selector?["pod-template-hash"] != nil }
                let written = ContinuousClock.now
                try await site.until("it is taken back") {
                    $0["release", "kind"]?.string == "rollback" && $0["release", "phase"]?.string == "verified"
                }
                try await eventually("some are asked") { asker.all(since: written).count > 20 }
                // The cluster's own proxy learns of a changed Service a moment after it is written.
                #expect(!asker.has("4", since: written + .milliseconds(500)))
                #expect(site.selector == ["app": "web"])
                #expect(!site.picture.contains { $0.contains("canary") }, "\(site.picture)")
            }
        }

        @Test func `what takes the place of a release in its steps and then waits leaves the old version as it was`() async throws {
            try await withSite("{blueGreen: {deployment: web, service: web, pause: 60s}}") { site, asker, _ in
                _ = try await site.push("2", image: "2")
                try await site.until("the first step") { $0.isStep(1) }
                try await eventually("all stand beside", within: .seconds(60)) {
                    site.picture.count { $0 == "Pod sample.example/ranking:2 Running" } == 3
                }
                // Nothing is healed here: what the way back writes has to be right by itself.
                let policy = "promotion: {supersede: running, approvals: {role: admin, required: 1}}\n  reconcile: {drift: report}"
                let third = try await site.push("3", image: "3", policy: policy)
                let waiting = try await site.until("version 3 waits") {
                    $0["release", "phase"]?.string == "blocked" && $0["release", "revision", "id"]?.string == third
                }
                #expect(waiting["drift"]?.string == nil)
                #expect(site.selector == ["app": "web"])
                try await eventually("version 2 has ended", within: .seconds(60)) {
                    !site.picture.contains { $0.contains("ranking:2") }
                }
                #expect(site.selector == ["app": "web"] && !asker.has("2"))
            }
        }

        @Test func `blue/green looks without traffic and switches without a failed request`() async throws {
            try await withSite("{blueGreen: {deployment: web, service: web, pause: 2s}}") { site, asker, controller in
                let second = try await site.push("2", image: "2")
                try await site.until("the first step") { $0.isStep(1) }
                try await eventually("all stand beside", within: .seconds(60)) {
                    site.picture.count { $0 == "Pod sample.example/ranking:2 Running" } == 3
                }
                #expect(!asker.has("2"))
                try await site.until("the switch") { $0.isStep(2) }
                try await eventually("version 2 answers", within: .seconds(60)) { asker.has("2") }
                try await controller.crash()
                controller = try await site.installation.start()
                try await site.until("version 2 is verified") { $0.isVerified(second) }
                #expect(site.selector == ["app": "web"])
                #expect(!site.picture.contains { $0.contains("canary") }, "\(site.picture)")
                let answers = asker.all().filter { !$0.isFailure }.map(\.text)
                let switched = answers.firstIndex(of: "2") ?? 0
                #expect(!answers.dropFirst(switched + 1).contains("1"), "no way back and forth")

                let bad = try await site.push("3", image: "bad")
                try await site.until("version 3 is taken back") { $0.isRolledBack(bad) }
                #expect(!asker.has("3") && site.selector == ["app": "web"])
            }
        }
    }
}
