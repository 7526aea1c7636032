import Delivery
import Manifests
import Testing

@testable import Controller

@Suite struct PreflightTests {
    private func change(_ name: String, _ action: ObjectChange.Action, fields: [FieldChange] = [], note: String? = nil) -> ObjectChange {
        ObjectChange(
            identity: ObjectIdentity(group: "", kind: "ConfigMap", namespace: "nova-prod", name: name), action: action, fields: fields,
            note: note)
    }

    private var policy: EnvironmentPolicy {
        var policy = EnvironmentPolicy(name: "production", target: .init(namespace: "nova-prod"))
        policy.rollout.pruneMaxObjects = 2
        policy.rollout.pruneMaxPercent = 50
        return policy
    }

    @Test func thePlanHashDoesNotDependOnTheOrderAndNotOnWhatStays() {
        let first = Preflight.planHash(of: [change("a", .create), change("b", .update), change("c", .unchanged)], bundle: "1")
        let second = Preflight.planHash(of: [change("b", .update), change("a", .create)], bundle: "1")
        #expect(first == second)
        #expect(first.count == 64)
    }

    @Test func thePlanHashChangesWithAnyChange() {
        let field = FieldChange(path: [.key("data"), .key("x")], old: "1", new: "2")
        let hashes = [
            Preflight.planHash(of: [change("a", .create)], bundle: "1"), Preflight.planHash(of: [change("a", .update)], bundle: "1"),
            Preflight.planHash(of: [change("b", .create)], bundle: "1"), Preflight.planHash(of: [change("a", .create)], bundle: "2"),
            Preflight.planHash(of: [change("a", .update, fields: [field])], bundle: "1"),
        ]
        #expect(Set(hashes).count == hashes.count)
    }

    @Test func aConflictIsShownWithItsOwner() {
        let failure = Preflight.failure(of: [change("a", .conflict, note: "data.x is owned by kubectl-edit")], policy: policy)
        #expect(failure?.origin == .preflight)
        #expect(
            failure?.message
                == "ConfigMap nova-prod/a: data.x is owned by kubectl-edit. Set rollout.conflicts in environment.yaml to force or takeOver, or remove the field"
        )
    }

    @Test func tooManyDeletesAreStoppedByCountAndByShare() {
        let three = ["a", "b", "c"].map { change($0, .delete) } + (0..<20).map { change("k\($0)", .unchanged) }
        #expect(Preflight.failure(of: three, policy: policy)?.message.hasPrefix("would delete 3 of 23 objects") == true)
        let share = [change("a", .delete), change("b", .delete), change("k", .unchanged)]
        #expect(Preflight.failure(of: share, policy: policy)?.message.contains("the cap is 2 objects and 50 %") == true)
        #expect(Preflight.failure(of: [change("a", .delete), change("k", .unchanged)], policy: policy) == nil)
    }

    @Test func onlyWhatNobodyBringsIsRequired() {
        let deployment: Value = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "app", "namespace": "nova-prod"],
            "spec": [
                "template": [
                    "spec": [
                        "containers": [
                            [
                                "name": "app",
                                "env": [
                                    ["name": "A", "valueFrom": ["secretKeyRef": ["name": "database", "key": "password"]]],
                                    ["name": "B", "valueFrom": ["configMapKeyRef": ["name": "mine", "key": "there"]]],
                                    ["name": "C", "valueFrom": ["configMapKeyRef": ["name": "mine", "key": "missing"]]],
                                    ["name": "D", "valueFrom": ["secretKeyRef": ["name": "perhaps", "key": "x", "optional": true]]],
                                ],
                            ]
                        ],
                        "volumes": [["name": "tls", "secret": ["secretName": "tls-cert"]]],
                    ]
                ]
            ],
        ]
        let mine: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "mine"], "data": ["there": "1"]]
        let found = Preflight.externalRequirements(of: [deployment, mine]).map { "\($0.kind)/\($0.name)/\($0.key ?? "-")" }
        #expect(found == ["Secret/database/password", "ConfigMap/mine/missing", "Secret/tls-cert/-"])
    }
}
