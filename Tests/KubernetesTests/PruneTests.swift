import HTTPTransport
import Manifests
import Synchronization
import Testing

@testable import Kubernetes

@Suite struct PruneTests {
    static let pathOfB = "\(Fixture.root)/configmaps/b"

    static func applied(
        _ objects: [Value] = [Fixture.configMap("a"), Fixture.configMap("b")]
    ) async throws -> (FakeAPIServer, EnvironmentApplier) {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        _ = try await applier.apply(objects)
        return (server, applier)
    }

    @Test func deletesWhatIsGoneFromTheSetWithPreconditions() async throws {
        let (server, applier) = try await Self.applied()
        let live = try #require(server.object(Self.pathOfB))
        #expect(try await applier.prune(keeping: [Fixture.configMap("a")], cap: .unlimited).deleted == [Fixture.id("ConfigMap", "b")])
        #expect(server.object(Self.pathOfB) == nil)
        #expect(try await applier.inventory().map(\.id.name) == ["a"])
        let request = try #require(server.requests.first { $0.method == "DELETE" })
        let options = try JSON.parse(request.body ?? [])
        #expect(options["preconditions", "uid"]?.string == live.uid)
        #expect(options["preconditions", "resourceVersion"]?.string == live.resourceVersion)
        #expect(options["propagationPolicy"] == "Background")
    }

    @Test func anObjectThatOthersMadeAnewIsNotOurs() async throws {
        let (server, applier) = try await Self.applied()
        let old = try #require(server.object(Self.pathOfB))
        server.remove(Self.pathOfB)
        server.put(Self.pathOfB, old)  // with our labels and another UID
        #expect(server.object(Self.pathOfB)?.uid != old.uid)
        #expect(try await applier.prune(keeping: [Fixture.configMap("a")], cap: .unlimited).deleted.isEmpty)
        #expect(server.object(Self.pathOfB) != nil)
        #expect(try await applier.inventory().map(\.id.name) == ["a"])
    }

    @Test func anObjectWithoutOurLabelIsNotOurs() async throws {
        let (server, applier) = try await Self.applied()
        var live = try #require(server.object(Self.pathOfB))
        live.set(["metadata", "labels", "slipway.dev/environment"], to: nil)
        server.put(Self.pathOfB, live)
        #expect(try await applier.prune(keeping: [Fixture.configMap("a")], cap: .unlimited).deleted.isEmpty)
        #expect(server.object(Self.pathOfB) != nil)
    }

    @Test func protectedObjectsStayAndStayKnown() async throws {
        var protected = Fixture.configMap("b")
        protected.set(["metadata", "annotations", SlipwayLabel.prune], to: "disabled")
        let (server, applier) = try await Self.applied([Fixture.configMap("a"), protected, Fixture.claim])
        #expect(try await applier.prune(keeping: [Fixture.configMap("a")], cap: .unlimited).deleted.isEmpty)
        #expect(server.object(Self.pathOfB) != nil)
        #expect(try await applier.inventory().map(\.id.name) == ["a", "b", "data"])
    }

    @Test func whatHoldsDataNeedsAWord() async throws {
        var claim = Fixture.claim
        claim.set(["metadata", "annotations", SlipwayLabel.prune], to: "enabled")
        let (_, applier) = try await Self.applied([Fixture.configMap("a"), claim])
        #expect(try await applier.plan([Fixture.configMap("a")]).map(\.action) == [.unchanged, .delete])
        #expect(try await applier.prune(keeping: [Fixture.configMap("a")], cap: .unlimited).deleted.map(\.name) == ["data"])
    }

    @Test func foregroundWhenThePolicyHasItSo() async throws {
        let (server, _) = try await Self.applied()
        var settings = EnvironmentSettings(environment: "staging", namespace: "nova-staging")
        settings.prunePropagation = .foreground
        _ = try await EnvironmentApplier(client: server.client(), settings: settings).prune(
            keeping: [Fixture.configMap("a")], cap: .unlimited)
        let request = try #require(server.requests.first { $0.method == "DELETE" })
        #expect(try JSON.parse(request.body ?? [])["propagationPolicy"] == "Foreground")
    }

    @Test func aboveTheCapNothingIsDeleted() async throws {
        let (server, applier) = try await Self.applied((0..<6).map { Fixture.configMap("c\($0)") })
        let error = await #expect(throws: KubernetesError.self) {
            try await applier.prune(
                keeping: [Fixture.configMap("c0"), Fixture.configMap("c1")], cap: PruneCap(maximumObjects: 10, maximumPercent: 50))
        }
        #expect(error?.code == .refused)
        #expect(
            error?.message.hasPrefix(
                "Environment staging: 4 of 6 objects would be deleted, the prune cap allows 10 objects and 50 %: ConfigMap nova-staging/c2,"
            ) == true)
        #expect(!server.writes.contains { $0.hasPrefix("DELETE") })
        await #expect(throws: KubernetesError.self) {
            try await applier.prune(keeping: [], cap: PruneCap(maximumObjects: 100, maximumPercent: 99))
        }
    }

    @Test func whatFinalizersHoldStaysInTheInventory() async throws {
        let (server, applier) = try await Self.applied()
        var live = try #require(server.object(Self.pathOfB))
        live.set(["metadata", "finalizers"], to: ["x.dev/hold"])
        server.put(Self.pathOfB, live)
        let words = Mutex<[String]>([])
        let outcome = try await applier.prune(keeping: [Fixture.configMap("a")], cap: .unlimited) { text in
            words.withLock { $0.append(text) }
        }
        #expect(outcome.deleted.map(\.name) == ["b"])
        #expect(outcome.held.map(\.finalizers) == [["x.dev/hold"]])
        #expect(
            words.withLock { $0.last }
                == "ConfigMap nova-staging/b is deleted: it waits for the finalizer x.dev/hold, which its controller has to remove")
        #expect(words.withLock { $0.count } < 40, "it looks less and less often")
        #expect(server.state.withLock { $0.elapsed } < .seconds(65))
        #expect(try await applier.inventory().map(\.id.name) == ["a", "b"])
        server.remove(Self.pathOfB)
        #expect(try await applier.prune(keeping: [Fixture.configMap("a")], cap: .unlimited).deleted.isEmpty)
        #expect(try await applier.inventory().map(\.id.name) == ["a"])
    }

    @Test func anObjectThatChangesMeanwhileIsLookedAtAgain() async throws {
        let (server, _) = try await Self.applied()
        let racing = FakeAPIServer(continuing: server) { _, request in
            guard request.method == "DELETE", let live = server.object(Self.pathOfB), live.annotations == nil else { return nil }
            var changed = live
            changed.set(["metadata", "annotations", "touched"], to: "yes")
            server.put(Self.pathOfB, changed)
            return .status(409, body: ["kind": "Status", "reason": "Conflict", "message": "Precondition failed", "code": 409])
        }
        let deleted = try await Fixture.applier(racing).prune(keeping: [Fixture.configMap("a")], cap: .unlimited)
        #expect(deleted.deleted.map(\.name) == ["b"])
        #expect(racing.requests.filter { $0.method == "DELETE" }.count == 2)
    }
}
