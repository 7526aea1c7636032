import Manifests
import Testing

@testable import Health

@Suite struct ObjectHealthTests {
    static func verdict(_ object: Value, now: Int64 = 1_800_000_000) -> HealthReport { ObjectHealth.evaluate(object, now: now) }

    @Test func deletionComesBeforeAllElse() {
        let object: Value = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "deletionTimestamp": "2026-01-01T00:00:00Z"],
        ]
        #expect(Self.verdict(object).status == .terminating)
    }

    @Test func stalledIsFailedWithItsWords() {
        let object: Value = [
            "apiVersion": "x.dev/v1", "kind": "Thing", "metadata": ["name": "a", "namespace": "n"],
            "status": ["conditions": [["type": "Stalled", "status": "True", "reason": "NoQuota", "message": "no quota left"]]],
        ]
        #expect(Self.verdict(object) == HealthReport(.failed, "NoQuota", "Thing n/a: no quota left"))
    }

    @Test func readyFalseOfAnUnknownKindIsInProgress() {
        let object: Value = [
            "apiVersion": "x.dev/v1", "kind": "Thing", "metadata": ["name": "a"],
            "status": ["conditions": [["type": "Ready", "status": "False", "reason": "Waiting", "message": "for the moon"]]],
        ]
        #expect(Self.verdict(object) == HealthReport(.inProgress, "Waiting", "Thing a is not ready: for the moon."))
    }

    @Test func failedPodHasFailed() {
        let object: Value = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p", "namespace": "n"],
            "status": [
                "phase": "Failed",
                "containerStatuses": [["name": "app", "state": ["terminated": ["exitCode": 3, "reason": "Error"]]]],
            ],
        ]
        let verdict = Self.verdict(object)
        #expect(verdict.status == .failed)
        #expect(verdict.message == "Pod n/p failed: container app ended with exit code 3 (Error).")
    }

    @Test func jobWithAFalseFailedConditionRuns() {
        let object: Value = [
            "apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": "j"],
            "status": ["startTime": "2026-01-01T00:00:00Z", "active": 1, "conditions": [["type": "Failed", "status": "False"]]],
        ]
        #expect(Self.verdict(object).status == .inProgress)
    }

    @Test func deploymentOfZeroReplicasIsCurrent() {
        let object: Value = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "d", "generation": 1],
            "spec": ["replicas": 0],
            "status": ["observedGeneration": 1, "conditions": [["type": "Available", "status": "True"]]],
        ]
        #expect(Self.verdict(object).status == .current)
    }

    @Test func pausedDeploymentSaysSo() {
        let object: Value = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "d", "generation": 2],
            "spec": ["replicas": 3, "paused": true],
            "status": ["observedGeneration": 2, "replicas": 3, "updatedReplicas": 0],
        ]
        #expect(Self.verdict(object).reason == "Paused")
    }

    @Test func wrongTypesInStatusDoNotTrap() {
        let object: Value = [
            "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": ["name": 3, "generation": "x"],
            "spec": ["replicas": "many", "updateStrategy": ["rollingUpdate": ["partition": .integer(.min)]]],
            "status": ["conditions": "none", "replicas": 1, "readyReplicas": 1],
        ]
        #expect(Self.verdict(object).status == .inProgress)
    }

    @Test func persistentVolumeClaimThatLostItsVolumeHasFailed() {
        let object: Value = ["apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": ["name": "c"], "status": ["phase": "Lost"]]
        #expect(Self.verdict(object).status == .failed)
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-22T02:46:43Z", 1_795_315_603), ("2024-02-29T12:00:00.123456Z", 1_709_208_000),
            ("2026-11-22T04:46:43+02:00", 1_795_315_603), ("1969-12-31T23:59:59Z", -1),
        ] as [(String, Int64)])
    func timestamps(text: String, seconds: Int64) {
        #expect(KubernetesTime.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "now", "2026-13-01T00:00:00Z", "2026-11-22 02:46:43", "2026-11-22T02:46:43", "2026-11-22T02:46:43+0200",
        "2026-11-22T02:46:43ZZ",
    ])
    func notTimestamps(text: String) {
        #expect(KubernetesTime.seconds(text) == nil)
    }
}
