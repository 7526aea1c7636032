import HTTPTransport
import Manifests
import Testing

@testable import Kubernetes

/// Fields that are fixed once an object exists.
@Suite struct ReplaceTests {
    static let path = "\(Fixture.root)/services/web"

    static func service(_ address: String, replace: String? = nil) -> Value {
        var object = Fixture.service
        object["spec", "clusterIP"] = .string(address)
        if let replace { object.set(["metadata", "annotations", SlipwayLabel.replace], to: .string(replace)) }
        return object
    }

    @Test func withoutAWordItIsAnErrorThatNamesTheField() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        _ = try await applier.apply([Self.service("10.0.0.1")])
        for attempt in [
            { _ = try await applier.plan([Self.service("10.0.0.2")]) }, { _ = try await applier.apply([Self.service("10.0.0.2")]) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: KubernetesError.self) { try await attempt() }
            #expect(
                error?.message.hasSuffix(
                    "spec.clusterIP cannot be changed on an object that exists: leave it as it was, give the object another name, or let it be deleted and made anew with the annotation slipway.dev/replace: enabled"
                ) == true, "\(error?.message ?? "")")
        }
        #expect(!server.writes.contains { $0.hasPrefix("DELETE") })
    }

    @Test func withTheAnnotationItIsShownAndMadeAnew() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        let old = try await applier.apply([Self.service("10.0.0.1")])
        let next = Self.service("10.0.0.2", replace: "enabled")
        let plan = try await applier.plan([next])
        #expect(plan.map(\.action) == [.replace])
        #expect(plan[0].fields.map(\.description) == [#"spec.clusterIP: "10.0.0.1" -> "10.0.0.2""#])
        let new = try await applier.apply([next])
        #expect(server.object(Self.path)?["spec", "clusterIP"] == "10.0.0.2")
        #expect(new[0].uid != old[0].uid)
        #expect(try await applier.inventory().map(\.uid) == [new[0].uid])
        let request = try #require(server.requests.first { $0.method == "DELETE" })
        let options = try JSON.parse(request.body ?? [])
        #expect(options["preconditions", "uid"]?.string == old[0].uid && options["propagationPolicy"] == "Foreground")
    }

    @Test func aFinalizerThatNobodyRemovesIsNamedAtTheDeadline() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        _ = try await applier.apply([Self.service("10.0.0.1")])
        var held = try #require(server.object(Self.path))
        held.set(["metadata", "finalizers"], to: ["x.dev/hold"])
        server.put(Self.path, held)
        let error = await #expect(throws: KubernetesError.self) { try await applier.apply([Self.service("10.0.0.2", replace: "enabled")]) }
        #expect(error?.code == .refused && error?.isTransient == true)
        #expect(error?.message.hasSuffix("it waits for the finalizer x.dev/hold, which its controller has to remove") == true)
    }

    @Test func anObjectThatIsDeletedBetweenPlanAndApplyIsMadeAgain() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        _ = try await applier.apply([Self.service("10.0.0.1"), Fixture.configMap("a")])
        #expect(try await applier.plan([Self.service("10.0.0.1"), Fixture.configMap("a", "2")]).map(\.action) == [.update, .unchanged])
        server.remove(Self.path)
        server.remove("\(Fixture.root)/configmaps/a")
        let applied = try await applier.apply([Self.service("10.0.0.1"), Fixture.configMap("a", "2")])
        #expect(applied.filter(\.changed).count == 2)
        let known = try await applier.inventory().map(\.uid)
        let live = [server.object("\(Fixture.root)/configmaps/a")?.uid, server.object(Self.path)?.uid]
        #expect(known == live)
    }

    @Test func otherRefusalsAreNotTakenForIt() {
        func invalid(_ messages: String...) -> KubernetesError {
            KubernetesError(.invalid(messages.map { FieldCause(field: "spec.a", reason: "", message: $0) }), "refused")
        }
        let live: Value = ["kind": "Job", "apiVersion": "batch/v1"]
        #expect(ImmutableFields.named(in: invalid("Invalid value: {}: field is immutable"), live: live) == ["spec.a"])
        #expect(
            ImmutableFields.named(
                in: invalid("Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden"), live: live)
                == ["spec.a"])
        #expect(ImmutableFields.named(in: invalid("field is immutable", "must be positive"), live: live) == nil)
        #expect(ImmutableFields.named(in: invalid("field is immutable"), live: nil) == nil)
        #expect(ImmutableFields.named(in: KubernetesError(.forbidden, "field is immutable"), live: live) == nil)
    }
}
