import LocalCluster
import Manifests
import TestSupport
import Testing

@testable import Kubernetes

/// The watches against a whole API server.
@Suite(.serialized) struct ClusterCacheTests {
    static let settings = Fixture.id("ConfigMap", "settings")
    static let definition: Value = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "films.nova.example"],
        "spec": [
            "group": "nova.example", "scope": "Namespaced", "names": ["kind": "Film", "plural": "films"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true,
                    "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
                ]
            ],
        ],
    ]
    static let film: Value = ["apiVersion": "nova.example/v1", "kind": "Film", "metadata": ["name": "one"], "title": "x"]

    @Test func changesByOthersAreSeenAndComparedOnlyThen() async throws {
        try await TestCluster.run { cluster in
            let applier = cluster.applier()
            let applied = try await applier.apply(ClusterTests.all)
            let view = try await eventually("everything is read") { cluster.view(of: applied) }
            #expect(DriftMemory().suspects(among: applied, in: view).isEmpty)
            _ = try await cluster.client.patch(Self.settings, ["data": ["key": "by hand"]], ApplyOptions(fieldManager: "kubectl-edit"))
            _ = try await cluster.client.delete(Fixture.id("Service", "web"))
            let suspects = try await eventually("both changes are seen") {
                let suspects = cluster.view(of: applied).map { DriftMemory().suspects(among: applied, in: $0) } ?? []
                return suspects.count == 2 ? suspects : nil
            }
            #expect(suspects == [Self.settings, Fixture.id("Service", "web")])
            let plan = try await cluster.applier(.force).plan(ClusterTests.all, only: suspects)
            #expect(Set(plan.map { "\($0.action) \($0.identity.kind)" }) == ["update ConfigMap", "create Service"])
            let healed = try await cluster.applier(.force).apply(ClusterTests.all, only: suspects)
            #expect(healed.count == 2)
            #expect(try await applier.inventory().count == ClusterTests.all.count)
        }
    }

    @Test func watchesThatEndOrExpireAreTakenUpAgain() async throws {
        try await TestCluster.run { cluster in
            let applied = try await cluster.applier().apply([Fixture.configMap("settings")])
            try await eventually("everything is read") { cluster.view(of: applied) != nil }
            for round in 1...3 {
                cluster.local.store.endAllWatches()
                if round > 1 { cluster.local.store.compact() }
                let name = "round \(round) is seen"
                _ = try await cluster.client.patch(Self.settings, ["metadata": ["labels": ["round": .string(String(round))]]])
                try await eventually(name) {
                    cluster.view(of: applied)?[Self.settings]?.object.labels?["round"]?.string == String(round)
                }
            }
        }
    }

    @Test func aKindThatIsNotServedHasNoObjectsUntilItsDefinitionComes() async throws {
        try await TestCluster.run { cluster in
            let scope = WatchScope(kind: GroupKind(group: "nova.example", kind: "Film"), namespace: "nova-staging", selection: .managed)
            func known() -> [Value]? {
                if case .clear(let view) = cluster.cache.sight(of: [scope]) { view.all(scope.kind, namespace: "nova-staging") } else { nil }
            }
            cluster.cache.follow([scope], for: "test") {}
            try await eventually("the kind is found missing") { known()?.isEmpty ?? false }
            let applier = cluster.applier()
            _ = try await applier.apply([Self.definition])
            _ = try await applier.apply([Self.definition, Self.film])
            try await eventually("its object is seen", within: .seconds(20)) { known()?.count == 1 }
            _ = try await cluster.client.delete(try #require(Self.definition.identity))
            try await eventually("the kind is gone again", within: .seconds(20)) { known()?.isEmpty ?? false }
            #expect(
                try await applier.recognize([Fixture.configMap("settings"), Self.definition, Self.film]).allSatisfy { $0.uid.isEmpty },
                "a list of a kind that went has no objects, and is no error")
        }
    }

    @Test func whatNobodyFollowsIsNotKnown() async throws {
        try await TestCluster.run { cluster in
            let applied = try await cluster.applier().apply([Fixture.configMap("settings")])
            let scopes = EnvironmentApplier.scopes(of: applied, explaining: false)
            cluster.cache.follow(scopes, for: "a") {}
            cluster.cache.follow(scopes, for: "b") {}
            cluster.cache.follow([], for: "a") {}
            try await eventually("b still sees it") {
                if case .clear = cluster.cache.sight(of: scopes) { true } else { false }
            }
            cluster.cache.follow([], for: "b") {}
            guard case .reading = cluster.cache.sight(of: scopes) else {
                Issue.record("nothing is followed, and yet something is known")
                return
            }
        }
    }

    @Test func aClusterThatIsAwayIsSaidToBeLost() async throws {
        let scope = WatchScope(kind: GroupKind(group: "", kind: "ConfigMap"), namespace: "n", selection: .managed)
        let cache = ClusterCache(client: KubernetesClient(access: ClusterAccess(server: "https://127.0.0.1:9", origin: "test")))
        cache.follow([scope], for: "test") {}
        let error = try await eventually("the outage is known", within: .seconds(60)) {
            if case .lost(let error) = cache.sight(of: [scope]) { error } else { nil }
        }
        #expect(error.isTransient)
        cache.stop()
    }
}
