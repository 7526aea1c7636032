import LocalCluster
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// A Namespace that is being deleted, and that a finalizer of one of its objects keeps from going.
    @Suite struct NamespaceTests {
        @Test func `a release waits for a namespace that cannot go, says what holds it, and goes on by itself`() async throws {
            try await withTemporaryFolder("slipway-namespace") { folder in
                let first = SampleEnvironment()
                let next = SampleEnvironment(version: "2", settings: ["settings": "two"])
                let repository = try await WatchedRepository(in: folder.path)
                var revision = try await repository.push(first.files.mapValues { $0 })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let controller = try await installation.start()
                    try await installation.until("the first is verified", in: first.name) { $0.isVerified(revision) }
                    let held = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.com/hold]}\n"
                    try folder.write(held, to: "held.yaml")
                    try await cluster.kubectl("create", "-n", first.namespace, "-f", folder.file("held.yaml"))
                    try await cluster.kubectl("delete", "namespace", first.namespace, "--wait=false")
                    revision = try await repository.push(next.files.mapValues { $0 })
                    try await installation.post("/api/v1/notify")
                    let status = try await installation.until("it says what it waits for", in: first.name) {
                        $0["release", "lastError"]?.string?.contains("example.com/hold") == true
                    }
                    let words = status["release", "lastError"]?.string ?? ""
                    #expect(words.contains("Namespace \(first.namespace) is being deleted"), "\(words)")
                    #expect(words.contains("configmaps"), "\(words)")
                    #expect(status["release", "phase"]?.string == "preflight")
                    try await cluster.kubectl(
                        "patch", "configmap", "held", "-n", first.namespace, "--type=merge", "-p", #"{"metadata":{"finalizers":null}}"#)
                    try await installation.until("the second is verified", in: first.name, within: .seconds(90)) { $0.isVerified(revision) }
                    let picture = cluster.picture(of: first.namespace)
                    #expect(picture.contains("Pod sample.example/app:2 Running"), "\(picture)")
                    #expect(!picture.contains { $0.hasPrefix("ConfigMap held") })
                    try await controller.crash()
                }
            }
        }
    }
}
