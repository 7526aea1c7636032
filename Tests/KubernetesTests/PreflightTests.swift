import HTTPTransport
import Manifests
import Synchronization
import Testing

@testable import Kubernetes

@Suite struct PreflightTests {
    static let objects = [Fixture.configMap("settings"), Fixture.deployment(), Fixture.claim]

    @Test func everyKindVerbAndNamespaceIsAskedOnceAndForAWhile() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        try await applier.preflight(Self.objects)
        let rights = Self.rights(server)
        #expect(Set(rights).count == rights.count)
        for right in [
            "get  namespaces nova-staging", "update  configmaps nova-staging", "patch apps deployments nova-staging",
            "create apps deployments nova-staging", "delete apps deployments nova-staging", "watch apps deployments nova-staging",
            "list  pods nova-staging", "list apps replicasets nova-staging", "create  persistentvolumeclaims nova-staging",
            "watch  pods nova-staging", "watch apps replicasets nova-staging", "watch  events nova-staging", "get  pods/log nova-staging",
        ] { #expect(rights.contains(right), "\(right)") }
        #expect(!rights.contains("delete  persistentvolumeclaims nova-staging"))  // a claim is never pruned
        #expect(server.writes.allSatisfy { $0.contains("selfsubjectaccessreviews") })
        try await applier.preflight(Self.objects)
        #expect(Self.rights(server).count == rights.count)
        server.state.withLock { $0.elapsed += .seconds(61) }
        try await applier.preflight(Self.objects)
        #expect(Self.rights(server).count == 2 * rights.count)
    }

    /// What was asked about: `verb group resource namespace`, and the name where one is asked about.
    private static func rights(_ server: FakeAPIServer) -> [String] {
        server.requests.filter { $0.url.contains("selfsubjectaccessreviews") }.map { request in
            let asked = (try? JSON.parse(request.body ?? []))?["spec"]?["resourceAttributes"] ?? .null
            func text(_ field: String) -> String? { asked[field]?.string }
            let resource = [text("resource"), text("subresource")].compactMap(\.self).joined(separator: "/")
            let name = text("resource") == "namespaces" ? nil : text("name")
            return [text("verb") ?? "-", text("group") ?? "-", resource, text("namespace") ?? "-", name].compactMap(\.self)
                .joined(separator: " ")
        }
    }

    @Test func smokeTestsAreAskedAboutByTheirMethods() async throws {
        let server = Fixture.server()
        let requests = [("GET", "80"), ("HEAD", "80"), ("POST", "http"), ("OPTIONS", "80")].map {
            ServiceRequest(service: "web", port: $0.1, method: $0.0)
        }
        let tests = TestNeeds(
            requests: requests + [ServiceRequest(namespace: "monitoring", service: "prometheus", port: "9090", method: "POST")])
        try await Fixture.applier(server).preflight(Self.objects, tests: tests)
        #expect(
            Self.rights(server).filter { $0.contains("proxy") }.sorted() == [
                "create  services/proxy monitoring prometheus:9090", "create  services/proxy nova-staging web:http",
                "get  services/proxy nova-staging web:80",
            ])
        #expect(!Self.rights(server).contains { $0.contains("batch jobs") })
        server.state.withLock { $0.denied = ["create services/proxy nova-staging"] }
        server.state.withLock { $0.elapsed += .seconds(61) }
        let error = await #expect(throws: KubernetesError.self) {
            try await Fixture.applier(server).preflight(Self.objects, tests: tests)
        }
        #expect(error?.message.contains("resources: [services/proxy], resourceNames: [web:http], verbs: [create]}") == true)
        try await Fixture.applier(server).preflight(Self.objects, isWayBack: true, tests: tests)
    }

    @Test func testJobsNeedTheirOwnRights() async throws {
        let server = Fixture.server()
        try await Fixture.applier(server).preflight([Fixture.configMap("settings")], tests: TestNeeds(runsJobs: true))
        let rights = Self.rights(server)
        for right in [
            "get batch jobs nova-staging", "list batch jobs nova-staging", "create batch jobs nova-staging",
            "delete batch jobs nova-staging",
            "list  pods nova-staging", "get  pods/log nova-staging",
        ] { #expect(rights.contains(right), "\(right)") }
        server.state.withLock { $0.denied = ["create jobs nova-staging"] }
        server.state.withLock { $0.elapsed += .seconds(61) }
        let error = await #expect(throws: KubernetesError.self) {
            try await Fixture.applier(server).preflight([Fixture.configMap("settings")], tests: TestNeeds(runsJobs: true))
        }
        #expect(error?.message.contains("{apiGroups: [\"batch\"], resources: [jobs], verbs: [create]}") == true)
    }

    @Test func aNamespaceIsOnlyToBeMadeWhenItIsMissing() async throws {
        let there = Fixture.server()
        try await Fixture.applier(there, createNamespace: true).preflight(Self.objects)
        #expect(!Self.rights(there).contains { $0.hasPrefix("create  namespaces") })
        let missing = FakeAPIServer()
        try await Fixture.applier(missing, createNamespace: true).preflight(Self.objects)
        #expect(Self.rights(missing).contains("create  namespaces -"))
        let forbidden = Fixture.server()
        try await Fixture.applier(forbidden).preflight(Self.objects)
        #expect(!Self.rights(forbidden).contains { $0.hasPrefix("create  namespaces") })
    }

    @Test func whatTheInventoryHasAndTheBundleNoMoreMustBeDeletable() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        _ = try await applier.apply([Fixture.configMap("settings"), Fixture.service, Fixture.claim])
        try await applier.preflight([Fixture.configMap("settings")])
        let rights = Self.rights(server)
        #expect(rights.contains("get  services nova-staging") && rights.contains("delete  services nova-staging"))
        #expect(!rights.contains { $0.contains("persistentvolumeclaims") })
        #expect(!rights.contains("patch  services nova-staging"))
    }

    @Test func whatIsMissingIsNamedWithTheRulesToAdd() async throws {
        let server = Fixture.server()
        server.state.withLock {
            $0.denied = ["patch deployments nova-staging", "delete deployments nova-staging", "update configmaps nova-staging"]
        }
        let applier = Fixture.applier(server)
        let error = await #expect(throws: KubernetesError.self) { try await applier.preflight(Self.objects) }
        #expect(error?.code == .forbidden)
        #expect(error?.isTransient == false)
        #expect(
            error?.message == """
                the controller's account at https://fake:6443 lacks rights that Environment staging needs. Nothing was changed. Add to a Role of it in namespace nova-staging:
                - {apiGroups: [""], resources: [configmaps], verbs: [update]}
                - {apiGroups: ["apps"], resources: [deployments], verbs: [patch, delete]}
                """)
        // It is asked again at once: somebody may have granted it.
        server.state.withLock { $0.denied = ["delete deployments nova-staging"] }
        await #expect(throws: KubernetesError.self) { try await applier.preflight(Self.objects) }
        try await applier.preflight(Self.objects, isWayBack: true)
    }

    @Test func whoMayNotAskFindsOutByTheDryRun() async throws {
        let refusal = FakeAPIServer.State.failure(403, "Forbidden", "cannot create selfsubjectaccessreviews")
        let server = Fixture.server { _, request in
            request.url.contains("selfsubjectaccessreviews") ? .status(403, body: try? JSON.parse(refusal.body)) : nil
        }
        try await Fixture.applier(server).preflight(Self.objects)
    }

    static func definition(_ versions: [String]) -> Value {
        [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "feeds.nova.dev"],
            "spec": [
                "group": "nova.dev", "scope": "Namespaced", "names": ["kind": "Feed", "plural": "feeds"],
                "versions": .array(versions.map { ["name": .string($0), "served": true, "storage": .bool($0 == versions.last)] }),
            ],
        ]
    }

    @Test func aStoredVersionIsNotDropped() async throws {
        let server = Fixture.server()
        var live = Self.definition(["v1alpha1", "v1"])
        server.put("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/feeds.nova.dev", live)
        server.state.withLock {
            $0.objects["/apis/apiextensions.k8s.io/v1/customresourcedefinitions/feeds.nova.dev"]?["status", "storedVersions"] = [
                "v1alpha1", "v1",
            ]
        }
        let applier = Fixture.applier(server)
        try await applier.preflight([live])
        let error = await #expect(throws: KubernetesError.self) { try await applier.preflight([Self.definition(["v1"])]) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("feeds.nova.dev drops version v1alpha1, in which objects") == true)
        // A way back keeps it: see WayBackTests.
        try await applier.preflight([Self.definition(["v1"])], isWayBack: true)
        live["status", "storedVersions"] = ["v1"]
        #expect(StoredVersions.dropped(by: Self.definition(["v1"]), live: live) == [])
        #expect(StoredVersions.dropped(by: Self.definition(["v2"]), live: live) == ["v1"])
    }
}
