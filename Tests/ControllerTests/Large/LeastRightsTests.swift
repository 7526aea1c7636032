import LocalCluster
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// A controller that may do what `slipway init cluster` grants and no more: RBAC is enforced by the cluster.
    @Suite struct LeastRightsTests {
        @Test(arguments: ["cluster", "namespaced"])
        func `the printed rights suffice for releases, drift, rollback and events`(mode: String) async throws {
            try await withTemporaryFolder("slipway-rights") { folder in
                var sample = SampleEnvironment()
                let repository = try await WatchedRepository(in: folder.path)
                func push(_ sample: SampleEnvironment) async throws -> String {
                    // Environments of the namespaced mode find their namespace there.
                    try await repository.push(
                        sample.files.mapValues { text -> String? in
                            mode == "cluster" ? text : text.replacing("createNamespace: true", with: "createNamespace: false")
                        })
                }
                var revision = try await push(sample)
                try await withCluster(in: folder.file("cluster")) { cluster in
                    try await grant(mode, to: sample, in: cluster, folder: folder)
                    let installation = try Installation(
                        in: folder.path, repository: repository,
                        kubeconfig: try cluster.cluster.kubeconfig(serviceAccount: "slipway", namespace: "slipway"))
                    let controller = try await installation.start()
                    try await installation.until("the first is verified", in: sample.name) { $0.isVerified(revision) }
                    sample.settings = ["other": "two"]
                    sample.version = "2"
                    revision = try await push(sample)
                    try await installation.post("/api/v1/notify")
                    try await installation.until("the second is verified", in: sample.name) { $0.isVerified(revision) }
                    #expect(!cluster.picture(of: sample.namespace).contains { $0.hasPrefix("ConfigMap settings") }, "pruned")
                    _ = try await cluster.kubectl("delete", "configmap", "other", "-n", sample.namespace)
                    try await eventually("the drift is put right", within: .seconds(20)) {
                        cluster.picture(of: sample.namespace).contains { $0.hasPrefix("ConfigMap other") }
                    }
                    sample.version = "bad"
                    revision = try await push(sample)
                    try await installation.post("/api/v1/notify")
                    try await installation.until("the bad one is taken back", in: sample.name, within: .seconds(60)) {
                        $0.isRolledBack(revision)
                    }
                    let reasons = try await eventually("the events are written") { () async throws -> String? in
                        let reasons = try await cluster.kubectl(
                            "get", "events", "-n", sample.namespace, "-o", "jsonpath={.items[*].reason}")
                        return reasons.contains("ReleaseRolledBack") ? reasons : nil
                    }
                    for reason in ["ReleaseStarted", "ReleaseVerified", "DriftHealed"] { #expect(reasons.contains(reason), "\(reasons)") }
                    try await controller.crash()
                }
            }
        }

        @Test func `a right that is missing is named before anything is changed`() async throws {
            try await withTemporaryFolder("slipway-rights") { folder in
                let sample = SampleEnvironment()
                let repository = try await WatchedRepository(in: folder.path)
                _ = try await repository.push(sample.files.mapValues { $0 })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    try await grant("cluster", to: sample, in: cluster, folder: folder)
                    _ = try await cluster.kubectl("delete", "clusterrolebinding", "-l", "app.kubernetes.io/name=slipway")
                    let installation = try Installation(
                        in: folder.path, repository: repository,
                        kubeconfig: try cluster.cluster.kubeconfig(serviceAccount: "slipway", namespace: "slipway"))
                    let controller = try await installation.start()
                    let status = try await installation.until("the release has failed", in: sample.name) {
                        $0["release", "phase"]?.string == "failed"
                    }
                    let reason = status["release", "failure", "message"]?.string ?? JSON.string(status)
                    #expect(reason.contains("deployments") && reason.contains("patch"), "\(reason)")
                    #expect(cluster.picture(of: sample.namespace).isEmpty)
                    try await controller.crash()
                }
            }
        }

        private func grant(_ mode: String, to sample: SampleEnvironment, in cluster: SampleCluster, folder: TemporaryFolder) async throws {
            for namespace in ["slipway"] + (mode == "cluster" ? [] : [sample.namespace]) {
                _ = try await cluster.kubectl("create", "namespace", namespace)
            }
            let namespaces = mode == "cluster" ? [] : ["--environment-namespaces", sample.namespace]
            let (ending, text) = try await outcome([Built.slipway, "init", "cluster", "--mode", mode, "--public-repository"] + namespaces)
            guard ending == .exited(0) else { throw LargeFailure("init cluster: \(ending) \(text)") }
            try folder.write(text, to: "slipway.yaml")
            _ = try await cluster.kubectl("apply", "--server-side", "--force-conflicts", "-f", folder.file("slipway.yaml"))
        }
    }
}
