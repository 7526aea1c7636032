import HTTPTransport
import Manifests
import Testing

@testable import Kubernetes

@Suite struct PlanTests {
    @Test func createUpdateUnchangedAndDelete() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        _ = try await applier.apply([Fixture.configMap("a"), Fixture.configMap("b"), Fixture.configMap("c"), Fixture.claim])
        let before = server.paths
        let writes = server.writes.count
        let plan = try await applier.plan([Fixture.configMap("a"), Fixture.configMap("b", "2"), Fixture.service])
        #expect(plan.map { "\($0.action) \($0.identity.name)" } == ["unchanged a", "update b", "create web", "delete c", "unchanged data"])
        #expect(plan[1].fields.map(\.description) == [#"data.key: "1" -> "2""#])
        #expect(
            plan[4].note
                == "not in this version any more, but a PersistentVolumeClaim is never pruned unless it carries slipway.dev/prune: enabled")
        #expect(server.paths == before)
        #expect(server.writes.count == writes)
    }

    @Test func defaultsOfTheServerAreNoChange() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        _ = try await applier.apply([Fixture.deployment(replicas: nil)])
        #expect(server.object(Fixture.deploymentPath)?["spec", "replicas"] == 1)
        let plan = try await applier.plan([Fixture.deployment(replicas: nil)])
        #expect(plan.map(\.action) == [.unchanged])
    }

    @Test func secretChangesShowThatButNotWhat() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        _ = try await applier.apply([Fixture.secret])
        var changed = Fixture.secret
        changed["stringData", "key"] = "other-canary"
        changed["stringData", "new"] = "third-canary"
        let plan = try await applier.plan([changed])
        #expect(plan.map(\.action) == [.update])
        #expect(plan[0].fields.map(\.path.text) == ["data.key", "data.new"])
        #expect(!String(describing: plan).contains("canary"))
        #expect(try await applier.plan([changed]) == plan)  // equal plans have one hash
    }

    @Test func conflictsShowBothValues() async throws {
        let server = Fixture.server()
        var theirs = Fixture.deployment(replicas: 5)
        theirs.set(["metadata", "namespace"], to: "nova-staging")
        server.put(Fixture.deploymentPath, theirs, manager: "kubectl")
        let plan = try await Fixture.applier(server, adopt: true).plan([Fixture.deployment()])
        #expect(plan.map(\.action) == [.conflict])
        #expect(plan[0].fields == [FieldChange(path: [.key("spec"), .key("replicas")], old: 5, new: 3)])
        #expect(plan[0].note == ".spec.replicas belongs to kubectl")
        let forced = try await Fixture.applier(server, policy: .force, adopt: true).plan([Fixture.deployment()])
        #expect(forced.map(\.action) == [.adopt])
    }

    @Test func aNamespaceThatDoesNotExistYet() async throws {
        let server = FakeAPIServer()
        await #expect(throws: KubernetesError.self) { try await Fixture.applier(server).plan([Fixture.service]) }
        let plan = try await Fixture.applier(server, createNamespace: true).plan([Fixture.service])
        #expect(plan.map { "\($0.action) \($0.identity)" } == ["create Namespace nova-staging", "create Service nova-staging/web"])
        #expect(server.writes.isEmpty)
    }

    @Test func everyRefusedObjectIsNamed() async throws {
        let server = Fixture.server()
        var bad = Fixture.configMap("bad"), worse = Fixture.configMap("worse")
        bad["data", "invalid"] = "x"
        worse["data", "invalid"] = "y"
        let error = await #expect(throws: KubernetesError.self) { try await Fixture.applier(server).plan([bad, worse, Fixture.service]) }
        guard case .invalid(let causes)? = error?.code else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(causes.count == 2)
        #expect(error?.message.contains("ConfigMap nova-staging/bad") == true)
        #expect(error?.message.contains("ConfigMap nova-staging/worse") == true)
    }
}
