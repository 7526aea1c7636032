import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// A cluster that speaks HTTP/2, as real ones do: all requests and watches share few connections.
    @Suite struct HTTP2Tests {
        @Test(arguments: [100, 5])
        func `releases, watches, logs and rollbacks go over few connections, also when these are lost`(streams: Int) async throws {
            try await withTemporaryFolder("slipway-http2") { folder in
                var sample = SampleEnvironment(settings: ["settings": "one"])
                let repository = try await WatchedRepository(in: folder.path)
                func push(_ sample: SampleEnvironment) async throws -> String { try await repository.push(sample.files.mapValues { $0 }) }
                let first = try await push(sample)
                try await withCluster(in: folder.file("cluster")) { cluster in
                    try await cluster.kubectl("create", "namespace", "slipway")
                    try await cluster.kubectl("create", "serviceaccount", "slipway", "-n", "slipway")
                    try await cluster.kubectl(
                        "create", "clusterrolebinding", "slipway", "--clusterrole=cluster-admin", "--serviceaccount=slipway:slipway")
                    let front = try HTTP2Front(in: folder.file("front"), of: cluster, account: "slipway", streams: streams)
                    var running = try await front.start()
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: front.kubeconfig)
                    let controller = try await installation.start()
                    try await installation.until("the first is verified", in: sample.name) { $0.isVerified(first) }

                    _ = try await cluster.kubectl("delete", "configmap", "settings", "-n", sample.namespace)
                    try await eventually("a watch tells of it, and it is put right", within: .seconds(20)) {
                        cluster.picture(of: sample.namespace).contains { $0.hasPrefix("ConfigMap settings") }
                    }
                    let asked = try front.asked.filter { $0[3] != "/readyz" }
                    #expect(asked.count > 30 && asked.allSatisfy { $0[0] == "HTTP/2" }, "\(asked)")
                    let connections = Set(asked.map { $0[1] })
                    #expect(connections.count <= 3 + 100 / streams, "\(connections.count) connections for \(asked.count) requests")

                    // Ready when the test says so: the connection is lost in the middle of the rollout.
                    sample.version = "2"
                    sample.readinessCommand = ["/usr/bin/test", "-e", folder.file("gate")]
                    let second = try await push(sample)
                    try await installation.post("/api/v1/notify")
                    try await installation.until("it is under way", in: sample.name) {
                        $0["release", "phase"]?.string == "rollingOut" && $0["release", "revision", "id"]?.string == second
                    }
                    try await running.crash()
                    try await installation.until("the loss is said", in: sample.name) {
                        $0["release", "lastError"]?.string != nil
                    }
                    running = try await front.start()
                    try folder.write("", to: "gate")
                    try await installation.until("the second is verified", in: sample.name, within: .seconds(60)) { $0.isVerified(second) }

                    sample.version = "bad"
                    sample.readinessCommand = nil
                    let bad = try await push(sample)
                    try await installation.post("/api/v1/notify")
                    let status = try await installation.until("the bad one is taken back", in: sample.name, within: .seconds(60)) {
                        $0.isRolledBack(bad)
                    }
                    #expect(status["release", "failure", "message"]?.string?.contains("fatal: no model") == true, "\(JSON.string(status))")
                    try await controller.crash()
                    try await running.crash()
                }
            }
        }
    }
}
