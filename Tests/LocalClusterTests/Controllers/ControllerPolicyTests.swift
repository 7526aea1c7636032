import Manifests
import Testing

@testable import LocalCluster

/// Quotas, limit ranges, evictions and namespaces that end.
@Suite struct ControllerPolicyTests {
    private let now = Timestamp(seconds: 1_769_854_830)

    private func pod(_ name: String, requests: Value = [:], limits: Value = [:], phase: String = "Running", ready: Bool = true) -> Value {
        [
            "metadata": ["name": .string(name), "labels": ["app": "web"]],
            "spec": ["containers": [["name": "main", "resources": ["requests": requests, "limits": limits]]]],
            "status": [
                "phase": .string(phase), "conditions": [["type": "Ready", "status": ready ? "True" : "False"]],
            ],
        ]
    }

    private func quota(_ hard: Value, _ spec: Value = [:]) -> Value {
        var spec = spec
        spec["hard"] = hard
        return ["metadata": ["name": "q"], "spec": spec]
    }

    private func refusal(_ pod: Value, _ quota: Value, present: [Value] = []) -> String? {
        QuotaRules.refusal(pod, .pods, quota: quota, used: QuotaRules.used(quota, objects: [(.pods, present)]))
    }

    @Test func aQuotaRefusesInTheWordsOfTheAPI() {
        let two = quota(["pods": "2", "requests.cpu": "1"])
        let small = pod("a", requests: ["cpu": "400m"])
        #expect(refusal(small, two) == nil)
        #expect(
            refusal(small, two, present: [small, small])
                == "exceeded quota: q, requested: pods=1,requests.cpu=400m, used: pods=2,requests.cpu=800m, limited: pods=2,requests.cpu=1")
        #expect(refusal(pod("b"), two) == "failed quota: q: must specify requests.cpu for: main")
        // One that has ended uses nothing.
        #expect(refusal(small, two, present: [pod("x", phase: "Succeeded"), pod("y", phase: "Failed")]) == nil)
        #expect(refusal(small, quota(["count/pods": "1"]), present: [small])?.contains("requested: count/pods=1") == true)
    }

    @Test func sizesKeepTheirForm() {
        let memory = quota(["memory": "1Gi", "limits.memory": "2Gi"])
        let big = pod("a", requests: ["memory": "768Mi"], limits: ["memory": "1Gi"])
        #expect(
            refusal(big, memory, present: [big])
                == "exceeded quota: q, requested: memory=768Mi, used: memory=768Mi, limited: memory=1Gi")
    }

    @Test func scopesNarrowAQuota() {
        let bestEffort = quota(["pods": "0"], ["scopes": ["BestEffort"]])
        #expect(refusal(pod("a"), bestEffort) != nil)
        #expect(refusal(pod("a", requests: ["cpu": "1"]), bestEffort) == nil)
        let high = quota(
            ["pods": "0"],
            ["scopeSelector": ["matchExpressions": [["scopeName": "PriorityClass", "operator": "In", "values": ["high"]]]]])
        #expect(refusal(pod("a"), high) == nil)
        var urgent = pod("a")
        urgent["spec", "priorityClassName"] = "high"
        #expect(refusal(urgent, high) != nil)
    }

    @Test func otherKindsAreCounted() {
        let service: Value = ["spec": ["type": "LoadBalancer", "ports": [["port": 80], ["port": 81]]]]
        let usage = QuotaRules.usage(of: service, .services).mapValues(\.canonical)
        #expect(usage == ["services": "1", "services.loadbalancers": "1", "services.nodeports": "2", "count/services": "1"])
        #expect(QuotaRules.usage(of: [:], .deployments).keys.sorted() == ["count/deployments.apps"])
    }

    // MARK: - Limit ranges

    private let range: Value = [
        "spec": [
            "limits": [
                [
                    "type": "Container", "default": ["cpu": "500m"], "defaultRequest": ["cpu": "100m"], "min": ["cpu": "50m"],
                    "max": ["cpu": "1", "memory": "1Gi"], "maxLimitRequestRatio": ["cpu": "10"],
                ]
            ]
        ]
    ]

    @Test func aRangeFillsIn() {
        var plain = pod("a")
        LimitRangeRules.fill(&plain, [range])
        let resources = plain["spec"]?["containers"]?[0]?["resources"]
        #expect(resources?["limits"]?["cpu"] == "500m" && resources?["limits"]?["memory"] == "1Gi")
        #expect(resources?["requests"]?["cpu"] == "100m" && resources?["requests"]?["memory"] == "1Gi")
        var limited = pod("b", limits: ["cpu": "200m"])
        LimitRangeRules.fill(&limited, [range])
        #expect(limited["spec"]?["containers"]?[0]?["resources"]?["requests"]?["cpu"] == "200m")
    }

    @Test func aRangeRefuses() {
        let small = pod("a", requests: ["cpu": "10m", "memory": "1Mi"], limits: ["cpu": "2", "memory": "1Gi"])
        #expect(
            LimitRangeRules.refusal(small, .pods, [range])
                == "[minimum cpu usage per Container is 50m, but request is 10m, maximum cpu usage per Container is 1, but limit is 2, "
                + "cpu max limit to request ratio per Container is 10, but provided ratio is 200.000000]")
        let fits = pod("b", requests: ["cpu": "100m", "memory": "1Mi"], limits: ["cpu": "1", "memory": "1Gi"])
        #expect(LimitRangeRules.refusal(fits, .pods, [range]) == nil)
        let unbounded = pod("c", requests: ["cpu": "100m"], limits: ["cpu": "1"])
        #expect(
            LimitRangeRules.refusal(unbounded, .pods, [range]) == "maximum memory usage per Container is 1Gi.  No limit is specified")
    }

    // MARK: - Evictions

    private func budget(_ name: String = "b", allowed: Int64 = 1, healthy: Int64 = 3, desired: Int64 = 2, _ spec: Value = [:]) -> Value {
        var spec = spec
        spec["selector"] = ["matchLabels": ["app": "web"]]
        return [
            "metadata": ["name": .string(name), "generation": 1], "spec": spec,
            "status": [
                "observedGeneration": 1, "disruptionsAllowed": .integer(allowed), "currentHealthy": .integer(healthy),
                "desiredHealthy": .integer(desired),
            ],
        ]
    }

    @Test func anEvictionIsCountedAtOnce() throws {
        let decision = try EvictionRules.decide(pod("a"), budgets: [budget()], now: now)
        guard case .counted("b", let status) = decision else {
            Issue.record("\(decision)")
            return
        }
        #expect(status["disruptionsAllowed"] == 0)
        #expect(status["disruptedPods"]?["a"]?.string == now.rfc3339)
        // The Pod that is on its way does not count as healthy, even before it is gone.
        var again = budget()
        again["spec", "minAvailable"] = 2
        again["status"] = status
        let counted = DisruptionRules.status(again, pods: [pod("a"), pod("b"), pod("c")], expected: 3, now: now)
        #expect(counted["currentHealthy"] == 2 && counted["disruptionsAllowed"] == 0)
        let later = DisruptionRules.status(again, pods: [pod("a"), pod("b"), pod("c")], expected: 3, now: now.adding(seconds: 121))
        #expect(later["currentHealthy"] == 3 && later["disruptedPods"] == nil)
    }

    @Test func anEvictionIsRefused() {
        func refused(_ pod: Value, _ budgets: [Value]) -> APIError? {
            do {
                _ = try EvictionRules.decide(pod, budgets: budgets, now: now)
                return nil
            } catch { return error }
        }
        let over = refused(pod("a"), [budget(allowed: 0, healthy: 2)])
        #expect(over?.httpStatus == 429 && over?.retryAfterSeconds == nil)
        #expect(over?.causes.first?.message == "The disruption budget b needs 2 healthy pods and has 2 currently")
        #expect(refused(pod("a"), [budget(), budget("c")])?.httpStatus == 500)
        var stale = budget()
        stale["metadata", "generation"] = 2
        #expect(refused(pod("a"), [stale])?.causes.first?.message == "The disruption budget b is still being processed by the server.")
    }

    @Test(
        arguments: [
            ("Pending", true, "IfHealthyBudget", 0), ("Succeeded", true, "IfHealthyBudget", 0), ("Running", false, "AlwaysAllow", 0),
            ("Running", false, "IfHealthyBudget", 2),
        ] as [(String, Bool, String, Int64)])
    func whatDoesNotServeIsFree(_ phase: String, _ ready: Bool, _ policy: String, _ healthy: Int64) throws {
        let budget = budget(allowed: 0, healthy: healthy, ["unhealthyPodEvictionPolicy": .string(policy)])
        #expect(try EvictionRules.decide(pod("a", phase: phase, ready: ready), budgets: [budget], now: now) == .free)
    }

    // MARK: - Namespaces

    @Test func aNamespaceSaysWhatItWaitsFor() {
        let held: Value = ["metadata": ["name": "x", "finalizers": ["example.dev/keep"]]]
        let conditions = ConditionList(
            NamespaceConditions.make(remaining: [(.configMaps, [held]), (.deployments, [held, held]), (.pods, [])], former: nil, now: now))
        #expect(
            conditions["NamespaceContentRemaining"]?["message"]
                == "Some resources are remaining: configmaps. has 1 resource instances, deployments.apps has 2 resource instances")
        #expect(
            conditions["NamespaceFinalizersRemaining"]?["message"]
                == "Some content in the namespace has finalizers remaining: example.dev/keep in 3 resource instances")
        #expect(conditions["NamespaceDeletionContentFailure"]?["status"] == "False")
        let empty = ConditionList(NamespaceConditions.make(remaining: [], former: .array(conditions.values), now: now))
        #expect(empty["NamespaceContentRemaining"]?["reason"] == "ContentRemoved")
    }

    // MARK: - Events

    @Test func anEventLivesAnHourFromItsLastTime() {
        let event: Value = ["firstTimestamp": "2026-01-31T08:00:00Z", "lastTimestamp": "2026-01-31T09:30:00Z"]
        #expect(!EventExpiry.isExpired(event, now: now))
        #expect(EventExpiry.isExpired(event, now: now.adding(seconds: 600)))
        #expect(!EventExpiry.isExpired([:], now: now))
    }
}
