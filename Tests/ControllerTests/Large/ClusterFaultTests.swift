import LocalCluster
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// A controller against an API server that does wrong on purpose: what it brings to the cluster is the same in the end, done once.
    @Suite struct ClusterFaultTests {
        @Test func `a storm of refusals and lost answers delays a release and does nothing twice`() async throws {
            try await second { cluster in
                try cluster.set(.status(429, retryAfterSeconds: 1), verb: "patch", fraction: 0.4, seed: 3)
                try cluster.set(.dropAfter, verb: "patch", fraction: 0.3, seed: 5)
                try cluster.set(.status(500, retryAfterSeconds: nil), verb: "get", fraction: 0.2, seed: 7)
                try cluster.set(.dropAfter, verb: "update", fraction: 0.5, seed: 11)
                try cluster.set(.status(503, retryAfterSeconds: nil), verb: "list", fraction: 0.3, seed: 13)
            }
        }

        @Test func `watches that end at once or are too old lose nothing`() async throws {
            try await second { cluster in
                try cluster.set(.closeWatch(.milliseconds(300)), verb: "watch", fraction: 0.5, seed: 3)
                try cluster.set(.expired, verb: "watch", fraction: 0.5, seed: 5)
            } afterwards: { cluster, installation, sample in
                _ = try await cluster.kubectl("delete", "configmap", "settings", "-n", sample.namespace)
                try await eventually("what was deleted by hand is back", within: .seconds(30)) {
                    cluster.picture(of: sample.namespace).contains { $0.hasPrefix("ConfigMap settings") }
                }
            }
        }

        @Test func `answers that never come are given up in time`() async throws {
            try await second { cluster in
                try cluster.set(.hang, verb: "patch", count: 1)
            }
        }

        @Test func `an API server that goes in the middle of an apply comes back to the same end`() async throws {
            try await second { cluster in
                try cluster.set(.delay(.milliseconds(400)), verb: "patch")
            } amid: { cluster, installation, sample in
                try await installation.until("it applies", in: sample.name) { $0["release", "phase"]?.string == "applying" }
                await cluster.cluster.restartServer(downFor: .seconds(5))
                cluster.cluster.faults.clear()
            }
        }

        @Test func `an API server that is gone for a whole minute in the middle of an apply is waited for`() async throws {
            // Each phase may take less than the outage.
            try await second(policy: "  rollback: {automatic: true, watch: 0s}\n  rollout: {deadline: 20s}\n") { cluster in
                try cluster.set(.delay(.milliseconds(400)), verb: "patch")
            } amid: { cluster, installation, sample in
                try await installation.until("it applies", in: sample.name) { $0["release", "phase"]?.string == "applying" }
                let outage = Task { await cluster.cluster.restartServer(downFor: .seconds(60)) }
                let status = try await installation.until("it says what it waits for", in: sample.name, within: .seconds(60)) {
                    $0["release", "lastError"] != nil
                }
                #expect(status["release", "lastError"]?.string?.contains(cluster.cluster.apiURL.split(separator: "/").last ?? "") == true)
                #expect(status["release", "phase"]?.string == "applying")
                await outage.value
                cluster.cluster.faults.clear()
            }
        }

        @Test func `credentials that are refused for a while are waited for`() async throws {
            try await second { cluster in
                try cluster.set(.status(401, retryAfterSeconds: nil), user: "kubernetes-admin", count: 4)
            }
        }

        /// Brings the second version under faults, and holds the cluster against one that never had any.
        private func second(
            policy: String? = nil, _ faults: (SampleCluster) throws -> Void,
            amid: (SampleCluster, Installation, SampleEnvironment) async throws -> Void = { _, _, _ in },
            afterwards: (SampleCluster, Installation, SampleEnvironment) async throws -> Void = { _, _, _ in }
        ) async throws {
            try await withTemporaryFolder("slipway-faults") { folder in
                let first = SampleEnvironment()
                var next = SampleEnvironment(version: "2", settings: ["settings": "two", "more": "new"])
                if let policy { next.policy = policy }
                let repository = try await WatchedRepository(in: folder.path)
                var revision = try await repository.push(first.files.mapValues { $0 })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let controller = try await installation.start()
                    try await installation.until("the first is verified", in: first.name) { $0.isVerified(revision) }
                    try faults(cluster)
                    revision = try await repository.push(next.files.mapValues { $0 })
                    try await installation.post("/api/v1/notify")
                    try await amid(cluster, installation, next)
                    try await installation.until("the second is verified", in: first.name, within: .seconds(90)) { $0.isVerified(revision) }
                    let phases = (try await installation.get("/api/v1/history")["releases"]?.array ?? []).compactMap { $0["phase"]?.string }
                    #expect(phases == ["verified", "verified"], "no fault of the server is a failed Release")
                    try await afterwards(cluster, installation, next)
                    cluster.cluster.faults.clear()
                    let picture = cluster.picture(of: next.namespace)
                    #expect(picture.filter { $0.hasPrefix("ReplicaSet") }.count == 2, "one of each version: \(picture)")
                    #expect(picture.contains("Pod sample.example/app:2 Running"))
                    #expect(picture.contains { $0.hasPrefix("Inventory") && $0.contains("more") })
                    try await controller.crash()
                }
            }
        }
    }
}

extension SampleCluster {
    fileprivate func set(
        _ fault: Fault, verb: String? = nil, user: String? = nil, fraction: Double = 1, seed: UInt64 = 1, count: Int? = nil
    ) throws {
        try cluster.faults.set(FaultRule(fault, FaultMatch(verb: verb, user: user), fraction: fraction, seed: seed, count: count))
    }
}
