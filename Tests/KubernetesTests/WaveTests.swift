import HTTPTransport
import Manifests
import Synchronization
import Testing

@testable import Kubernetes

@Suite struct WaveTests {
    static func node(_ name: String, wave: Int64 = 0, after: String...) -> DependencyOrder.Node {
        var wave_ = ApplyWave(["apiVersion": "v1", "kind": "ConfigMap"])
        wave_.requested = wave
        return DependencyOrder.Node(
            id: Fixture.id("ConfigMap", name), wave: wave_, dependencies: Set(after.map { Fixture.id("ConfigMap", $0) }))
    }

    static func names(_ stages: [DependencyOrder.Stage]) -> [[String]] { stages.map { $0.ids.map(\.name) } }

    @Test func dependenciesGoFirstThenWaves() {
        #expect(Self.names(DependencyOrder.stages([Self.node("b"), Self.node("a")])) == [["a", "b"]])
        #expect(
            Self.names(DependencyOrder.stages([Self.node("z", wave: -1), Self.node("a"), Self.node("b", after: "c"), Self.node("c")]))
                == [["z"], ["a", "c"], ["b"]])
        // A dependency is stronger than a number.
        #expect(
            Self.names(DependencyOrder.stages([Self.node("early", wave: -5, after: "late"), Self.node("late", wave: 9), Self.node("m")]))
                == [["m"], ["late"], ["early"]])
        #expect(Self.names(DependencyOrder.stages([Self.node("a", after: "elsewhere")])) == [["a"]])
        #expect(
            Self.names(DependencyOrder.stages([Self.node("a", after: "b"), Self.node("b", after: "a"), Self.node("c")])) == [
                ["c"], ["a", "b"],
            ])
    }

    @Test func circlesAreFoundWhole() {
        let nodes = [Self.node("a", after: "b"), Self.node("b", after: "c"), Self.node("c", after: "d", "b"), Self.node("d")]
        #expect(DependencyOrder.cycle(nodes)?.map(\.name) == ["b", "c", "b"])
        #expect(DependencyOrder.cycle([Self.node("a", after: "b"), Self.node("b")]) == nil)
        let chain = (0..<20_000).map { Self.node("n\($0)", after: "n\($0 + 1)") }
        #expect(DependencyOrder.cycle(chain) == nil)
    }

    static func object(_ name: String, dependsOn: String? = nil, wave: String? = nil) -> Value {
        var object = Fixture.configMap(name)
        if let dependsOn { object.set(["metadata", "annotations", SlipwayLabel.dependsOn], to: .string(dependsOn)) }
        if let wave { object.set(["metadata", "annotations", SlipwayLabel.wave], to: .string(wave)) }
        return object
    }

    @Test(arguments: [
        (
            "Service/wbe",
            #"annotation slipway.dev/depends-on: "Service/wbe" is not among the objects of this Bundle; did you mean "Service/web"?"#
        ),
        ("core/Service/other/web", #"annotation slipway.dev/depends-on: "core/Service/other/web" is not among the objects of this Bundle"#),
        ("Service", "annotation slipway.dev/depends-on has \"Service\", and must be a list of Kind/name"),
        ("Service/web,", "annotation slipway.dev/depends-on has \"\", and must be a list of Kind/name"),
        ("ConfigMap/a", #"annotation slipway.dev/depends-on: "ConfigMap/a" is the object itself"#),
    ])
    func namesThatMeanNothingAreErrors(text: String, words: String) async throws {
        let error = await #expect(throws: KubernetesError.self) {
            try await Fixture.applier(Fixture.server()).plan([Self.object("a", dependsOn: text), Fixture.service])
        }
        #expect(error?.message.hasPrefix("ConfigMap nova-staging/a: \(words)") == true, "\(error?.message ?? "")")
    }

    @Test func aCircleIsNamedInFull() async throws {
        let error = await #expect(throws: KubernetesError.self) {
            try await Fixture.applier(Fixture.server()).plan([
                Self.object("a", dependsOn: "ConfigMap/b"), Self.object("b", dependsOn: "core/ConfigMap/nova-staging/a"),
            ])
        }
        #expect(
            error?.message
                == "these objects depend on one another in a circle (slipway.dev/depends-on): ConfigMap nova-staging/a -> ConfigMap nova-staging/b -> ConfigMap nova-staging/a"
        )
    }

    static let claimPath = "\(Fixture.root)/persistentvolumeclaims/data"

    /// A claim that is bound when it has been looked at for the third time, or never.
    static func run(bound: Bool, _ objects: [Value]) async throws -> (FakeAPIServer, [String], Result<Void, KubernetesError>) {
        let looks = Mutex(0)
        let holder = Mutex<FakeAPIServer?>(nil)
        let server = FakeAPIServer(continuing: Fixture.server()) { _, request in
            guard request.method == "GET", FakeAPIServer.path(request.url) == claimPath else { return nil }
            let count = looks.withLock { looks in
                looks += 1
                return looks
            }
            if bound, count == 3 {
                holder.withLock { $0 }?.state.withLock { $0.objects[claimPath]?["status"] = ["phase": "Bound"] }
            }
            return nil
        }
        holder.withLock { $0 = server }
        var settings = EnvironmentSettings(environment: "staging", namespace: "nova-staging")
        settings.waves = WaveWaiting(deadline: .seconds(20), unixSeconds: { 0 })
        let words = Mutex<[String]>([])
        let applier = EnvironmentApplier(client: server.client(), settings: settings)
        let result: Result<Void, KubernetesError>
        do throws(KubernetesError) {
            _ = try await applier.apply(objects, waiting: { text in words.withLock { $0.append(text) } })
            result = .success(())
        } catch {
            result = .failure(error)
        }
        return (server, words.withLock { $0 }, result)
    }

    @Test func whatDependsOnAnObjectWaitsUntilItIsHealthy() async throws {
        let (server, words, result) = try await Self.run(
            bound: true, [Self.object("app", dependsOn: "PersistentVolumeClaim/data"), Self.object("other"), Fixture.claim])
        try result.get()
        let applied = server.writes.filter { $0.hasPrefix("PATCH") }.map { $0.split(separator: "/").last ?? "" }
        #expect(applied == ["other", "data", "app"])
        #expect(words.count == 2)
        #expect(
            words.first?.hasPrefix("ConfigMap nova-staging/app waits for PersistentVolumeClaim nova-staging/data: ") == true, "\(words)")
    }

    @Test func aLaterWaveWaitsForTheEarlierOnes() async throws {
        let (server, words, result) = try await Self.run(
            bound: true, [Self.object("late", wave: "1"), Self.object("other"), Fixture.claim])
        try result.get()
        #expect(server.writes.filter { $0.hasPrefix("PATCH") }.last?.hasSuffix("configmaps/late") == true)
        #expect(words.count == 2)
        let (_, none, _) = try await Self.run(bound: false, [Self.object("other"), Fixture.claim])
        #expect(none.isEmpty, "kinds alone are an order and no reason to wait")
    }

    @Test func atTheDeadlineItSaysWhatItWaitedFor() async throws {
        let (server, _, result) = try await Self.run(bound: false, [Self.object("late", wave: "1"), Fixture.claim])
        guard case .failure(let error) = result else {
            Issue.record("it did not wait")
            return
        }
        #expect(!error.isTransient)
        #expect(
            error.message.hasPrefix("after 20.0 seconds ConfigMap nova-staging/late waits for PersistentVolumeClaim nova-staging/data: "),
            "\(error.message)")
        #expect(server.object("\(Fixture.root)/configmaps/late") == nil)
    }

    @Test func deletionGoesTheOtherWay() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        _ = try await applier.apply([
            Self.object("base"), Self.object("app", dependsOn: "ConfigMap/base"), Self.object("first", wave: "-1"),
            Self.object("last", wave: "2"),
        ])
        let outcome = try await applier.prune(keeping: [], cap: .unlimited)
        #expect(outcome.deleted.count == 4 && outcome.held.isEmpty)
        let deleted = server.writes.filter { $0.hasPrefix("DELETE") }.map { String($0.split(separator: "/").last ?? "") }
        #expect(deleted == ["last", "app", "base", "first"])
    }
}
