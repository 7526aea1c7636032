import LocalCluster
import Manifests
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension LargeTests {
    /// Two controllers, each with a Journal of its own under the same keys, and one cluster.
    @Suite struct LeadershipTests {
        @Test func `a controller that stood still is deposed, and what it would do late is not done`() async throws {
            try await withTemporaryFolder("slipway-leadership") { folder in
                let sample = SampleEnvironment()
                let repository = try await WatchedRepository(in: folder.path)
                let one = try await repository.push(sample.files.mapValues { $0 })
                let cluster = try await SampleCluster.start(in: folder.file("cluster"))
                let result: Result<Void, any Error>
                do {
                    try await depose(sample, repository, cluster, first: one, in: folder)
                    result = .success(())
                } catch {
                    result = .failure(error)
                }
                await cluster.stop()
                try result.get()
            }
        }

        private func depose(
            _ sample: SampleEnvironment, _ repository: WatchedRepository, _ cluster: SampleCluster, first one: String,
            in folder: TemporaryFolder
        ) async throws {
            try folder.write("", to: "a/.keep")
            try folder.write("", to: "b/.keep")
            func installation(_ name: String) throws -> Installation {
                try Installation(
                    in: folder.file(name), repository: repository, kubeconfig: cluster.kubeconfig,
                    lease: "{namespace: default, name: slipway, duration: 5s}")
            }
            let a = try installation("a"), b = try installation("b")
            let first = try await a.start()
            let leading = try await a.until("the first version is verified by a", in: sample.name) { $0.isVerified(one) }
            #expect(leading["leadership", "state"] == "leading")
            let holder = try #require(leading["leadership", "holder"]?.string)

            try await tool("install", "-d", "-m", "700", b.state)
            try await tool("cp", "-p", a.state + "/sealing.key", a.state + "/signing.pem", b.state)
            let second = try await b.start()
            let standby = try await b.until("b is on standby", in: sample.name) { $0["leadership", "state"] == "standby" }
            #expect(standby["leadership", "holder"]?.string == holder)
            #expect(standby["note"]?.string == "on standby: \(holder) leads in cluster default")
            let refused = try await b.slipway("hold", sample.name, "--reason", "a test")
            #expect(refused.ending == .exited(6))
            #expect(refused.text.contains("this controller is on standby: \(holder) leads"), "\(refused.text)")

            kill(first.id, SIGSTOP)
            let changed = SampleEnvironment(version: "2", settings: ["settings": "two"])
            let two = try await repository.push(changed.files.mapValues { $0 })
            try await b.post("/api/v1/notify")
            try await b.until("b leads and has verified the second version", in: sample.name, within: .seconds(40)) { $0.isVerified(two) }
            let picture = cluster.picture(of: sample.namespace)
            let versions = versions(cluster, sample)

            // To a the cluster now differs from all that it knows, and it has a lease that it thinks is its own.
            kill(first.id, SIGCONT)
            try await a.until("a sees that b leads", in: sample.name) { $0["leadership", "state"] == "standby" }
            try await a.post("/api/v1/notify")
            try await a.until("a only watches", in: sample.name) { $0["note"]?.string?.hasPrefix("on standby") == true }
            #expect(versions == self.versions(cluster, sample), "nothing was written late")
            #expect(cluster.picture(of: sample.namespace) == picture)

            kill(second.id, SIGTERM)
            #expect(try await second.wait() == .exited(0))
            try await a.until("a leads again and comes to the second version", in: sample.name) {
                $0["leadership", "state"] == "leading" && $0.isVerified(two)
            }
            #expect(cluster.picture(of: sample.namespace) == picture)
            try await first.crash()
        }

        /// The version of each object that Slipway writes.
        private func versions(_ cluster: SampleCluster, _ sample: SampleEnvironment) -> [String] {
            cluster.cluster.store.list(.configMaps, namespace: sample.namespace).items.map {
                "\($0.name ?? "") \($0.resourceVersion ?? "")"
            }
        }
    }
}
