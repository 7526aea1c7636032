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
    /// Commands that act while no controller runs.
    @Suite struct AloneTests {
        private static let lease = "{namespace: default, name: slipway, duration: 5s}"

        @Test func `without controller, remote and mirror an environment goes back, is killed on the way, and stays back`() async throws {
            try await withTemporaryFolder("slipway-alone") { folder in
                let sample = SampleEnvironment()
                let repository = try await WatchedRepository(in: folder.path)
                let one = try await repository.push(sample.files.mapValues { $0 })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(
                        in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig, lease: Self.lease)
                    let controller = try await installation.start()
                    try await installation.until("the first version is verified", in: sample.name) { $0.isVerified(one) }
                    let before = cluster.picture(of: sample.namespace)
                    let newer = SampleEnvironment(version: "2", settings: ["settings": "two", "added": "new"])
                    let two = try await repository.push(newer.files.mapValues { $0 })
                    try await installation.post("/api/v1/notify")
                    try await installation.until("the second version is verified", in: sample.name) { $0.isVerified(two) }

                    // A controller that is there and does not listen is not gone round.
                    try await tool("rm", installation.state + "/slipway.sock")
                    let locked = try await installation.slipway("rollback", sample.name, "--reason", "a test")
                    #expect(locked.ending == .exited(1))
                    #expect(locked.text.contains("is in use by process \(controller.id)"), "\(locked.text)")
                    try await controller.crash()
                    try await tool("rm", "-rf", repository.url, installation.state + "/mirror.git")

                    let shown = try await installation.slipway("rollback", sample.name, "--dry-run")
                    #expect(shown.ending == .exited(3), "\(shown.text)")
                    #expect(shown.text.contains("ConfigMap") && shown.text.contains("settings"), "\(shown.text)")
                    let unknown = try await installation.slipway("hold", "onli", "--reason", "a test")
                    #expect(unknown.ending == .exited(1) && unknown.text.contains("did you mean \"only\"?"), "\(unknown.text)")

                    try await killedOnTheWay(installation, sample)
                    let back = try await installation.slipway("rollback", sample.name, "--reason", "it is slow")
                    #expect(back.ending == .exited(0), "\(back.text)")
                    #expect(back.text.contains("the controller is not running; this command acts by itself"))
                    #expect(back.text.contains("only runs \(one.prefix(10)), verified"), "\(back.text)")
                    #expect(cluster.picture(of: sample.namespace).filter(Self.isConfigMap) == before.filter(Self.isConfigMap))
                    try await eventually("only version 1 runs") {
                        cluster.picture(of: sample.namespace).filter { $0.hasPrefix("Pod") } == ["Pod sample.example/app:1 Running"]
                    }
                    #expect(try await cluster.kubectl("get", "lease", "slipway", "-o", "jsonpath=<{.spec.holderIdentity}>") == "<>")

                    let again = try await installation.slipway("freeze", sample.name, "--reason", "the holidays")
                    #expect(again.ending == .exited(0), "\(again.text)")
                    #expect(try await installation.slipway("thaw", sample.name).ending == .exited(0))
                    try await recordIsWhole(installation)

                    let next = try await installation.start()
                    let status = try await installation.until("the controller knows it", in: sample.name) { $0.isVerified(one) }
                    #expect(status["hold", "reason"]?.string == "rolled back to \(one.prefix(10)) by \(Self.user): it is slow")
                    #expect(status["release", "kind"]?.string == "rollback")
                    try await next.crash()
                }
            }
        }

        /// At some write in the middle, as if the machine had gone.
        private func killedOnTheWay(_ installation: Installation, _ sample: SampleEnvironment) async throws {
            let child = try await Child(
                [Built.slipway, "rollback", sample.name, "--reason", "it is slow", "--state", installation.state],
                environment: ["SLIPWAY_CRASH_AT": "after:4"], output: installation.folder + "/killed.log")
            let ending = try await child.wait()
            let text = try Files.text(installation.folder + "/killed.log")
            #expect(ending == .killed(signal: SIGKILL), "\(text)")
        }

        private func recordIsWhole(_ installation: Installation) async throws {
            #expect(try await installation.slipway("audit", "verify").ending == .exited(0))
            let audit = try await outcome(
                [Built.slipway, "audit", "-o", "json", "--limit", "1000", "--state", installation.state])
            let text = audit.text[(audit.text.firstIndex(of: "{") ?? audit.text.startIndex)...]
            let entries = try JSON.parse(Array(text.utf8))["entries"]?.array ?? []
            let asked = entries.filter { $0["action"]?.string == "rollback.requested" }
            #expect(asked.count == 1, "the second command went on with the release of the first")
            #expect(asked.first?["actor"]?.string == Self.user && asked.first?["source"] == "socket")
            #expect(entries.contains { $0["action"]?.string == "freeze.set" || $0["action"]?.string?.hasPrefix("freeze") == true })
        }

        @Test func `beside another leader nothing is stored`() async throws {
            try await withTemporaryFolder("slipway-alone-lease") { folder in
                let sample = SampleEnvironment()
                let repository = try await WatchedRepository(in: folder.path)
                let one = try await repository.push(sample.files.mapValues { $0 })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    for name in ["a", "b"] { try folder.write("", to: "\(name)/.keep") }
                    func installation(_ name: String) throws -> Installation {
                        try Installation(
                            in: folder.file(name), repository: repository, kubeconfig: cluster.kubeconfig, lease: Self.lease)
                    }
                    let a = try installation("a"), b = try installation("b")
                    let leader = try await a.start()
                    try await a.until("a has verified it", in: sample.name) { $0.isVerified(one) }
                    let other = try await b.start()
                    try await b.until("b is on standby", in: sample.name) { $0["leadership", "state"] == "standby" }
                    try await other.crash()
                    let refused = try await b.slipway("hold", sample.name, "--reason", "a test")
                    #expect(refused.ending == .exited(6), "\(refused.text)")
                    #expect(refused.text.contains("leads in cluster default, for more than 10 s"), "\(refused.text)")
                    let status = try await b.slipway("status", "-o", "json").text
                    #expect(!status.contains("\"hold\""), "\(status)")
                    try await leader.crash()
                }
            }
        }

        private static func isConfigMap(_ line: String) -> Bool { line.hasPrefix("ConfigMap") }
        private static var user: String { getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "" }
    }
}
