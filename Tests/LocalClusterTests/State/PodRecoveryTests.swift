import Manifests
import Testing

@testable import LocalCluster

/// What a node makes of the Pods that it finds at its start.
@Suite struct PodRecoveryTests {
    private let now = Timestamp(seconds: 1_769_854_830)

    private func pod(_ policy: String, _ state: Value, last: Value = [:], restarts: Int64 = 2) -> Value {
        [
            "spec": ["restartPolicy": .string(policy), "containers": [["name": "main", "image": "sh"]]],
            "status": [
                "containerStatuses": [
                    ["name": "main", "state": state, "lastState": last, "restartCount": .integer(restarts), "containerID": "slipway://a"]
                ]
            ],
        ]
    }

    private let running: Value = ["running": ["startedAt": "2026-01-31T10:00:00Z"]]
    private func terminated(_ code: Int64) -> Value {
        [
            "terminated": [
                "exitCode": .integer(code), "reason": "Error", "startedAt": "2026-01-31T10:00:00Z", "finishedAt": "2026-01-31T10:01:00Z",
            ]
        ]
    }

    @Test func whatRanIsStartedAgainAndCounted() throws {
        let plan = PodRecovery.plan(pod("Always", running), now: now)
        let container = try #require(plan.containers.first)
        #expect(plan.hasRun)
        #expect(!container.isFinished)
        #expect(container.snapshot.restartCount == 3)
        #expect(container.snapshot.lastTermination?.exitCode == 255)
        #expect(container.snapshot.lastTermination?.reason == "Unknown")
        #expect(container.snapshot.value["state"]?["waiting"]?["reason"] == "ContainerCreating")
    }

    @Test(arguments: [("OnFailure", 0, true), ("OnFailure", 1, false), ("Never", 1, true), ("Always", 0, false)])
    func theRestartPolicyDecides(_ policy: String, _ code: Int64, _ isFinished: Bool) throws {
        let container = try #require(PodRecovery.plan(pod(policy, terminated(code)), now: now).containers.first)
        #expect(container.isFinished == isFinished)
        #expect(container.snapshot.restartCount == (isFinished ? 2 : 3))
    }

    @Test func aPodThatIsNeverRestartedHasFailed() throws {
        let plan = PodRecovery.plan(pod("Never", running), now: now)
        let facts = PodStatus.Facts(
            pod: pod("Never", running), initContainers: [], containers: plan.containers.map(\.snapshot), podIP: "", hostIP: "",
            startTime: now)
        #expect(PodStatus.phase(facts) == "Failed")
    }

    @Test func betweenTwoRunsTheNextOneIsCounted() throws {
        let waiting: Value = ["waiting": ["reason": "CrashLoopBackOff"]]
        let container = try #require(PodRecovery.plan(pod("Always", waiting, last: terminated(1)), now: now).containers.first)
        #expect(container.snapshot.restartCount == 3)
        let fresh = try #require(PodRecovery.plan(pod("Always", waiting, restarts: 0), now: now).containers.first)
        #expect(fresh.snapshot.restartCount == 0)
    }
}
