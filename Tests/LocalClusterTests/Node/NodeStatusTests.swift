import Manifests
import Testing

@testable import LocalCluster

@Suite struct NodeStatusTests {
    let now = Timestamp(seconds: 1_800_000_000)

    private func container(_ state: ContainerSnapshot.State, last: Int64? = nil, ready: Bool = false) -> ContainerSnapshot {
        var snapshot = ContainerSnapshot(name: "c", image: "i", state: state)
        snapshot.lastTermination = last.map(end)
        snapshot.isReady = ready
        return snapshot
    }

    private func end(_ code: Int64) -> ContainerSnapshot.Termination {
        .init(exitCode: code, reason: code == 0 ? "Completed" : "Error", finishedAt: now, containerID: "")
    }

    private func facts(_ containers: [ContainerSnapshot], initial: [ContainerSnapshot] = [], policy: String = "Always") -> PodStatus.Facts {
        PodStatus.Facts(
            pod: ["spec": ["restartPolicy": .string(policy), "containers": [["name": "c"]]]], initContainers: initial,
            containers: containers, podIP: "127.20.1.1", hostIP: "127.20.0.1", startTime: now)
    }

    private var waiting: ContainerSnapshot.State { .waiting(reason: "ContainerCreating", message: nil) }

    @Test func phases() {
        #expect(PodStatus.phase(facts([container(waiting)])) == "Pending")
        #expect(PodStatus.phase(facts([container(.running(since: now))])) == "Running")
        #expect(PodStatus.phase(facts([container(waiting, last: 1)])) == "Running")
        #expect(PodStatus.phase(facts([container(.terminated(end(0)))])) == "Running")
        #expect(PodStatus.phase(facts([container(.terminated(end(0)))], policy: "OnFailure")) == "Succeeded")
        #expect(PodStatus.phase(facts([container(.terminated(end(1)))], policy: "OnFailure")) == "Running")
        #expect(PodStatus.phase(facts([container(.terminated(end(1)))], policy: "Never")) == "Failed")
        #expect(PodStatus.phase(facts([container(waiting)], initial: [container(.terminated(end(1)))], policy: "Never")) == "Failed")
        #expect(PodStatus.phase(facts([container(waiting)], initial: [container(.running(since: now))])) == "Pending")
    }

    @Test func anUnchangedConditionKeepsItsTime() {
        let ready = facts([container(.running(since: now), ready: true)])
        let first = PodStatus.make(ready, former: nil, now: now)
        let later = PodStatus.make(ready, former: first, now: now + .seconds(60))
        #expect(first == later)
        let unready = PodStatus.make(facts([container(.running(since: now))]), former: first, now: now + .seconds(60))
        let condition = ConditionList(unready["conditions"]?.array)["Ready"]
        #expect(condition?["lastTransitionTime"]?.string == (now + .seconds(60)).rfc3339)
        #expect(condition?["reason"]?.string == "ContainersNotReady")
        #expect(ConditionList(unready["conditions"]?.array)["PodScheduled"]?["lastTransitionTime"]?.string == now.rfc3339)
    }

    @Test(
        arguments: [
            ([:], "BestEffort"), (["requests": ["cpu": "1"]], "Burstable"), (["limits": ["cpu": "1", "memory": "1Gi"]], "Guaranteed"),
            (["limits": ["cpu": "1", "memory": "1Gi"], "requests": ["cpu": "500m"]], "Burstable"),
            (["limits": ["cpu": "1", "memory": "1Gi"], "requests": ["cpu": "1000m", "memory": "1024Mi"]], "Guaranteed"),
        ] as [(Value, String)])
    func qualityOfService(_ resources: Value, _ expected: String) {
        #expect(PodStatus.qualityOfService(["spec": ["containers": [["name": "c", "resources": resources]]]]) == expected)
    }

    @Test func aReadinessGateHoldsThePodBack() {
        var gated = facts([container(.running(since: now), ready: true)])
        gated.pod["spec", "readinessGates"] = [["conditionType": "example.com/traffic"]]
        let closed = PodStatus.make(gated, former: nil, now: now)
        #expect(ConditionList(closed["conditions"]?.array)["Ready"]?["status"]?.string == "False")
        #expect(ConditionList(closed["conditions"]?.array)["ContainersReady"]?["status"]?.string == "True")
        let open = PodStatus.make(gated, former: ["conditions": [["type": "example.com/traffic", "status": "True"]]], now: now)
        #expect(ConditionList(open["conditions"]?.array)["Ready"]?["status"]?.string == "True")
        #expect(ConditionList(open["conditions"]?.array)["example.com/traffic"] != nil)
    }
}
