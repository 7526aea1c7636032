import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// What others do to the verified Bundle in the cluster, and what the controller asks the API server while nothing happens.
    @Suite struct DriftTests {
        @Test func `a change by hand is put right at once, and while nothing changes nothing is asked`() async throws {
            var sample = SampleEnvironment()
            sample.policy = sample.policy.replacing("maxRestarts: 1", with: "maxRestarts: 1, conflicts: {takeOver: [kubectl-patch]}")
            try await verified(sample) { cluster, installation, sample in
                let before = cluster.picture(of: sample.namespace)
                let took = try await ContinuousClock().measure {
                    _ = try await cluster.kubectl(
                        "patch", "configmap", "settings", "-n", sample.namespace, "--type=merge", "-p", #"{"data":{"text":"by hand"}}"#)
                    try await eventually("the ConfigMap is as it was") {
                        try await cluster.kubectl(
                            "get", "configmap", "settings", "-n", sample.namespace, "-o", "jsonpath={.data.text}") == "one"
                    }
                    _ = try await cluster.kubectl("delete", "deployment", "app", "-n", sample.namespace, "--wait=false")
                    try await eventually("the Deployment is back, and its Pod runs", within: .seconds(30)) {
                        cluster.picture(of: sample.namespace) == before
                    }
                }
                #expect(took < .seconds(20))
                let healed = try await eventually("both are in the record") { () async throws -> [Value]? in
                    let entries = try await installation.get("/api/v1/audit")["entries"]?.array ?? []
                    let healed = entries.filter { $0["action"]?.string == "drift.healed" }
                    return healed.count >= 2 ? healed : nil
                }
                #expect(healed.contains { $0["outcome"]?.string == "update ConfigMap \(sample.namespace)/settings" }, "\(healed)")
                try await installation.until("it is healthy", in: sample.name) { $0["health"]?.string == "healthy" }
                let quiet = try await eventually("it has come to rest", within: .seconds(20)) { () async throws -> Double? in
                    let first = try await installation.clusterCalls()
                    try await installation.post("/api/v1/notify")
                    try await installation.until("it has looked", in: sample.name) { $0["health"]?.string == "healthy" }
                    return try await installation.clusterCalls() == first ? first : nil
                }
                for _ in 1...20 { try await installation.post("/api/v1/notify") }
                #expect(try await installation.clusterCalls() == quiet, "a look at an unchanged cluster asks it nothing")
            }
        }

        @Test func `drift that is only to be reported is shown and left`() async throws {
            var sample = SampleEnvironment()
            sample.policy += "  reconcile: {drift: report}\n"
            try await verified(sample) { cluster, installation, sample in
                _ = try await cluster.kubectl("delete", "configmap", "settings", "-n", sample.namespace)
                let status = try await installation.until("the drift is shown", in: sample.name) { $0["drift"]?.string != nil }
                #expect(
                    status["drift"]?.string?.hasPrefix("ConfigMap \(sample.namespace)/settings of the verified bundle does not exist")
                        == true)
                let found = try await eventually("it is in the record") { () async throws -> [Value]? in
                    let entries = try await installation.get("/api/v1/audit")["entries"]?.array ?? []
                    let found = entries.filter { $0["action"]?.string == "drift.found" }
                    return found.isEmpty ? nil : found
                }
                #expect(found.count == 1)
                for _ in 1...5 { try await installation.post("/api/v1/notify") }
                #expect(!cluster.picture(of: sample.namespace).contains { $0.hasPrefix("ConfigMap settings") })
            }
        }

        private func verified(
            _ sample: SampleEnvironment, _ body: (SampleCluster, Installation, SampleEnvironment) async throws -> Void
        ) async throws {
            try await withTemporaryFolder("slipway-drift") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                let revision = try await repository.push(sample.files.mapValues { $0 })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let controller = try await installation.start()
                    try await installation.until("it is verified", in: sample.name) { $0.isVerified(revision) }
                    try await body(cluster, installation, sample)
                    try await controller.crash()
                }
            }
        }
    }
}
