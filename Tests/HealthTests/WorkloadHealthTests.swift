import Health
import Manifests
import Testing

@Suite struct WorkloadHealthTests {
    /// 2026-11-22T00:00:00Z.
    static let now: Int64 = 1_795_305_600

    struct Scene {
        var deployment: Value
        var replicaSets: [Value]
        var pods: [Value]
        var events: [Value] = []

        /// A rollout of generation 2 with the old ReplicaSet at full strength and one new Pod in the given state.
        init(container: Value? = nil, ready: Bool = false, conditions: [Value] = []) {
            let template: Value = ["metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "app", "image": "web:2"]]]]
            let oldTemplate: Value = ["metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "app", "image": "web:1"]]]]
            deployment = [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": ["name": "web", "namespace": "nova", "uid": "d1", "generation": 2],
                "spec": ["replicas": 1, "template": template, "progressDeadlineSeconds": 600],
                "status": ["observedGeneration": 2, "replicas": 2, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1],
            ]
            replicaSets = [
                Self.replicaSet("web-old", "r1", hash: "aaa", template: oldTemplate),
                Self.replicaSet("web-new", "r2", hash: "bbb", template: template),
            ]
            var status: Value = ["phase": "Running", "conditions": .array(conditions)]
            if var container {
                container["name"] = "app"
                container["image"] = "web:2"
                container["ready"] = .bool(ready)
                status["containerStatuses"] = [container]
            }
            pods = [
                Self.pod("web-old-1", owner: "r1", status: ["phase": "Running", "conditions": [["type": "Ready", "status": "True"]]]),
                Self.pod("web-new-1", owner: "r2", status: status),
            ]
        }

        static func replicaSet(_ name: String, _ uid: String, hash: String, template: Value) -> Value {
            var template = template
            template.set(["metadata", "labels", "pod-template-hash"], to: .string(hash))
            return [
                "apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": [
                    "name": .string(name), "namespace": "nova", "uid": .string(uid),
                    "ownerReferences": [["uid": "d1", "kind": "Deployment", "name": "web", "controller": true]],
                ],
                "spec": ["replicas": 1, "template": template],
            ]
        }

        static func pod(_ name: String, owner: String, status: Value) -> Value {
            [
                "apiVersion": "v1", "kind": "Pod",
                "metadata": [
                    "name": .string(name), "namespace": "nova", "uid": .string(name), "creationTimestamp": "2026-11-21T23:58:00Z",
                    "ownerReferences": [["uid": .string(owner), "kind": "ReplicaSet", "controller": true]],
                ],
                "status": status,
            ]
        }

        func report(
            expecting: AppliedVersion = AppliedVersion(uid: "d1", generation: 2), policy: FailFastPolicy = FailFastPolicy()
        ) -> HealthReport {
            WorkloadHealth.evaluate(
                workload: deployment, replicaSets: replicaSets, pods: pods, events: events, expecting: expecting, policy: policy,
                now: WorkloadHealthTests.now)
        }
    }

    static func waiting(_ reason: String, _ message: String = "", restarts: Int64 = 0, last: Value? = nil) -> Value {
        var status: Value = [
            "restartCount": .integer(restarts), "state": ["waiting": ["reason": .string(reason), "message": .string(message)]],
        ]
        if let last { status["lastState"] = ["terminated": last] }
        return status
    }

    static func ended(_ code: Int64, _ reason: String = "Error", at time: String = "2026-11-21T23:59:50Z") -> Value {
        ["exitCode": .integer(code), "reason": .string(reason), "finishedAt": .string(time)]
    }

    @Test func crashLoopNamesContainerPodCountAndCode() {
        let report = Scene(container: Self.waiting("CrashLoopBackOff", "back-off 10s", restarts: 1, last: Self.ended(7))).report()
        #expect(report.status == .failed)
        #expect(report.reason == "CrashLoopBackOff")
        #expect(
            report.message == "Deployment nova/web: container app of Pod web-new-1 ended 2 times, the last time with exit code 7 (Error).")
        #expect(report.logs == LogSource(namespace: "nova", pod: "web-new-1", container: "app", previous: true))
    }

    @Test func secondCrashIsALoopBeforeTheKubeletSaysSo() {
        let scene = Scene(container: ["restartCount": 1, "state": ["terminated": Self.ended(1)]])
        #expect(scene.report().reason == "CrashLoop")
        #expect(scene.report().logs?.previous == false)
        #expect(scene.report(policy: FailFastPolicy(crashes: 3)).status == .inProgress)
    }

    @Test func firstCrashMayHeal() {
        let first: Value = ["restartCount": 0, "state": ["terminated": Self.ended(1)]]
        #expect(Scene(container: first).report().status == .inProgress)
        let restarted: Value = ["restartCount": 1, "state": ["running": [:]], "lastState": ["terminated": Self.ended(1)]]
        #expect(Scene(container: restarted).report().status == .inProgress)
    }

    @Test func outOfMemoryFailsAtOnce() {
        let status: Value = ["restartCount": 1, "state": ["running": [:]], "lastState": ["terminated": Self.ended(137, "OOMKilled")]]
        let report = Scene(container: status).report()
        #expect(report.reason == "OOMKilled")
        #expect(report.message.contains("killed for using more memory than its limit"))
    }

    @Test func oldOutOfMemoryKillOfAReadyContainerIsForgotten() {
        let old = Self.ended(137, "OOMKilled", at: "2026-11-21T20:00:00Z")
        let status: Value = ["restartCount": 1, "state": ["running": [:]], "lastState": ["terminated": old]]
        #expect(Scene(container: status, ready: true, conditions: [["type": "Ready", "status": "True"]]).report().status != .failed)
    }

    @Test(arguments: [
        ("ErrImagePull", "rpc error: code = NotFound desc = web:2: not found", true), ("ErrImagePull", "dial tcp: i/o timeout", false),
        ("ImagePullBackOff", "Back-off pulling image \"web:2\"", true), ("InvalidImageName", "couldn't parse image reference", true),
        ("CreateContainerConfigError", "configmap \"x\" not found", true), ("RunContainerError", "exec: \"nope\": not found", true),
        ("ContainerCreating", "", false), ("PodInitializing", "", false),
    ])
    func waitingReasons(reason: String, message: String, isFailure: Bool) {
        let report = Scene(container: Self.waiting(reason, message)).report()
        #expect(report.status == (isFailure ? .failed : .inProgress))
        if isFailure {
            #expect(report.reason == reason)
            #expect(report.message.contains(message))
        }
    }

    @Test func crashesOfOldPodsDoNotCount() {
        var scene = Scene(container: Self.waiting("ContainerCreating"))
        scene.pods[0]["status", "containerStatuses"] = [Self.waiting("CrashLoopBackOff", restarts: 9, last: Self.ended(1))]
        #expect(scene.report().status == .inProgress)
    }

    @Test func podsThatAreOnTheirWayOutDoNotCount() {
        var scene = Scene(container: Self.waiting("CrashLoopBackOff", restarts: 9, last: Self.ended(1)))
        scene.pods[1]["metadata", "deletionTimestamp"] = "2026-11-21T23:59:59Z"
        #expect(scene.report().status == .inProgress)
    }

    @Test func unschedulablePodGetsItsGrace() {
        let recent: Value = [
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available: 3 Insufficient cpu.",
            "lastTransitionTime": "2026-11-21T23:59:30Z",
        ]
        var scene = Scene(conditions: [recent])
        scene.pods[1]["status", "phase"] = "Pending"
        #expect(scene.report().status == .inProgress)
        #expect(scene.report().message.contains("Insufficient cpu"))
        let report = scene.report(policy: FailFastPolicy(unschedulableSeconds: 30))
        #expect(report.reason == "Unschedulable")
        #expect(
            report.message
                == "Deployment nova/web: no node takes Pod web-new-1 since 30 seconds: 0/3 nodes are available: 3 Insufficient cpu.")
    }

    @Test func quotaRefusalFailsWithItsWords() {
        var scene = Scene()
        scene.pods = []
        scene.replicaSets[1]["status", "conditions"] = [
            [
                "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate",
                "message": "pods \"web\" is forbidden: exceeded quota: q",
                "lastTransitionTime": "2026-11-21T23:59:40Z",
            ]
        ]
        let report = scene.report()
        #expect(report.status == .failed)
        #expect(report.reason == "FailedCreate")
        #expect(report.message.contains("exceeded quota"))
        #expect(scene.report(policy: FailFastPolicy(replicaFailureSeconds: 60)).status == .inProgress)
    }

    @Test func progressDeadlineIsExplainedByTheContainer() {
        var scene = Scene(container: Self.waiting("ImagePullBackOff", "Back-off pulling image"))
        scene.deployment["status", "conditions"] = [
            ["type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out"]
        ]
        #expect(scene.report().reason == "ImagePullBackOff")
        scene.pods = []
        #expect(scene.report().reason == "ProgressDeadlineExceeded")
    }

    @Test func anotherUIDIsNotOurs() {
        #expect(Scene().report(expecting: AppliedVersion(uid: "d0", generation: 2)).reason == "Replaced")
    }

    @Test func anUnseenGenerationIsNeitherGoodNorBad() {
        var scene = Scene(container: Self.waiting("CrashLoopBackOff", restarts: 4, last: Self.ended(1)))
        scene.deployment["status", "observedGeneration"] = 1
        #expect(scene.report().reason == "LatestGenerationNotObserved")
        scene.deployment["status"] = nil
        #expect(scene.report().reason == "LatestGenerationNotObserved")
        #expect(scene.report(expecting: AppliedVersion(uid: "d1", generation: 3)).reason == "StaleRead")
    }

    @Test func aWaitingRolloutTellsOfFailingProbes() {
        var scene = Scene(container: ["restartCount": 0, "state": ["running": [:]]])
        scene.events = [
            [
                "apiVersion": "v1", "kind": "Event", "reason": "Unhealthy", "type": "Warning", "count": 4,
                "lastTimestamp": "2026-11-21T23:59:58Z",
                "message": "Readiness probe failed: HTTP probe failed with statuscode: 503", "involvedObject": ["uid": "web-new-1"],
            ]
        ]
        let report = scene.report()
        #expect(report.status == .inProgress)
        #expect(report.message.hasSuffix("Pod web-new-1: Readiness probe failed: HTTP probe failed with statuscode: 503 (4 times)"))
    }

    @Test func newestReplicaSetIsFoundByRevisionWhenTemplatesDiffer() {
        var scene = Scene(container: Self.waiting("CrashLoopBackOff", restarts: 2, last: Self.ended(1)))
        scene.replicaSets[1]["spec", "template", "spec", "dnsPolicy"] = "ClusterFirst"
        #expect(scene.report().status == .inProgress)
        scene.replicaSets[1].set(["metadata", "annotations", "deployment.kubernetes.io/revision"], to: "2")
        scene.deployment.set(["metadata", "annotations", "deployment.kubernetes.io/revision"], to: "2")
        #expect(scene.report().reason == "CrashLoopBackOff")
    }

    @Test func aContainerThatKeepsRestartingWhileReadyFails() {
        let status: Value = ["restartCount": 5, "state": ["running": [:]], "lastState": ["terminated": Self.ended(137)]]
        #expect(Scene(container: status, ready: true).report().reason == "RestartsTooOften")
    }

    @Test func statefulSetCountsPodsOfItsUpdateRevisionOnly() {
        let set: Value = [
            "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": ["name": "db", "namespace": "nova", "uid": "s1", "generation": 2],
            "spec": ["replicas": 2],
            "status": ["observedGeneration": 2, "replicas": 2, "readyReplicas": 1, "currentRevision": "db-1", "updateRevision": "db-2"],
        ]
        func pod(_ revision: String) -> Value {
            var pod = Scene.pod("db-0", owner: "s1", status: ["phase": "Running"])
            pod["status", "containerStatuses"] = [["name": "db", "state": ["waiting": ["reason": "CrashLoopBackOff"]], "restartCount": 3]]
            pod.set(["metadata", "labels", "controller-revision-hash"], to: .string(revision))
            return pod
        }
        func report(_ pod: Value) -> HealthReport {
            WorkloadHealth.evaluate(
                workload: set, replicaSets: [], pods: [pod], events: [], expecting: AppliedVersion(uid: "s1", generation: 2), now: Self.now)
        }
        #expect(report(pod("db-1")).status == .inProgress)
        #expect(report(pod("db-2")).status == .failed)
    }

    // MARK: What kubelets and schedulers write

    @Test func aCommandThatIsNotThereFailsAtOnceWithTheRuntimesWords() {
        let words = "failed to create containerd task: exec: \"/bin/nope\": stat /bin/nope: no such file or directory"
        var ended = Self.ended(128, "StartError")
        ended["message"] = .string(words)
        let report = Scene(container: ["state": ["terminated": ended], "restartCount": 0]).report()
        #expect(report.status == .failed)
        #expect(report.reason == "StartError")
        #expect(report.message.contains("cannot be started: \(words)"))
        let loop = Scene(container: Self.waiting("CrashLoopBackOff", restarts: 1, last: ended)).report()
        #expect(loop.message.contains("(StartError): \(words)"))
    }

    @Test func aProbeThatHadTheContainerStoppedIsTold() {
        var scene = Scene(container: Self.waiting("CrashLoopBackOff", restarts: 3, last: Self.ended(137)))
        scene.events = [
            [
                "involvedObject": ["uid": "web-new-1"], "reason": "Unhealthy", "count": 4, "lastTimestamp": "2026-11-21T23:59:00Z",
                "message": "Liveness probe failed: HTTP probe failed with statuscode: 500",
            ]
        ]
        let report = scene.report()
        #expect(report.status == .failed)
        #expect(report.message.contains("exit code 137 (Error). Liveness probe failed: HTTP probe failed with statuscode: 500 (4 times)."))
        scene = Scene(container: Self.waiting("CrashLoopBackOff", restarts: 3, last: Self.ended(1)))
        #expect(!scene.report().message.contains("probe"))
    }

    @Test func aPodThatWasTakenOffItsNodeIsNoFailureOfTheRelease() {
        var scene = Scene()
        scene.pods[1]["status"] = [
            "phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory.",
            "conditions": [["type": "Ready", "status": "False"]],
        ]
        let report = scene.report()
        #expect(report.status == .inProgress)
        #expect(report.message.contains("it was taken off its node (Evicted): The node was low on resource: memory."))
        scene.pods[1]["status"] = [
            "phase": "Running",
            "conditions": [
                [
                    "type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler",
                    "message": "preempting to accommodate a higher priority pod",
                ],
                ["type": "Ready", "status": "False"],
            ],
        ]
        #expect(scene.report().message.contains("(PreemptionByScheduler): preempting to accommodate"))
    }

    @Test func aLostNodeIsSaid() {
        let pod: Value = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p", "namespace": "n"], "spec": ["nodeName": "node-3"],
            "status": ["phase": "Running", "reason": "NodeLost", "message": "Node node-3 which was running pod p is unresponsive"],
        ]
        let report = ObjectHealth.evaluate(pod, now: Self.now)
        #expect(report.status == .inProgress)
        #expect(report.reason == "NodeLost")
        #expect(report.message.contains("node-3 has stopped reporting: Node node-3 which was running pod p is unresponsive"))
    }

    @Test func aStatefulSetWhosePodsAreRefusedSaysWhy() {
        func event(_ first: String, _ last: String) -> Value {
            [
                "involvedObject": ["uid": "s1"], "reason": "FailedCreate", "firstTimestamp": .string(first), "lastTimestamp": .string(last),
                "message": "create Pod db-0 in StatefulSet db failed error: pods \"db-0\" is forbidden: exceeded quota: small",
            ]
        }
        let workload: Value = [
            "apiVersion": "apps/v1", "kind": "StatefulSet",
            "metadata": ["name": "db", "namespace": "nova", "uid": "s1", "generation": 1], "spec": ["replicas": 1],
            "status": ["observedGeneration": 1, "replicas": 0, "updateRevision": "b"],
        ]
        func report(_ event: Value) -> HealthReport {
            WorkloadHealth.evaluate(
                workload: workload, replicaSets: [], pods: [], events: [event], expecting: AppliedVersion(uid: "s1", generation: 1),
                now: Self.now)
        }
        let refused = report(event("2026-11-21T23:59:40Z", "2026-11-21T23:59:58Z"))
        #expect(refused.status == .failed)
        #expect(refused.reason == "FailedCreate")
        #expect(refused.message.contains("its Pods are refused: create Pod db-0 in StatefulSet db failed error"))
        #expect(report(event("2026-11-21T23:59:55Z", "2026-11-21T23:59:58Z")).status == .inProgress)  // it may be over in a moment
        #expect(report(event("2026-11-21T22:00:00Z", "2026-11-21T22:10:00Z")).status == .inProgress)  // of another rollout
    }

    @Test func aSidecarThatCrashesCountsLikeAnyContainer() {
        var scene = Scene(container: ["state": ["running": [:]]], ready: true)
        var sidecar = Self.waiting("CrashLoopBackOff", restarts: 3, last: Self.ended(1))
        sidecar["name"] = "proxy"
        scene.pods[1]["status", "initContainerStatuses"] = [sidecar]
        let report = scene.report()
        #expect(report.status == .failed)
        #expect(report.message.contains("container proxy of Pod web-new-1"))
    }
}
