import Manifests
import Testing

@testable import Kubernetes

/// What stands beside an Environment's own objects is whose inventory has it.
@Suite struct BesideTests {
    private static func applier(_ server: FakeAPIServer, controller: String, release: Int64 = 1) -> EnvironmentApplier {
        var settings = EnvironmentSettings(environment: "staging", namespace: "nova-staging")
        settings.controller = controller
        settings.release = release
        return EnvironmentApplier(client: server.client(), settings: settings)
    }

    private static func beside(_ applier: EnvironmentApplier) async throws -> [Value] {
        try await applier.beside(nameSuffix: "-canary", label: "track", value: "canary")
    }

    private static var canary: Value {
        var object = Fixture.configMap("web-canary")
        object.set(["metadata", "labels"], to: ["track": "canary"])
        return object
    }

    @Test func anotherControllerIsRefusedBeforeItTakesAnythingAway() async throws {
        let server = Fixture.server()
        let owner = Self.applier(server, controller: "first", release: 7)
        _ = try await owner.apply([Fixture.configMap("settings"), Self.canary])
        #expect(try await Self.beside(owner).compactMap(\.name) == ["web-canary"])
        for other in [Self.applier(server, controller: "second", release: 8), Self.applier(server, controller: "first", release: 3)] {
            let error = await #expect(throws: KubernetesError.self) { try await Self.beside(other) }
            #expect(error?.code == .refused)
        }
        #expect(!server.writes.contains { $0.hasPrefix("DELETE") })
    }

    @Test func whereNothingStandsBesideNothingIsClaimed() async throws {
        let server = Fixture.server()
        _ = try await Self.applier(server, controller: "first").apply([Fixture.configMap("settings")])
        let writes = server.writes.count
        #expect(try await Self.beside(Self.applier(server, controller: "second")).isEmpty)
        #expect(server.writes.count == writes)
    }
}
