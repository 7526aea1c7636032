import Manifests
import Testing

@testable import LocalCluster

@Suite struct ControllerDeploymentRulesTests {
    let now = Timestamp(seconds: 1_800_000_000)

    private func deployment(replicas: Int64 = 3, image: String = "app:1", spec: Value = .object([:]), status: Value? = nil) -> Value {
        var whole: Value = [
            "replicas": .integer(replicas), "selector": ["matchLabels": ["app": "web"]],
            "template": ["metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "c", "image": .string(image)]]]],
        ]
        for (key, value) in spec.object ?? [:] { whole[key] = value }
        var object: Value = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "web", "namespace": "shop", "uid": "d-1", "generation": 1, "annotations": ["team": "nova"]], "spec": whole,
        ]
        object["status"] = status
        return object
    }

    /// What the first pass makes, as it would be stored.
    private func made(by decision: DeploymentDecision, uid: String, replicas: Int64? = nil, available: Int64 = 0) throws -> Value {
        var set = try #require(decision.creation)
        set["metadata", "uid"] = .string(uid)
        set["metadata", "generation"] = 1
        set["metadata", "creationTimestamp"] = .string(now.rfc3339)
        if let replicas { set["spec", "replicas"] = .integer(replicas) }
        set["status"] = [
            "replicas": .integer(set.specReplicas), "readyReplicas": .integer(available), "availableReplicas": .integer(available),
            "observedGeneration": 1,
        ]
        return set
    }

    @Test func theFirstPassMakesAReplicaSet() throws {
        let decision = DeploymentRules.decide(deployment: deployment(), replicaSets: [], pods: [], now: now)
        let set = try #require(decision.creation)
        let hash = try #require(set.label(DeploymentView.hashLabel))
        #expect(set.name == "web-\(hash)")
        #expect(set.specReplicas == 3)
        #expect(set["spec", "selector", "matchLabels", DeploymentView.hashLabel]?.string == hash)
        #expect(set["spec", "template", "metadata", "labels", DeploymentView.hashLabel]?.string == hash)
        #expect(set.isControlled(by: "d-1"))
        #expect(set.annotation("team") == "nova")
        #expect(set.annotation(DeploymentView.revisionAnnotation) == "1")
        #expect(set.annotation(DeploymentView.desiredReplicasAnnotation) == "3")
        #expect(set.annotation(DeploymentView.maxReplicasAnnotation) == "4")
        #expect(decision.revision == 1)
        #expect(decision.scalings.map(\.message) == ["Scaled up replica set web-\(hash) from 0 to 3"])
        let progress = ConditionList(decision.status["conditions"]?.array)["Progressing"]
        #expect(progress?["reason"]?.string == "NewReplicaSetCreated")
    }

    @Test func completionAndItsWords() throws {
        let first = DeploymentRules.decide(deployment: deployment(), replicaSets: [], pods: [], now: now)
        let set = try made(by: first, uid: "r-1", available: 3)
        let decision = DeploymentRules.decide(deployment: deployment(status: first.status), replicaSets: [set], pods: [], now: now)
        let conditions = ConditionList(decision.status["conditions"]?.array)
        #expect(conditions["Progressing"]?["reason"]?.string == "NewReplicaSetAvailable")
        #expect(conditions["Progressing"]?["message"]?.string == "ReplicaSet \"\(set.name!)\" has successfully progressed.")
        #expect(conditions["Available"]?["reason"]?.string == "MinimumReplicasAvailable")
        #expect(decision.status["unavailableReplicas"] == nil)
        #expect(decision.creation == nil && decision.scalings.isEmpty)
    }

    @Test func anOldTemplateTakesItsReplicaSetAndTheNextRevision() throws {
        let one = DeploymentRules.decide(deployment: deployment(image: "app:1"), replicaSets: [], pods: [], now: now)
        let first = try made(by: one, uid: "r-1", replicas: 0)
        let two = DeploymentRules.decide(deployment: deployment(image: "app:2"), replicaSets: [first], pods: [], now: now)
        let second = try made(by: two, uid: "r-2", available: 3)
        #expect(second.annotation(DeploymentView.revisionAnnotation) == "2")
        let back = DeploymentRules.decide(deployment: deployment(image: "app:1"), replicaSets: [first, second], pods: [], now: now)
        #expect(back.creation == nil)
        let updated = try #require(back.updates.first { $0.uid == "r-1" })
        #expect(updated.annotation(DeploymentView.revisionAnnotation) == "3")
        #expect(updated.annotation(DeploymentView.revisionHistoryAnnotation) == "1")
        #expect(updated.specReplicas == 1)
        #expect(back.revision == 3)
    }

    @Test func nothingRollsWhilePaused() throws {
        let one = DeploymentRules.decide(deployment: deployment(image: "app:1"), replicaSets: [], pods: [], now: now)
        let first = try made(by: one, uid: "r-1", available: 3)
        let paused = DeploymentRules.decide(
            deployment: deployment(image: "app:2", spec: ["paused": true], status: one.status), replicaSets: [first], pods: [], now: now)
        #expect(paused.creation == nil && paused.scalings.isEmpty)
        #expect(ConditionList(paused.status["conditions"]?.array)["Progressing"]?["reason"]?.string == "DeploymentPaused")
        // But it may be scaled.
        let scaled = DeploymentRules.decide(
            deployment: deployment(replicas: 5, image: "app:2", spec: ["paused": true], status: one.status), replicaSets: [first], pods: [],
            now: now)
        #expect(scaled.updates.first?.specReplicas == 5)
    }

    @Test func theDeadlineIsCounted() throws {
        let one = DeploymentRules.decide(
            deployment: deployment(spec: ["progressDeadlineSeconds": 10]), replicaSets: [], pods: [], now: now)
        let set = try made(by: one, uid: "r-1")
        func pass(_ seconds: Int64) -> DeploymentDecision {
            DeploymentRules.decide(
                deployment: deployment(spec: ["progressDeadlineSeconds": 10], status: withCounts(one.status, set)), replicaSets: [set],
                pods: [], now: now + .seconds(seconds))
        }
        let early = pass(9)
        #expect(ConditionList(early.status["conditions"]?.array)["Progressing"]?["status"]?.string == "True")
        #expect(early.lookAgainAfter.map { $0 > .seconds(1) && $0 < .seconds(3) } == true)
        let late = ConditionList(pass(11).status["conditions"]?.array)["Progressing"]
        #expect(late?["status"]?.string == "False")
        #expect(late?["reason"]?.string == "ProgressDeadlineExceeded")
        #expect(late?["message"]?.string == "ReplicaSet \"\(set.name!)\" has timed out progressing.")
    }

    private func withCounts(_ status: Value, _ set: Value) -> Value {
        var status = status
        status["replicas"] = .integer(set.statusReplicas)
        status["updatedReplicas"] = .integer(set.statusReplicas)
        return status
    }

    @Test func recreateWaitsForTheOldPods() throws {
        let recreate: Value = ["strategy": ["type": "Recreate"]]
        let one = DeploymentRules.decide(deployment: deployment(spec: recreate), replicaSets: [], pods: [], now: now)
        let first = try made(by: one, uid: "r-1", available: 3)
        let down = DeploymentRules.decide(deployment: deployment(image: "app:2", spec: recreate), replicaSets: [first], pods: [], now: now)
        #expect(down.creation == nil)
        #expect(down.updates.first?.specReplicas == 0)
        var stopped = first
        stopped["spec", "replicas"] = 0
        let pod: Value = ["metadata": ["ownerReferences": [["uid": "r-1", "controller": true]]], "status": ["phase": "Running"]]
        let waiting = DeploymentRules.decide(
            deployment: deployment(image: "app:2", spec: recreate), replicaSets: [stopped], pods: [pod], now: now)
        #expect(waiting.creation == nil)
        let up = DeploymentRules.decide(deployment: deployment(image: "app:2", spec: recreate), replicaSets: [stopped], pods: [], now: now)
        #expect(up.creation?.specReplicas == 3)
    }

    @Test func oldRevisionsAreRemovedBeyondTheLimit() throws {
        var sets: [Value] = []
        for version in 1...4 {
            let decision = DeploymentRules.decide(deployment: deployment(image: "app:\(version)"), replicaSets: sets, pods: [], now: now)
            sets.append(try made(by: decision, uid: "r-\(version)", replicas: version == 4 ? 3 : 0, available: version == 4 ? 3 : 0))
        }
        let decision = DeploymentRules.decide(
            deployment: deployment(image: "app:4", spec: ["revisionHistoryLimit": 1]), replicaSets: sets, pods: [], now: now)
        #expect(decision.deletions.compactMap(\.uid) == ["r-1", "r-2"])
    }

    @Test func aFailureToMakePodsIsPassedOn() throws {
        let one = DeploymentRules.decide(deployment: deployment(), replicaSets: [], pods: [], now: now)
        var set = try made(by: one, uid: "r-1")
        set["status", "conditions"] = [["type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "quota"]]
        let decision = DeploymentRules.decide(deployment: deployment(status: one.status), replicaSets: [set], pods: [], now: now)
        let failure = ConditionList(decision.status["conditions"]?.array)["ReplicaFailure"]
        #expect(failure?["reason"]?.string == "FailedCreate")
        #expect(failure?["message"]?.string == "quota")
    }
}
