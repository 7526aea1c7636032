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
        let asked = server.requests.filter { $0.url.contains("selfsubjectaccessreviews") }
        let rights = asked.map { request in
            let attributes = (try? JSON.parse(request.body ?? []))?["spec"]?["resourceAttributes"] ?? .null
            return ["verb", "group", "resource", "namespace"].map { attributes[$0]?.string ?? "-" }.joined(separator: " ")
        }
        #expect(Set(rights).count == rights.count)
        for right in [
            "get  namespaces nova-staging", "update  configmaps nova-staging", "patch apps deployments nova-staging",
            "create apps deployments nova-staging", "delete apps deployments nova-staging", "watch apps deployments nova-staging",
            "list  pods nova-staging", "list apps replicasets nova-staging", "create  persistentvolumeclaims nova-staging",
        ] { #expect(rights.contains(right), "\(right)") }
        #expect(!rights.contains("delete  persistentvolumeclaims nova-staging"))  // a claim is never pruned
        #expect(server.writes.allSatisfy { $0.contains("selfsubjectaccessreviews") })
        let before = server.requests.count
        try await applier.preflight(Self.objects)
        #expect(server.requests.count == before)
        server.state.withLock { $0.elapsed += .seconds(61) }
        try await applier.preflight(Self.objects)
        #expect(server.requests.count == before + asked.count)
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

    @Test func aStoredVersionIsNotDroppedForwardOrBack() async throws {
        let server = Fixture.server()
        var live = Self.definition(["v1alpha1", "v1"])
        server.put("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/feeds.nova.dev", live)
        server.state.withLock {
            $0.objects["/apis/apiextensions.k8s.io/v1/customresourcedefinitions/feeds.nova.dev"]?["status", "storedVersions"] = [
                "v1alpha1", "v1",
            ]
        }
        let applier = Fixture.applier(server)
        for isWayBack in [false, true] {
            try await applier.preflight([live], isWayBack: isWayBack)
            let error = await #expect(throws: KubernetesError.self) {
                try await applier.preflight([Self.definition(["v1"])], isWayBack: isWayBack)
            }
            #expect(error?.code == .refused)
            #expect(error?.message.contains("feeds.nova.dev drops version v1alpha1, in which objects") == true)
        }
        live["status", "storedVersions"] = ["v1"]
        #expect(StoredVersions.dropped(by: Self.definition(["v1"]), live: live) == [])
        #expect(StoredVersions.dropped(by: Self.definition(["v2"]), live: live) == ["v1"])
    }
}
