import Manifests
import Testing

@testable import LocalCluster

/// The rules of horizontal autoscaling, case by case.
@Suite struct ControllerAutoscalerTests {
    private let now = Timestamp(seconds: 1_769_854_830)

    /// A ready Pod of an hour's age that asks for `request` and uses `used` thousandths of a core; nil: not measured.
    private func pod(
        _ name: String, used: Int64?, request: Int64? = 100, ready: Bool = true, phase: String = "Running", readySince: Int64 = -3000
    ) -> MeasuredPod {
        var resources: Value = [:]
        if let request { resources["requests", "cpu"] = .string("\(request)m") }
        return MeasuredPod(
            pod: [
                "metadata": ["name": .string(name), "uid": .string(name)],
                "spec": ["containers": [["name": "main", "resources": resources]]],
                "status": [
                    "phase": .string(phase), "startTime": .string(now.adding(seconds: -3600).rfc3339),
                    "conditions": [
                        [
                            "type": "Ready", "status": ready ? "True" : "False",
                            "lastTransitionTime": .string(now.adding(seconds: readySince).rfc3339),
                        ]
                    ],
                ],
            ], usage: used.map { PodUsage(containers: [.init(name: "main", cpuNanocores: $0 * 1_000_000, memoryBytes: $0 << 20)]) })
    }

    private func proposal(_ pods: [MeasuredPod], current: Int64, percent: Int64 = 50) throws -> Int64 {
        try ReplicaCalculator(resource: "cpu", target: .utilization(percent)).proposal(pods, current: current, now: now).replicas
    }

    @Test(
        arguments: [
            ([100, 100], 4), ([50, 50], 2), ([54, 55], 2), ([56, 56], 3), ([20, 20], 1), ([46, 46], 2), ([0, 0], 0), ([200, 0], 4),
        ] as [([Int64], Int64)])
    func theFormulaWithItsTolerance(_ used: [Int64], _ expected: Int64) throws {
        #expect(try proposal(used.enumerated().map { pod("p\($0.offset)", used: $0.element) }, current: Int64(used.count)) == expected)
    }

    @Test func whatCannotBeJudgedCountsAgainstTheChange() throws {
        // Grows: the unmeasured Pod counts as idle. 200 of 200 is twice the target, 200 of 300 less.
        #expect(try proposal([pod("a", used: 100), pod("b", used: 100), pod("c", used: nil)], current: 3) == 4)
        // Shrinks: it counts as fully used, and so nothing shrinks.
        #expect(try proposal([pod("a", used: 10), pod("b", used: 10), pod("c", used: nil)], current: 3) == 3)
        // One that is not ready yet counts as idle when it is to grow.
        #expect(try proposal([pod("a", used: 100), pod("b", used: 100), pod("c", used: nil, phase: "Pending")], current: 3) == 4)
        // Never ready since its start: left out of a shrinking.
        #expect(try proposal([pod("a", used: 10), pod("b", used: 90, ready: false, readySince: -3600)], current: 2) == 1)
    }

    @Test func failuresSayWhy() {
        let missing = #expect(throws: ReplicaCalculator.Failure.self) { try proposal([pod("a", used: 1, request: nil)], current: 1) }
        #expect(missing?.message == "missing request for cpu in container main of Pod a")
        let none = #expect(throws: ReplicaCalculator.Failure.self) { try proposal([pod("a", used: nil)], current: 1) }
        #expect(none?.message == "unable to get metrics for resource cpu: no metrics returned from resource metrics API")
    }

    @Test func amountsForEachPod() throws {
        let calculator = ReplicaCalculator(resource: "memory", target: .average(64 << 20))
        let proposal = try calculator.proposal([pod("a", used: 128), pod("b", used: 128)], current: 2, now: now)
        #expect(proposal == .init(replicas: 4, utilization: nil, averageValue: 128 << 20))
    }

    // MARK: - Behaviour

    private func limited(
        _ recommended: Int64, current: Int64, _ behavior: Value? = nil, _ history: AutoscalerHistory = .init()
    ) -> ScalingBehavior.Limited {
        ScalingBehavior(behavior).limit(recommended, current: current, minimum: 1, maximum: 50, history: history, now: now)
    }

    @Test func growingIsAtOnceAndBounded() {
        #expect(limited(3, current: 1).replicas == 3)
        let fast = limited(40, current: 10)
        #expect(fast.replicas == 20)
        #expect(fast.limit.reason == "ScaleUpLimit")
        #expect(limited(9, current: 1).replicas == 5)
        #expect(limited(99, current: 40).limit.reason == "TooManyReplicas")
        var history = AutoscalerHistory()
        history.added = [.init(at: now.adding(seconds: -10), replicas: 4)]
        // Four of the five came just now: from one, five is what 15 s allow.
        #expect(limited(9, current: 5, nil, history).replicas == 5)
    }

    @Test func shrinkingWaitsForTheHighestOfItsWindow() {
        var history = AutoscalerHistory()
        history.recommendations = [.init(at: now.adding(seconds: -299), replicas: 8)]
        let held = limited(2, current: 10, nil, history)
        #expect(held.replicas == 8)
        #expect(held.stabilized?.reason == "ScaleDownStabilized")
        history.recommendations = [.init(at: now.adding(seconds: -301), replicas: 8)]
        #expect(limited(2, current: 10, nil, history).replicas == 2)
    }

    @Test func policiesBoundTheRate() {
        let slow: Value = [
            "scaleDown": [
                "stabilizationWindowSeconds": 0, "selectPolicy": "Min",
                "policies": [
                    ["type": "Pods", "value": 2, "periodSeconds": 60], ["type": "Percent", "value": 50, "periodSeconds": 60],
                ],
            ]
        ]
        #expect(limited(1, current: 10, slow).replicas == 8)
        #expect(limited(1, current: 10, ["scaleDown": ["selectPolicy": "Disabled"]]).replicas == 10)
        #expect(limited(20, current: 10, ["scaleUp": ["selectPolicy": "Disabled"]]).replicas == 10)
        let waiting: Value = ["scaleUp": ["stabilizationWindowSeconds": 60]]
        var history = AutoscalerHistory()
        history.recommendations = [.init(at: now.adding(seconds: -30), replicas: 4)]
        #expect(limited(10, current: 3, waiting, history).replicas == 4)
    }

    // MARK: - Decisions

    private let scaler: Value = [
        "metadata": ["name": "web", "namespace": "shop"],
        "spec": [
            "minReplicas": 1, "maxReplicas": 10, "scaleTargetRef": ["kind": "Deployment", "name": "web"],
            "metrics": [
                ["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 50]]]
            ],
        ],
    ]

    private func target(_ replicas: Int64) -> Value {
        ["spec": ["replicas": .integer(replicas)], "status": ["replicas": .integer(replicas)]]
    }

    @Test func aBusyTargetGrows() {
        let decision = AutoscalerRules.decide(
            scaler, target: target(2), pods: [pod("a", used: 100), pod("b", used: 100)], now: now)
        #expect(decision.newSize == 4)
        #expect(decision.reason == "cpu resource utilization (percentage of request) above target")
        let current = decision.status["currentMetrics"]?[0]?["resource"]?["current"]
        #expect(current == ["averageUtilization": 100, "averageValue": "100m"])
        let conditions = ConditionList(decision.status["conditions"]?.array)
        #expect(conditions["ScalingActive"]?["reason"] == "ValidMetricFound")
        #expect(conditions["AbleToScale"]?["reason"] == "SucceededRescale")
        #expect(conditions["ScalingLimited"]?["reason"] == "DesiredWithinRange")
        #expect(decision.history.added == [.init(at: now, replicas: 2)])
    }

    @Test func theFirstLookShrinksNothing() {
        let idle = [pod("a", used: 1), pod("b", used: 1), pod("c", used: 1)]
        let first = AutoscalerRules.decide(scaler, target: target(3), pods: idle, now: now)
        #expect(first.newSize == nil)
        #expect(ConditionList(first.status["conditions"]?.array)["AbleToScale"]?["reason"] == "ScaleDownStabilized")
        let later = AutoscalerRules.decide(
            scaler, target: target(3), pods: idle, history: first.history, now: now.adding(seconds: 300))
        #expect(later.newSize == 1)
    }

    @Test func anUnmeasuredTargetStaysAndSaysWhy() {
        let decision = AutoscalerRules.decide(scaler, target: target(2), pods: [pod("a", used: nil)], now: now)
        #expect(decision.newSize == nil)
        #expect(decision.problem?.reason == "FailedGetResourceMetric")
        #expect(
            ConditionList(decision.status["conditions"]?.array)["ScalingActive"]?["message"]
                == "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API"
        )
    }
}
