import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// Ways back to objects that cannot go back whole, and to some that others made meanwhile.
    @Suite struct WayBackTests {
        private static let storageClass = """
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: growing}
            provisioner: sample.example/none
            allowVolumeExpansion: true

            """

        private static func files(_ version: String, size: String, extra: Bool) -> [String: String?] {
            var sample = SampleEnvironment(version: version)
            if extra { sample.settings["extra"] = "ours" }
            var files = sample.files
            let claim = """
                ---
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data, labels: {version: "\(version)"}}
                spec: {storageClassName: growing, accessModes: [ReadWriteOnce], resources: {requests: {storage: \(size)}}}

                """
            let volume = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]"
            files["environments/only/app.yaml"]? += claim
            files["environments/only/app.yaml"] = files["environments/only/app.yaml"]?.replacing(
                "terminationGracePeriodSeconds: 1", with: "terminationGracePeriodSeconds: 1\n      \(volume)")
            return files.mapValues(Optional.some)
        }

        @Test func `a claim that grew and an object made again by hand do not keep the rest from going back`() async throws {
            try await withTemporaryFolder("slipway-wayback") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                let first = try await repository.push(Self.files("1", size: "10Gi", extra: true))
                try await withCluster(in: folder.file("cluster")) { cluster in
                    try Files.write(Self.storageClass, to: folder.path + "/class.yaml")
                    try await cluster.kubectl("apply", "-f", folder.path + "/class.yaml")
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let controller = try await installation.start()
                    try await installation.until("1 is verified", in: "only") { $0.isVerified(first) }
                    func size() async throws -> String {
                        try await cluster.kubectl(
                            "get", "pvc", "data", "-n", "sample-only",
                            "-o", "jsonpath={.spec.resources.requests.storage} {.metadata.labels.version}")
                    }
                    func audit(_ action: String) async throws -> [Value] {
                        (try await installation.get("/api/v1/audit")["entries"]?.array ?? []).filter { $0["action"]?.string == action }
                    }

                    let bad = try await repository.push(Self.files("bad", size: "20Gi", extra: true))
                    try await installation.post("/api/v1/notify")
                    try await installation.until("it is taken back", in: "only", within: .seconds(60)) { $0.isRolledBack(bad) }
                    #expect(cluster.picture(of: "sample-only").contains("Pod sample.example/app:1 Running"))
                    #expect(try await size() == "20Gi 1")
                    let words = "PersistentVolumeClaim sample-only/data keeps its size of 20Gi"
                    let left = try await audit("rollback.left")
                    #expect(left.count == 1 && left[0]["outcome"]?.string?.hasPrefix(words) == true, "\(left)")
                    #expect(try await installation.environment("only")["drift"]?.string?.contains("PersistentVolumeClaim") == true)

                    try await installation.post("/api/v1/environments/only/resume", ["reason": "on we go"])
                    let second = try await repository.push(Self.files("2", size: "20Gi", extra: false))
                    try await installation.post("/api/v1/notify")
                    try await installation.until("2 is verified", in: "only", within: .seconds(60)) { $0.isVerified(second) }
                    try await cluster.kubectl("create", "configmap", "extra", "-n", "sample-only", "--from-literal=text=theirs")
                    let plan = try await installation.get("/api/v1/environments/only/rollback-plan")
                    let notes = (plan["changes"]?.array ?? []).compactMap { $0["note"]?.string }
                    #expect(notes.contains { $0.hasPrefix(words) }, "\(JSON.string(plan))")
                    try await installation.post("/api/v1/environments/only/rollback", ["reason": "by hand"])
                    try await installation.until("it went back", in: "only", within: .seconds(60)) {
                        $0["release", "kind"]?.string == "rollback" && $0.isVerified(first)
                    }
                    #expect(try await size() == "20Gi 1")
                    #expect(cluster.picture(of: "sample-only").contains(#"ConfigMap extra {"data":{"text":"ours"},"spec":null}"#))
                    #expect(try await audit("rollback.left").count == 2)
                    try await controller.crash()
                }
            }
        }
    }
}
