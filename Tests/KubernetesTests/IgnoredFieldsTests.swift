import Manifests
import Testing

@testable import Kubernetes

@Suite struct IgnoredFieldsTests {
    static func desired(_ object: Value) throws -> DesiredObject {
        DesiredObject(id: try #require(object.identity), object: object, resource: nil, wave: ApplyWave(object))
    }

    static func rule(_ pointers: String..., kind: String = "Deployment", name: String? = nil) throws -> IgnoredFields {
        IgnoredFields(kind: kind, name: name, fields: try pointers.map { try JSONPointer($0) })
    }

    @Test func theLiveValueIsSentInPlaceOfOurs() throws {
        let rules = [try Self.rule("/spec/replicas", "/spec/template/spec/containers/0/image")]
        var live = Fixture.deployment("web:hand", replicas: 7)
        live["spec", "paused"] = true
        let sent = FieldsOfOthers([], ignored: rules).completed(try Self.desired(Fixture.deployment()), live: live)
        #expect(sent == Fixture.deployment("web:hand", replicas: 7), "what we never said stays unsaid")
    }

    @Test func aNewObjectIsMadeAsTheManifestHasIt() throws {
        let fields = FieldsOfOthers([], ignored: [try Self.rule("/spec/replicas")])
        #expect(fields.completed(try Self.desired(Fixture.deployment()), live: nil) == Fixture.deployment())
    }

    @Test func aFieldThatTheyTookOutStaysOut() throws {
        let fields = FieldsOfOthers([], ignored: [try Self.rule("/spec/replicas")])
        let sent = fields.completed(try Self.desired(Fixture.deployment()), live: Fixture.deployment("web:1", replicas: nil))
        #expect(sent == Fixture.deployment("web:1", replicas: nil))
    }

    @Test func otherKindsAndNamesAreNotMeant() throws {
        let fields = FieldsOfOthers(
            [], ignored: [try Self.rule("/spec/replicas", kind: "StatefulSet"), try Self.rule("/spec/replicas", name: "other")])
        let live = Fixture.deployment("web:1", replicas: 9)
        #expect(fields.completed(try Self.desired(Fixture.deployment()), live: live) == Fixture.deployment())
        #expect(!fields.contains(Fixture.id("Deployment", "web", group: "apps")))
    }

    @Test func aChangeOfAnIgnoredFieldIsNoDriftAndIsNotTakenBack() async throws {
        let server = Fixture.server()
        var settings = EnvironmentSettings(environment: "staging", namespace: "nova-staging", conflictPolicy: .force)
        settings.ignored = [try Self.rule("/data/key", kind: "ConfigMap")]
        let applier = EnvironmentApplier(client: server.client(), settings: settings)
        _ = try await applier.apply([Fixture.configMap("settings", "ours")])
        let path = "\(Fixture.root)/configmaps/settings"
        var theirs = try #require(server.object(path))
        theirs["data", "key"] = "theirs"
        server.put(path, theirs, manager: "other-controller", owning: [["data", "key"]])
        #expect(try await applier.plan([Fixture.configMap("settings", "ours")]).map(\.action) == [.unchanged])
        _ = try await applier.apply([Fixture.configMap("settings", "ours")])
        #expect(server.object(path)?["data", "key"]?.string == "theirs")
    }
}
