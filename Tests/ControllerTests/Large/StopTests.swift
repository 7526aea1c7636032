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
    /// How a controller ends when it is asked to.
    @Suite struct StopTests {
        @Test func `a client that does not end its request does not keep the lease from being given back`() async throws {
            try await withTemporaryFolder("slipway-stop") { folder in
                let sample = SampleEnvironment()
                let repository = try await WatchedRepository(in: folder.path)
                let revision = try await repository.push(sample.files.mapValues { $0 })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(
                        in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig,
                        lease: "{namespace: default, name: slipway, duration: 15s}")
                    let controller = try await installation.start()
                    try await installation.until("it is verified", in: sample.name) { $0.isVerified(revision) }
                    let address = try Files.text(installation.state + "/address").split(separator: "\n").first ?? ""
                    let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
                    let slow = try SilentConnection(port: port)
                    slow.say("POST /api/v1/notify HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{")
                    kill(controller.id, SIGTERM)
                    try await eventually("the lease is given back", within: .seconds(15)) {
                        // Without a kubectl for each look, which takes the time that it waits for.
                        let lease = cluster.cluster.store.get(.leases, namespace: "default", name: "slipway")
                        return lease != nil && lease?["spec", "holderIdentity"]?.string ?? "" == ""
                    }
                    try await eventually("it has ended", within: .seconds(60)) { controller.ending != nil }
                    #expect(controller.ending == .exited(0), "\(installation.logEnd())")
                    #expect(await slow.isClosed(withinSeconds: 5))
                }
            }
        }
    }
}
