import HTTPTransport
import Manifests
import Synchronization
import Testing

@testable import Kubernetes

/// Objects that cannot go back, or not whole, beside those that can.
@Suite struct WayBackTests {
    private static func applier(_ server: FakeAPIServer, isReturning: Bool = true) -> EnvironmentApplier {
        var settings = EnvironmentSettings(environment: "staging", namespace: "nova-staging", conflictPolicy: isReturning ? .force : .fail)
        settings.isReturning = isReturning
        settings.adopt = isReturning
        return EnvironmentApplier(client: server.client(), settings: settings)
    }

    private static func claim(_ size: String, label: String = "old") -> Value {
        var claim = Fixture.claim
        claim["spec", "resources", "requests", "storage"] = .string(size)
        claim["metadata", "labels", "of"] = .string(label)
        return claim
    }

    /// Says no where a claim is to shrink, as an API server does.
    private static func server() -> FakeAPIServer {
        Fixture.server { _, request in
            guard request.method == "PATCH", request.url.contains("persistentvolumeclaims"),
                let wanted = try? JSON.parse(request.body ?? []), wanted["spec", "resources", "requests", "storage"] == "10Gi",
                wanted["metadata", "labels", "of"] == "old"
            else { return nil }
            let message = "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
            let refusal = FakeAPIServer.State.failure(
                422, "Invalid", message,
                causes: [
                    [
                        "field": "spec.resources.requests.storage", "reason": "FieldValueForbidden",
                        "message": "Forbidden: field can not be less than status.capacity",
                    ]
                ])
            return .status(422, body: try? JSON.parse(refusal.body))
        }
    }

    private static let claimPath = "\(Fixture.root)/persistentvolumeclaims/data"

    @Test func aClaimThatGrewKeepsItsSizeAndAllElseGoesBack() async throws {
        let server = Self.server()
        _ = try await Self.applier(server, isReturning: false).apply([Self.claim("20Gi", label: "new"), Fixture.deployment("web:2")])
        server.state.withLock { $0.objects[Self.claimPath]?["status", "capacity", "storage"] = "20Gi" }
        let proven = [Self.claim("10Gi"), Fixture.deployment("web:1")]
        await #expect(throws: KubernetesError.self) { try await Self.applier(server, isReturning: false).plan(proven) }
        let plan = try await Self.applier(server).plan(proven)
        let words = "PersistentVolumeClaim nova-staging/data keeps its size of 20Gi, since a claim cannot shrink (to 10Gi)"
        #expect(plan.first { $0.identity.kind == "PersistentVolumeClaim" }?.note?.hasPrefix(words) == true, "\(plan)")
        #expect(plan.map(\.action) == [.update, .update])
        let applied = try await Self.applier(server).apply(proven)
        #expect(applied.compactMap(\.left).map { String($0.prefix(words.count)) } == [words])
        #expect(server.object(Self.claimPath)?["spec", "resources", "requests", "storage"] == "20Gi")
        #expect(server.object(Self.claimPath)?.labels?["of"] == "old")
        let containers = server.object(Fixture.deploymentPath)?["spec", "template", "spec", "containers"]?.array
        #expect(containers?.first?["image"] == "web:1")
    }

    @Test func aGrowthThatHasNotHappenedYetIsTakenBackAsFarAsItMayBe() {
        let id = Fixture.id("PersistentVolumeClaim", "data")
        func live(_ capacity: String?) -> Value {
            var live = Self.claim("20Gi")
            if let capacity { live["status", "capacity", "storage"] = .string(capacity) }
            return live
        }
        #expect(OneWayFields.within(Self.claim("10Gi"), live: live("5Gi"), id) == nil)
        #expect(OneWayFields.within(Self.claim("10Gi"), live: live("10Gi"), id)?.object == Self.claim("20Gi"))
        #expect(OneWayFields.within(Self.claim("10Gi"), live: live(nil), id)?.object == Self.claim("20Gi"))
        #expect(OneWayFields.within(Self.claim("20480Mi"), live: live("20Gi"), id) == nil)
        #expect(OneWayFields.within(Self.claim("30Gi"), live: live("20Gi"), id) == nil)
    }

    @Test func aStoredVersionStaysInItsDefinition() async throws {
        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/feeds.nova.dev"
        let server = Fixture.server()
        let old = PreflightTests.definition(["v1"])
        server.put(path, PreflightTests.definition(["v1", "v2"]))
        server.state.withLock {
            $0.objects[path]?["status"] = ["storedVersions": ["v1", "v2"], "conditions": [["type": "Established", "status": "True"]]]
        }
        let plan = try await Self.applier(server).plan([old])
        let words = "feeds.nova.dev keeps version v2, in which objects may be stored"
        #expect(plan.first?.note?.contains(words) == true, "\(plan)")
        let applied = try await Self.applier(server).apply([old])
        #expect(applied.first?.left?.contains(words) == true)
        let versions = server.object(path)?["spec", "versions"]?.array ?? []
        #expect(versions.map { $0["name"] } == ["v1", "v2"] && versions.map { $0["storage"] } == [true, false])
    }

    @Test func theAnnotationOfTheLiveObjectCountsOnAWayBackAlone() async throws {
        let server = Fixture.server()
        _ = try await Self.applier(server, isReturning: false).apply([ReplaceTests.service("10.0.0.2", replace: "enabled")])
        let proven = ReplaceTests.service("10.0.0.1")
        await #expect(throws: KubernetesError.self) { try await Self.applier(server, isReturning: false).plan([proven]) }
        #expect(try await Self.applier(server).plan([proven]).map(\.action) == [.replace])
        _ = try await Self.applier(server).apply([proven])
        #expect(server.object(ReplaceTests.path)?["spec", "clusterIP"] == "10.0.0.1")
        #expect(server.object(ReplaceTests.path)?.annotations?[SlipwayLabel.replace] == nil)
    }

    @Test func whatIsRefusedKeepsNothingElseFromGoingBackAndAllOfItIsNamed() async throws {
        let server = Fixture.server()
        _ = try await Self.applier(server, isReturning: false).apply([Fixture.service, Fixture.deployment("web:2")])
        var foreign = Fixture.configMap("theirs")
        foreign.set(["metadata", "labels"], to: ["slipway.dev/environment": "other", "app.kubernetes.io/managed-by": "slipway"])
        foreign["metadata", "namespace"] = "nova-staging"
        server.put("\(Fixture.root)/configmaps/theirs", foreign)
        var bad = Fixture.configMap("bad")
        bad["data", "invalid"] = "x"
        let unknown: Value = ["apiVersion": "gone.dev/v1", "kind": "Gone", "metadata": ["name": "gone"]]
        let proven = [unknown, bad, Fixture.configMap("theirs"), Fixture.configMap("a"), Fixture.deployment("web:1")]
        let plan = try await Self.applier(server).plan(proven)
        #expect(plan.filter { $0.action == .conflict }.map(\.identity.name).sorted() == ["bad", "gone", "theirs"], "\(plan)")
        try await Self.applier(server).preflight(proven, isWayBack: true)
        let error = await #expect(throws: KubernetesError.self) { try await Self.applier(server).apply(proven) }
        #expect(error?.message.hasPrefix("2 of 5 objects went back, these did not:\n- ") == true, "\(error?.message ?? "")")
        for name in ["gone", "bad", "theirs"] { #expect(error?.message.contains(name) == true, "\(error?.message ?? "")") }
        #expect(error?.isTransient == false)
        let containers = server.object(Fixture.deploymentPath)?["spec", "template", "spec", "containers"]?.array
        #expect(containers?.first?["image"] == "web:1")
        #expect(server.object("\(Fixture.root)/configmaps/a") != nil)
        // What went back is in the inventory with its UID, what did not is not taken for ours.
        let entries = try await Self.applier(server).inventory()
        #expect(entries.first { $0.id.name == "web" && $0.id.kind == "Deployment" }?.uid != nil)
        #expect(!entries.contains { $0.id.name == "theirs" })
    }

    @Test func aForwardReleaseStaysAtTheFirstWaveWithARefusal() async throws {
        let server = Fixture.server()
        var bad = Fixture.configMap("bad")
        bad["data", "invalid"] = "x"
        let objects = [bad, Fixture.deployment("web:1")]
        await #expect(throws: KubernetesError.self) { try await Self.applier(server, isReturning: false).apply(objects) }
        #expect(server.object(Fixture.deploymentPath) == nil)
    }

    @Test func anOutageEndsAWayBackAtOnceToBeTriedAgain() async throws {
        let server = Fixture.server { _, request in
            guard request.method == "PATCH", request.url.contains("configmaps/a") else { return nil }
            return .status(503)
        }
        let error = await #expect(throws: KubernetesError.self) {
            try await Self.applier(server).apply([Fixture.configMap("a"), Fixture.deployment("web:1")])
        }
        #expect(error?.isTransient == true && error?.isOutage == true)
        #expect(server.object(Fixture.deploymentPath) == nil)
    }
}
