import Manifests
import Testing

@testable import LocalCluster

@Suite struct ControllerRulesTests {
    let now = Timestamp(seconds: 1_800_000_000)

    private func pod(
        _ name: String, ready: Bool = true, phase: String = "Running", age: Int64 = 100, readyFor: Int64 = 50, leaving: Bool = false,
        ip: String? = nil, ports: [Value] = []
    ) -> Value {
        var metadata: Value = [
            "name": .string(name), "uid": .string("uid-\(name)"), "labels": ["app": "web"],
            "creationTimestamp": .string((now + .seconds(-age)).rfc3339),
        ]
        if leaving { metadata["deletionTimestamp"] = .string(now.rfc3339) }
        return .mapping(
            ("metadata", metadata), ("spec", ["nodeName": "local", "containers": [["name": "c", "ports": .array(ports)]]]),
            (
                "status",
                .mapping(
                    ("phase", .string(phase)), ("podIP", ip.map(Value.string)),
                    (
                        "conditions",
                        [
                            [
                                "type": "Ready", "status": ready ? "True" : "False",
                                "lastTransitionTime": .string((now + .seconds(-readyFor)).rfc3339),
                            ]
                        ]
                    ))
            ))
    }

    // MARK: - ReplicaSets

    @Test func whoGoesFirst() {
        let pods = [
            pod("old-ready", age: 300, readyFor: 200), pod("new-ready", age: 100, readyFor: 20), pod("unready", ready: false),
            pod("pending", ready: false, phase: "Pending"),
        ]
        #expect(PodRanking.sortedForDeletion(pods).compactMap(\.name) == ["pending", "unready", "new-ready", "old-ready"])
    }

    @Test func aReplicaSetFillsItsGaps() {
        let set: Value = ["spec": ["replicas": 3]]
        let decision = ReplicaSetRules.decide(
            set, pods: [pod("a"), pod("b", leaving: true), pod("c", phase: "Failed")], now: now)
        #expect(decision.toCreate == 2)
        #expect(decision.toDelete.isEmpty)
    }

    @Test func minReadySecondsDelayAvailability() {
        let set: Value = ["spec": ["replicas": 1, "minReadySeconds": 60]]
        let status = ReplicaSetRules.status(set, pods: [pod("a", readyFor: 50)], failure: nil, now: now)
        #expect(status.object?["readyReplicas"] == 1)
        #expect(status["availableReplicas"] == nil)
        #expect(ReplicaSetRules.decide(set, pods: [pod("a", readyFor: 50)], now: now).lookAgainAfter == .seconds(10))
    }

    // MARK: - Services

    private let service: Value = [
        "metadata": ["name": "web", "namespace": "shop"],
        "spec": ["selector": ["app": "web"], "ports": [["name": "http", "port": 80, "targetPort": "http"]]],
    ]

    @Test func endpointsTellReadyFromUnreadyAndLeaveOutThoseThatGo() {
        let http: Value = ["name": "http", "containerPort": 8080]
        let backends = EndpointRules.backends(
            of: service,
            pods: [
                pod("a", ip: "10.0.0.1", ports: [http]), pod("b", ready: false, ip: "10.0.0.2", ports: [http]),
                pod("c", leaving: true, ip: "10.0.0.3", ports: [http]), pod("d", ports: [http]),
            ])
        let subsets = EndpointRules.subsets(of: service, backends)
        #expect(subsets.count == 1)
        #expect(subsets[0]["addresses"]?.array?.compactMap { $0["ip"]?.string } == ["10.0.0.1"])
        #expect(subsets[0]["notReadyAddresses"]?.array?.compactMap { $0["ip"]?.string } == ["10.0.0.2"])
        #expect(subsets[0]["ports"]?[0]?["port"] == 8080)
        let slice = EndpointRules.slices(of: service, backends)[0]
        let conditions = slice["endpoints"]?.array?.compactMap { $0["conditions"] } ?? []
        #expect(conditions.map { $0["ready"]?.bool } == [true, false, false])
        #expect(conditions.map { $0["terminating"]?.bool } == [false, false, true])
    }

    @Test func aNamedPortMayDifferFromPodToPod() {
        let backends = EndpointRules.backends(
            of: service,
            pods: [
                pod("a", ip: "10.0.0.1", ports: [["name": "http", "containerPort": 8080]]),
                pod("b", ip: "10.0.0.2", ports: [["name": "http", "containerPort": 9090]]), pod("c", ip: "10.0.0.3"),
            ])
        let subsets = EndpointRules.subsets(of: service, backends)
        #expect(subsets.compactMap { $0["ports"]?[0]?["port"]?.integer } == [8080, 9090])
    }

    @Test func selectors() throws {
        let selector = try #require(
            LabelSelector([
                "matchLabels": ["app": "web"],
                "matchExpressions": [
                    ["key": "tier", "operator": "In", "values": ["a", "b"]], ["key": "old", "operator": "DoesNotExist"],
                ],
            ]))
        #expect(selector.matches(["app": "web", "tier": "b"]))
        #expect(!selector.matches(["app": "web", "tier": "c"]))
        #expect(!selector.matches(["app": "web", "tier": "a", "old": ""]))
        #expect(LabelSelector(["matchExpressions": [["key": "a", "operator": "Near"]]]) == nil)
    }

    // MARK: - Autoscalers, budgets, Jobs

    @Test(arguments: [(1, 3), (20, 10), (5, nil), (0, nil)] as [(Int64, Int64?)])
    func anAutoscalerKeepsItsBounds(_ current: Int64, _ expected: Int64?) {
        let scaler: Value = [
            "spec": [
                "minReplicas": 3, "maxReplicas": 10, "scaleTargetRef": ["kind": "Deployment", "name": "web"],
                "metrics": [
                    ["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]]]
                ],
            ]
        ]
        let decision = AutoscalerRules.decide(
            scaler, target: ["spec": ["replicas": .integer(current)], "status": ["replicas": .integer(current)]], now: now)
        #expect(decision.newSize == expected)
        #expect(decision.status["currentReplicas"]?.integer == current)
        let conditions = ConditionList(decision.status["conditions"]?.array)
        // Beyond its bounds nothing is measured.
        let reason = current == 0 ? "ScalingDisabled" : expected == nil ? "FailedGetResourceMetric" : nil
        #expect(conditions["ScalingActive"]?["reason"]?.string == reason)
    }

    @Test func aBudgetCountsWhatItsControllersWant() {
        let budget: Value = ["spec": ["maxUnavailable": 1]]
        let full = DisruptionRules.status(budget, pods: [pod("a"), pod("b"), pod("c")], expected: 3, now: now)
        #expect(full["disruptionsAllowed"] == 1)
        #expect(full["desiredHealthy"] == 2)
        let short = DisruptionRules.status(budget, pods: [pod("a"), pod("b")], expected: 3, now: now)
        #expect(short["disruptionsAllowed"] == 0)
        #expect(ConditionList(short["conditions"]?.array)["DisruptionAllowed"]?["reason"]?.string == "InsufficientPods")
    }

    @Test func aJobEndsWellOrAfterTooManyFailures() {
        let job: Value = ["metadata": ["name": "j"], "spec": ["completions": 2, "parallelism": 2, "backoffLimit": 1]]
        #expect(JobRules.decide(job, pods: [], now: now).toCreate == 2)
        let failed = JobRules.decide(job, pods: [held("a", "Failed"), held("b", "Failed"), held("c", "Running")], now: now)
        #expect(ConditionList(failed.status["conditions"]?.array)["FailureTarget"]?["reason"]?.string == "BackoffLimitExceeded")
        #expect(ConditionList(failed.status["conditions"]?.array)["Failed"] == nil)
        #expect(failed.toDelete.compactMap(\.name) == ["c"])
    }

    private func held(_ name: String, _ phase: String) -> Value {
        var pod = pod(name, phase: phase)
        pod["metadata", "finalizers"] = [.string(JobTracking.finalizer)]
        return pod
    }

    /// What it will be is said first; that it is so when every Pod is counted. A Pod that is gone stays counted.
    @Test func aJobCountsEachPodOnceAndEndsInOrder() {
        var job: Value = ["metadata": ["name": "j"], "spec": ["completions": 2, "parallelism": 2]]
        let a = held("a", "Succeeded")
        let first = JobRules.decide(job, pods: [a, held("b", "Running")], now: now)
        #expect(first.status["uncountedTerminatedPods"] == ["succeeded": ["uid-a"]])
        #expect(first.status["succeeded"] == nil)
        #expect(first.toRelease.compactMap(\.name) == ["a"])
        job["status"] = first.status
        let second = JobRules.decide(job, pods: [JobTracking.released(a), held("b", "Running")], now: now)
        #expect(second.status["succeeded"] == 1)
        #expect(second.status["uncountedTerminatedPods"] == [:])
        // `a` is deleted: it stays counted, and no Pod is made for it.
        job["status"] = second.status
        let b = held("b", "Succeeded")
        let third = JobRules.decide(job, pods: [b], now: now)
        #expect(third.toCreate == 0)
        #expect(ConditionList(third.status["conditions"]?.array)["SuccessCriteriaMet"]?["reason"] == "CompletionsReached")
        #expect(ConditionList(third.status["conditions"]?.array)["Complete"] == nil)
        job["status"] = third.status
        let fourth = JobRules.decide(job, pods: [JobTracking.released(b)], now: now)
        #expect(fourth.status["succeeded"] == 2)
        #expect(ConditionList(fourth.status["conditions"]?.array)["Complete"] != nil)
        #expect(fourth.finished?.reason == "Completed")
    }

    @Test func aStatefulSetGoesInOrder() {
        let set: Value = ["metadata": ["name": "db"], "spec": ["replicas": 2]]
        func member(_ number: Int, ready: Bool, revision: String = "db-h") -> Value {
            var pod = pod("db-\(number)", ready: ready)
            pod["metadata", "labels", ControllerRevisions.label] = .string(revision)
            return pod
        }
        func numbers(_ step: StatefulSetRules.Step) -> String {
            switch step {
            case .create(let numbers): "create \(numbers)"
            case .delete(let pods): "delete \(pods.compactMap(\.name))"
            case .none: "none"
            }
        }
        func step(_ pods: [Value]) -> String { numbers(StatefulSetRules.step(set, pods: pods, hash: "h", now: now)) }
        #expect(step([]) == "create [0]")
        #expect(step([member(0, ready: false)]) == "none")
        #expect(step([member(0, ready: true)]) == "create [1]")
        #expect(step([member(0, ready: true), member(1, ready: true)]) == "none")
        #expect(step([member(0, ready: true, revision: "x"), member(1, ready: true, revision: "x")]) == "delete [\"db-1\"]")
        #expect(step([member(0, ready: true, revision: "x"), member(1, ready: false)]) == "none")
        #expect(step([member(0, ready: true), member(1, ready: true), member(2, ready: true)]) == "delete [\"db-2\"]")
    }

    // MARK: - The queue

    @Test func theQueueGivesAKeyOutOnceAtATime() async {
        let queue = WorkQueue<String>()
        await queue.add("a")
        await queue.add("a")
        await queue.add("b")
        #expect(await queue.next() == "a")
        await queue.add("a")
        #expect(await queue.next() == "b")
        await queue.done("a")
        #expect(await queue.next() == "a", "what was added while it was worked on comes again")
        await queue.add("c", after: .milliseconds(1))
        #expect(await queue.next() == "c")
        await queue.close()
        #expect(await queue.next() == nil)
    }
}
