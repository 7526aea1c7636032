import Manifests
import Testing

@testable import Health

@Suite struct BuiltInRulesTests {
    @Test func everyPathIsOne() {
        func paths(_ test: HealthTest) -> [HealthPath] {
            switch test {
            case .condition(let test): return test.at.map { [$0] } ?? []
            case .all(let tests): return tests.flatMap(paths)
            case .value(let path, let comparison):
                switch comparison {
                case .sameAs(let other), .differsFrom(let other), .below(.path(let other)), .above(.path(let other)): return [path, other]
                case .equals, .differs, .startsWith, .exists, .complete, .below(.number), .above(.number): return [path]
                }
            }
        }
        for rule in BuiltInRules.all {
            let all = (rule.suspended + rule.failed + rule.inProgress + rule.current).flatMap(paths) + rule.messages
            #expect(!all.contains(.nowhere), "\(rule.groups) \(rule.kinds)")
            #expect(all.allSatisfy { HealthPath($0.text) == $0 })
        }
    }

    /// What the decoder asks of an operator's rules holds for ours.
    @Test func theyAreSuchAsAnOperatorMayWrite() {
        var seen: Set<String> = []
        for rule in BuiltInRules.all {
            #expect(!rule.groups.isEmpty && !rule.kinds.isEmpty)
            #expect(!(rule.suspended + rule.failed + rule.inProgress + rule.current).isEmpty)
            for group in rule.groups {
                #expect(!ObjectHealth.builtInGroups.contains(group))
                for kind in rule.kinds { #expect(seen.insert("\(kind).\(group)").inserted, "two rules for \(kind) of \(group)") }
            }
        }
    }

    static func certificate(_ conditions: Value...) -> Value {
        [
            "apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": ["name": "c", "namespace": "n", "generation": 1],
            "status": ["conditions": .array(conditions)],
        ]
    }

    /// As cert-manager writes them from the first moment on.
    @Test func aCertificateOnItsWay() {
        func verdict(_ object: Value, rules: HealthRules = HealthRules()) -> HealthReport {
            ObjectHealth.evaluate(object, now: 0, rules: rules)
        }
        let notYet: Value = ["type": "Ready", "status": "False", "reason": "DoesNotExist", "message": "Secret does not exist"]
        let issuing: Value = ["type": "Issuing", "status": "True", "reason": "DoesNotExist"]
        #expect(verdict(Self.certificate()).status == .inProgress)
        #expect(verdict(Self.certificate(notYet)).status == .inProgress)
        #expect(verdict(Self.certificate(notYet, issuing)).status == .inProgress)
        let refused: Value = ["type": "Issuing", "status": "False", "reason": "Failed", "message": "The order was refused."]
        let failed = verdict(Self.certificate(notYet, refused))
        #expect(failed.status == .failed)
        #expect(failed.message.hasSuffix("The order was refused."))
        #expect(verdict(Self.certificate(["type": "Ready", "status": "True", "reason": "Ready"])).status == .current)
        // An operator's own rule wins.
        let own = HealthRules([HealthRule(["cert-manager.io"], ["Certificate"], failed: [.is("Never")])])
        #expect(verdict(Self.certificate(notYet, refused), rules: own).status == .current)
    }

    @Test func argoRolloutsThroughItsSteps() {
        func status(_ status: Value, spec: Value = ["replicas": 5]) -> HealthStatus {
            ObjectHealth.evaluate(
                ["apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": ["name": "r"], "spec": spec, "status": status], now: 0
            ).status
        }
        #expect(status([:]) == .inProgress)
        #expect(status(["phase": "Progressing"]) == .inProgress)
        #expect(status(["phase": "Paused", "pauseConditions": [["reason": "CanaryPauseStep"]]]) == .inProgress)
        #expect(status(["phase": "Healthy"]) == .current)
        #expect(status(["phase": "Degraded", "abort": true]) == .failed)
        #expect(status(["phase": "Paused"], spec: ["paused": true]) == .current)
    }

    @Test func aRouteOfTwoGateways() {
        func status(_ parents: Value...) -> HealthStatus {
            ObjectHealth.evaluate(
                [
                    "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": ["name": "r", "generation": 2],
                    "status": ["parents": .array(parents)],
                ], now: 0
            ).status
        }
        func parent(_ status: String, _ reason: String, generation: Int64 = 2) -> Value {
            [
                "conditions": [
                    ["type": "Accepted", "status": .string(status), "reason": .string(reason), "observedGeneration": .integer(generation)]
                ]
            ]
        }
        #expect(status() == .inProgress)
        #expect(status(parent("True", "Accepted"), parent("True", "Accepted")) == .current)
        #expect(status(parent("True", "Accepted"), parent("False", "NoMatchingParent")) == .failed)
        #expect(status(parent("True", "Accepted"), parent("False", "Pending")) == .inProgress)
        #expect(status(parent("False", "NoMatchingParent", generation: 1)) == .inProgress)
    }

    /// External Secrets writes no observedGeneration: after the change that mends a Secret, the old error stands for a moment.
    @Test func anOldFailureDoesNotCountRightAfterAChange() {
        func verdict(told: String, now: Int64, generation: Value = .null) -> HealthReport {
            let fields: Value = [
                ["manager": "slipway", "operation": "Apply", "time": "2026-01-01T00:01:00Z"],
                ["manager": "external-secrets", "operation": "Update", "subresource": "status", "time": .string(told)],
            ]
            return ObjectHealth.evaluate(
                [
                    "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret",
                    "metadata": ["name": "s", "namespace": "n", "generation": 2, "managedFields": fields],
                    "status": [
                        "conditions": [
                            [
                                "type": "Ready", "status": "False", "reason": "SecretSyncedError", "message": "no such key",
                                "observedGeneration": generation,
                            ]
                        ]
                    ],
                ], now: now)
        }
        let changed: Int64 = 1_767_225_660
        let early = verdict(told: "2026-01-01T00:00:00Z", now: changed + 1)
        #expect(early.status == .inProgress)
        #expect(early.reason == "JustChanged")
        #expect(early.message.contains("no such key"))
        #expect(verdict(told: "2026-01-01T00:00:00Z", now: changed + 30).status == .failed)
        #expect(verdict(told: "2026-01-01T00:01:02Z", now: changed + 3).status == .failed)
        // One that says which generation it is about needs no waiting.
        #expect(verdict(told: "2026-01-01T00:00:00Z", now: changed + 1, generation: 2).status == .failed)
    }

    /// Kinds that no controller writes a status to are not waited for, even where others of their group are.
    @Test(arguments: [
        ("kafka.strimzi.io", "KafkaNodePool"), ("aws.upbound.io", "ProviderConfig"),
        ("policy.open-cluster-management.io", "PlacementBinding"),
        ("controlplane.cluster.x-k8s.io", "KubeadmControlPlaneTemplate"), ("security.istio.io", "AuthorizationPolicy"),
        ("argoproj.io", "AnalysisTemplate"), ("monitoring.coreos.com", "ServiceMonitor"), ("notification.toolkit.fluxcd.io", "Provider"),
        ("apiextensions.crossplane.io", "Composition"), ("infrastructure.cluster.x-k8s.io", "AWSMachineTemplate"),
    ])
    func withoutAStatus(group: String, kind: String) {
        let object: Value = ["apiVersion": .string("\(group)/v1"), "kind": .string(kind), "metadata": ["name": "a", "generation": 1]]
        #expect(ObjectHealth.evaluate(object, now: 0).status == .current)
    }

    /// A source that is away for a moment ends no Release.
    @Test func aFailureThatHasJustBegunDoesNotCount() {
        func verdict(now: Int64) -> HealthReport {
            ObjectHealth.evaluate(
                [
                    "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": ["name": "g", "generation": 1],
                    "status": [
                        "observedGeneration": 1,
                        "conditions": [
                            [
                                "type": "Ready", "status": "False", "reason": "GitOperationFailed", "message": "no route to host",
                                "lastTransitionTime": "2026-01-01T00:01:00Z",
                            ]
                        ],
                    ],
                ], now: now)
        }
        let began: Int64 = 1_767_225_660
        #expect(verdict(now: began + 29).status == .inProgress)
        #expect(verdict(now: began + 29).message.contains("no route to host"))
        #expect(verdict(now: began + 30).status == .failed)
        #expect(verdict(now: began + 30).reason == "GitOperationFailed")
    }

    /// The nearest word of each kind's own documentation for three states.
    @Test(arguments: [
        ("keda.sh", "ScaledObject", "Ready", "False", HealthStatus.failed), ("keda.sh", "ScaledObject", "Ready", "True", .current),
        ("serving.knative.dev", "Service", "Ready", "Unknown", .inProgress), ("kyverno.io", "ClusterPolicy", "Ready", "False", .inProgress),
        ("ec2.aws.upbound.io", "VPC", "Ready", "False", .inProgress), ("s3.aws.crossplane.io", "Bucket", "Ready", "True", .current),
        ("networking.istio.io", "VirtualService", "None", "True", .current), ("bitnami.com", "SealedSecret", "Synced", "False", .failed),
        ("kafka.strimzi.io", "Kafka", "Ready", "True", .current), ("kafka.strimzi.io", "Kafka", "NotReady", "True", .failed),
        ("tekton.dev", "PipelineRun", "Succeeded", "Unknown", .inProgress), ("rabbitmq.com", "Queue", "Ready", "False", .failed),
        ("helm.toolkit.fluxcd.io", "HelmRelease", "Ready", "False", .failed),
        ("pkg.crossplane.io", "Provider", "Installed", "False", .inProgress),
    ])
    func oneCondition(group: String, kind: String, type: String, status: String, expected: HealthStatus) {
        let verdict = ObjectHealth.evaluate(
            [
                "apiVersion": .string("\(group)/v1"), "kind": .string(kind), "metadata": ["name": "a"],
                "status": ["conditions": [["type": .string(type), "status": .string(status)]]],
            ], now: 0)
        #expect(verdict.status == expected, "\(verdict)")
    }
}
