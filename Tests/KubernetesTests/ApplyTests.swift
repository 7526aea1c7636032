import HTTPTransport
import Manifests
import Testing

@testable import Kubernetes

@Suite struct ApplyTests {
    @Test func inventoryComesBeforeTheFirstObjectAndUIDsAfterTheLast() async throws {
        let server = Fixture.server()
        let applied = try await Fixture.applier(server).apply([Fixture.deployment(), Fixture.service, Fixture.configMap("settings")])
        #expect(
            server.writes == [
                "POST /api/v1/namespaces/nova-staging/configmaps", "PATCH \(Fixture.root)/configmaps/settings",
                "PATCH \(Fixture.root)/services/web",
                "PATCH \(Fixture.deploymentPath)", "PUT \(Fixture.inventoryPath)",
            ])
        #expect(applied.allSatisfy { $0.changed && !$0.uid.isEmpty })
        let entries = try await Fixture.applier(server).inventory()
        #expect(Set(entries.map(\.id)) == Set(applied.map(\.identity)))
        #expect(Set(entries.map(\.uid)) == Set(applied.map(\.uid)))
        let inventory = try #require(server.object(Fixture.inventoryPath))
        #expect(inventory.annotations?["applyset.kubernetes.io/contains-group-kinds"] == "ConfigMap,Deployment.apps,Service")
        #expect(
            inventory.labels?["applyset.kubernetes.io/id"]
                == server.object(Fixture.deploymentPath)?.labels?["applyset.kubernetes.io/part-of"])
    }

    @Test func objectsGetNamespaceAndLabels() async throws {
        let server = Fixture.server()
        _ = try await Fixture.applier(server).apply([Fixture.configMap("settings")])
        let live = try #require(server.object("\(Fixture.root)/configmaps/settings"))
        #expect(live.namespace == "nova-staging")
        #expect(live.labels?["app.kubernetes.io/managed-by"] == "slipway")
        #expect(live.labels?["slipway.dev/environment"] == "staging")
    }

    @Test func applyingTheSameAgainChangesAndWritesNoInventory() async throws {
        let server = Fixture.server()
        let objects = [Fixture.deployment(), Fixture.service]
        let first = try await Fixture.applier(server).apply(objects)
        let version = server.object(Fixture.inventoryPath)?.resourceVersion
        let second = try await Fixture.applier(server).apply(objects)
        #expect(second.allSatisfy { !$0.changed })
        #expect(second.map(\.uid) == first.map(\.uid))
        #expect(server.object(Fixture.inventoryPath)?.resourceVersion == version)
        let third = try await Fixture.applier(server).apply([Fixture.deployment("web:2"), Fixture.service])
        #expect(third.filter(\.changed).map(\.identity) == [Fixture.id("Deployment", "web", group: "apps")])
        #expect(third.first { $0.changed }?.generation == 2)
    }

    @Test func anObjectOfAnotherNamespaceIsRefusedBeforeAnyWrite() async throws {
        let server = Fixture.server()
        var foreign = Fixture.configMap("a")
        foreign.set(["metadata", "namespace"], to: "kube-system")
        let error = await #expect(throws: KubernetesError.self) { try await Fixture.applier(server).apply([foreign, Fixture.service]) }
        #expect(error?.code == .refused)
        #expect(error?.object?.namespace == "kube-system")
        #expect(server.writes.isEmpty)
    }

    @Test func allProblemsAreNamedAtOnce() async throws {
        let server = Fixture.server()
        let objects: [Value] = [
            ["apiVersion": "x.dev/v1", "kind": "Thing", "metadata": ["name": "a"]],
            ["apiVersion": "v1", "kind": "Pot", "metadata": ["name": "b"]],
            ["kind": "Pod"],
        ]
        let error = await #expect(throws: KubernetesError.self) { try await Fixture.applier(server).apply(objects) }
        #expect(error?.message.contains("- Thing.x.dev a: the cluster has no kind Thing.x.dev") == true)
        #expect(error?.message.contains("- Pot b: the cluster has no kind Pot; did you mean Pod?") == true)
        #expect(error?.message.contains("- an object of kind Pod lacks") == true)
    }

    @Test func anObjectOfAnotherEnvironmentIsLeftAlone() async throws {
        let server = Fixture.server()
        _ = try await Fixture.applier(server).apply([Fixture.service])
        let error = await #expect(throws: KubernetesError.self) {
            try await Fixture.applier(server, policy: .force, environment: "other").apply([Fixture.service])
        }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("belongs to Environment staging") == true)
        #expect(server.object("\(Fixture.root)/configmaps/slipway-inventory-other") == nil)
    }

    @Test func conflictPolicies() async throws {
        func run(_ policy: ConflictPolicy, manager: String) async throws -> Value? {
            let server = Fixture.server()
            var theirs = Fixture.deployment("web:9")
            theirs.set(["metadata", "namespace"], to: "nova-staging")
            server.put(Fixture.deploymentPath, theirs, manager: manager)
            _ = try await Fixture.applier(server, policy: policy, adopt: true).apply([Fixture.deployment("web:2", replicas: nil)])
            return server.object(Fixture.deploymentPath)?["spec", "template", "spec", "containers"]?[0]?["image"]
        }
        let error = await #expect(throws: KubernetesError.self) { try await run(.fail, manager: "helm") }
        guard case .conflict(let conflicts)? = error?.code else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(conflicts.map(\.manager) == ["helm"])
        #expect(try await run(.force, manager: "helm") == "web:2")
        #expect(try await run(.takeOver(["helm"]), manager: "helm") == "web:2")
        await #expect(throws: KubernetesError.self) { try await run(.takeOver(["helm"]), manager: "kubectl-edit") }
    }

    @Test func theAutoscalersReplicasAreKept() async throws {
        let server = Fixture.server()
        let objects = [Fixture.deployment(), Fixture.autoscaler]
        _ = try await Fixture.applier(server).apply(objects)
        #expect(server.object(Fixture.deploymentPath)?["spec", "replicas"] == 3)
        var scaled = try #require(server.object(Fixture.deploymentPath))
        scaled["spec", "replicas"] = 7
        server.put(Fixture.deploymentPath, scaled, manager: "kube-controller-manager", owning: [["spec", "replicas"]])
        _ = try await Fixture.applier(server).apply([Fixture.deployment("web:2"), Fixture.autoscaler])
        let live = try #require(server.object(Fixture.deploymentPath))
        #expect(live["spec", "replicas"] == 7)
        #expect(live["spec", "template", "spec", "containers"]?[0]?["image"] == "web:2")
        let plan = try await Fixture.applier(server).plan([Fixture.deployment("web:2"), Fixture.autoscaler])
        #expect(plan.map(\.action) == [.unchanged, .unchanged])
    }

    @Test func aMissingNamespaceIsMadeOnlyWhenAllowed() async throws {
        let server = FakeAPIServer()
        let error = await #expect(throws: KubernetesError.self) { try await Fixture.applier(server).apply([Fixture.service]) }
        #expect(error?.code == .refused)
        #expect(server.writes.isEmpty)
        _ = try await Fixture.applier(server, createNamespace: true).apply([Fixture.service])
        #expect(server.writes.first == "PATCH \(Fixture.root)")
        #expect(server.object("\(Fixture.root)/services/web") != nil)
    }

    @Test func aDefinitionAndItsObjectsGoInOneApply() async throws {
        let server = Fixture.server()
        let definition: Value = [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "things.x.dev"],
            "spec": ["group": "x.dev", "scope": "Namespaced", "names": ["kind": "Thing", "plural": "things"]],
        ]
        let thing: Value = ["apiVersion": "x.dev/v1", "kind": "Thing", "metadata": ["name": "one"], "spec": ["size": 1]]
        let plan = try await Fixture.applier(server).plan([thing, definition])
        #expect(plan.map(\.action) == [.create, .create])
        #expect(plan[1].note?.contains("its kind is defined by another") == true)
        _ = try await Fixture.applier(server).apply([thing, definition])
        #expect(server.object("/apis/x.dev/v1/namespaces/nova-staging/things/one")?["spec", "size"] == 1)
    }

    @Test func aRefusedObjectStopsBeforeTheNextWave() async throws {
        let server = Fixture.server()
        var bad = Fixture.configMap("bad")
        bad["data", "invalid"] = "x"
        let error = await #expect(throws: KubernetesError.self) {
            try await Fixture.applier(server).apply([bad, Fixture.configMap("good"), Fixture.deployment()])
        }
        #expect(error?.object == Fixture.id("ConfigMap", "bad"))
        #expect(server.object(Fixture.deploymentPath) == nil)
        #expect(try await Fixture.applier(server).inventory().count == 3)
    }
}
