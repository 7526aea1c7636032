import LocalCluster
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// What others do to a cluster in the middle of a rollout, while a step is watched or waits for a person.
    @Suite(.serialized) struct RolloutKeepTests {
        private static let canary = "{canary: {deployment: web, service: web, routing: replicas, steps: [{weight: 34, pause: 600s}]}}"

        @Test func `what is deleted while a step waits is made again, also after a restart`() async throws {
            try await withTemporaryFolder("slipway-rollout-keep") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                try await repository.push(RolloutSample(version: "1", strategy: Self.canary).files)
                try await withCluster(in: folder.file("cluster")) { cluster in
                    try Files.write(RolloutSample.images, to: folder.file("cluster") + "/images.yaml")
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let site = RolloutSite(repository: repository, installation: installation, cluster: cluster, strategy: Self.canary)
                    let first = try await installation.start()
                    let second = try await deletedWhileRunning(site)
                    try await first.crash()
                    try await delete("deployment/web", of: site)
                    try await eventually("the old version is gone", within: .seconds(60)) {
                        !site.picture.contains { $0.contains("ranking:1") }
                    }
                    let again = try await installation.start()
                    try await goesOn(site, to: second)
                    try await again.crash()
                }
            }
        }

        private func deletedWhileRunning(_ site: RolloutSite) async throws -> String {
            try await site.until("version 1 is verified") { $0["release", "phase"]?.string == "verified" }
            let second = try await site.push("2", image: "2")
            try await site.until("the first step") { $0.isStep(1) }
            try await site.installation.post("/api/v1/environments/steps/hold", ["reason": "let me look"])
            try await whole(site)
            for object in ["configmap/settings", "service/web", "service/web-canary", "deployment/web"] {
                try await delete(object, of: site)
            }
            try await whole(site)
            let entries = try await site.installation.get("/api/v1/audit")["entries"]?.array ?? []
            let healed = entries.filter { $0["action"]?.string == "drift.healed" }.compactMap { $0["reason"]?.string }
            #expect(healed.contains { $0.contains("differed from step 1 of release 2") }, "\(healed)")
            return second
        }

        /// The step is still what it was.
        private func goesOn(_ site: RolloutSite, to revision: String) async throws {
            try await whole(site)
            try await site.until("the step is healthy") { $0.isStep(1) && $0["health"]?.string == "healthy" }
            try await site.installation.post("/api/v1/environments/steps/resume", ["reason": "it is fine"])
            try await site.installation.post("/api/v1/environments/steps/skip", ["reason": "long enough"])
            try await site.until("version 2 is verified") { $0.isVerified(revision) }
            #expect(!site.picture.contains { $0.contains("canary") }, "\(site.picture)")
        }

        private func delete(_ object: String, of site: RolloutSite) async throws {
            try await site.cluster.kubectl("delete", object, "-n", RolloutSample.namespace, "--wait=false")
        }

        /// Three Pods of version 1 and one of version 2, with all that they need.
        private func whole(_ site: RolloutSite) async throws {
            let objects = [
                "ConfigMap settings ", "ConfigMap settings-canary ", "Service web ", "Service web-canary ", "Deployment web ",
                "Deployment web-canary ",
            ]
            let pods = (1...3).map { _ in "Pod sample.example/ranking:1 Running" } + ["Pod sample.example/ranking:2 Running"]
            try await eventually("both versions are whole", within: .seconds(90)) {
                let picture = site.picture
                guard picture.filter({ $0.hasPrefix("Pod ") }) == pods else { return false }
                return objects.allSatisfy { object in picture.contains { $0.hasPrefix(object) } }
            }
            #expect(try await site.installation.environment("steps").isStep(1))
        }
    }
}
