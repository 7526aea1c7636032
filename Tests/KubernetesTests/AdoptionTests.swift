import HTTPTransport
import Manifests
import Testing

@testable import Kubernetes

/// What exists already and was made by somebody else.
@Suite struct AdoptionTests {
    static let path = "\(Fixture.root)/configmaps/a"

    static func theirs() -> (FakeAPIServer, Value) {
        let server = Fixture.server()
        var object = Fixture.configMap("a")
        object.set(["metadata", "namespace"], to: "nova-staging")
        object.set(["metadata", "managedFields"], to: [["manager": "helm", "operation": "Update"]])
        server.put(path, object, manager: "helm")
        return (server, object)
    }

    static func applier(_ server: FakeAPIServer, adopt: Bool) -> EnvironmentApplier {
        var settings = EnvironmentSettings(environment: "staging", namespace: "nova-staging")
        settings.adopt = adopt
        return EnvironmentApplier(client: server.client(), settings: settings)
    }

    @Test func itIsRefusedBeforeTheFirstWriteInPlanAndApply() async throws {
        let (server, _) = Self.theirs()
        for attempt in [
            { _ = try await Self.applier(server, adopt: false).plan([Fixture.configMap("a")]) },
            { _ = try await Self.applier(server, adopt: false).apply([Fixture.configMap("a")]) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: KubernetesError.self) { try await attempt() }
            #expect(error?.code == .refused)
            #expect(
                error?.message
                    == "ConfigMap nova-staging/a exists already, and Environment staging did not make it (its fields are managed by helm). To take it over: annotation slipway.dev/adopt: enabled on it, or rollout.adopt: true in environment.yaml; else give it another name"
            )
        }
        #expect(server.writes.isEmpty)
    }

    @Test func aWordInThePolicyOrOnTheObjectTakesIt() async throws {
        var named = Fixture.configMap("a")
        named.set(["metadata", "annotations", SlipwayLabel.adopt], to: "enabled")
        for (object, adopt) in [(Fixture.configMap("a"), true), (named, false)] {
            let (server, _) = Self.theirs()
            let applier = Self.applier(server, adopt: adopt)
            let plan = try await applier.plan([object])
            #expect(plan.map(\.action) == [.adopt])
            #expect(plan[0].note == "it exists already and is taken over")
            let uid = server.object(Self.path)?.uid
            _ = try await applier.apply([object])
            #expect(server.object(Self.path)?.uid == uid)
            #expect(try await applier.plan([object]).map(\.action) == [.unchanged])
            // From now on it is ours without a word.
            #expect(try await Self.applier(server, adopt: false).plan([Fixture.configMap("a")]).map(\.action) != [.adopt])
        }
    }

    /// Our label was taken off by hand: the inventory still says whose it is.
    @Test func whatTheInventoryNamesIsOurs() async throws {
        let server = Fixture.server()
        let applier = Self.applier(server, adopt: false)
        _ = try await applier.apply([Fixture.configMap("a")])
        var bare = try #require(server.object(Self.path))
        bare.set(["metadata", "labels"], to: nil)
        server.put(Self.path, bare)
        _ = try await applier.apply([Fixture.configMap("a")])
        #expect(server.object(Self.path)?.labels?[SlipwayLabel.environment] == "staging")
    }

    @Test func oneListAKindAndOneApplyAnObject() async throws {
        let server = Fixture.server()
        _ = try await Self.applier(server, adopt: false).apply((0..<200).map { Fixture.configMap("c\($0)") } + [Fixture.service])
        let lists = server.requests.filter { $0.method == "GET" && $0.url.contains("limit=") }
        #expect(lists.count == 2)
        #expect(server.requests.filter { $0.method == "PATCH" }.count == 201)
        #expect(server.requests.count < 201 + 15)
    }

    @Test(arguments: [
        (
            SlipwayLabel.prune, "Enabled",
            "annotation slipway.dev/prune is \"Enabled\", and must be enabled or disabled; did you mean \"enabled\"?"
        ),
        (SlipwayLabel.wave, "first", "annotation slipway.dev/wave is \"first\", and must be an integer in quotes"),
    ])
    func aSlipOfThePenInAnAnnotationIsAnError(name: String, value: String, words: String) async throws {
        var object = Fixture.configMap("a")
        object.set(["metadata", "annotations", name], to: .string(value))
        let error = await #expect(throws: KubernetesError.self) { try await Self.applier(Fixture.server(), adopt: false).plan([object]) }
        #expect(error?.message == "ConfigMap nova-staging/a: \(words)")
    }
}
