import Delivery
import Kubernetes
import Manifests
import Testing

@testable import Controller

@Suite struct ReleaseEventsTests {
    static let inventory = ObjectIdentity(group: "", kind: "ConfigMap", namespace: "nova", name: "slipway-inventory-staging")
    static let failing = ObjectIdentity(group: "apps", kind: "Deployment", namespace: "nova", name: "web")

    static func change(_ actions: [(String, String)]) -> StateChange {
        StateChange(
            audit: actions.map {
                AuditDraft(
                    at: Timestamp(milliseconds: 0), actor: .controller, action: $0.0, environment: "staging", release: 7,
                    revision: "0123456789abcdef", outcome: $0.1)
            })
    }

    @Test func whatMattersIsToldAndNothingElse() {
        let change = Self.change([("release.applying", "ok"), ("approval.given", "ok"), ("release.verified", "ok")])
        let events = ReleaseEvents.events(of: change, inventory: Self.inventory, failing: nil)
        #expect(events.map(\.reason) == ["ReleaseStarted", "ReleaseVerified"])
        #expect(events.first?.message == "Release 7: applying (revision 0123456789)")
        #expect(events.allSatisfy { $0.kind == .normal && $0.regarding == Self.inventory })
    }

    @Test func aFailureIsToldBesideWhatFailedToo() {
        let change = Self.change([("release.failed", "Deployment nova/web: container app ended 2 times")])
        let events = ReleaseEvents.events(of: change, inventory: Self.inventory, failing: Self.failing)
        #expect(events.map(\.regarding) == [Self.inventory, Self.failing])
        #expect(events.allSatisfy { $0.kind == .warning && $0.reason == "ReleaseFailed" })
        #expect(events.last?.message.hasSuffix(": Deployment nova/web: container app ended 2 times") == true)
    }
}
