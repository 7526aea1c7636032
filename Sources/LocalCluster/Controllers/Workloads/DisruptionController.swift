package import Manifests

/// The status of PodDisruptionBudgets: how many Pods may go now.
struct DisruptionController: Reconciler {
    let store: ObjectStore

    let name = "disruption-controller"
    let watched: [ResourceType] = [.podDisruptionBudgets, .pods]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        if type == .podDisruptionBudgets { return NamespacedName(object).map { [$0] } ?? [] }
        return store.list(.podDisruptionBudgets, namespace: object.namespace).items.filter { budget in
            LabelSelector(budget["spec", "selector"])?.matches(object.labels) ?? false
        }.compactMap(NamespacedName.init)
    }

    func allKeys() -> [NamespacedName] { store.list(.podDisruptionBudgets).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let budget = store.get(.podDisruptionBudgets, key), let selector = LabelSelector(budget["spec", "selector"]) else {
            return nil
        }
        let pods = store.list(.pods, namespace: key.namespace).items.filter { selector.matches($0.labels) && $0.isActivePod }
        let status = DisruptionRules.status(budget, pods: pods, expected: expectedCount(pods, key.namespace), now: store.environment.now())
        try store.replaceStatus(.podDisruptionBudgets, of: budget, with: status)
        return nil
    }

    /// What the controllers of these Pods want in sum; a Pod without one counts for itself.
    private func expectedCount(_ pods: [Value], _ namespace: String) -> Int64 {
        var counted: Set<String> = []
        var expected: Int64 = 0
        for pod in pods {
            guard let owner = pod.controllerReference, let name = owner["name"]?.string, let kind = owner["kind"]?.string else {
                expected += 1
                continue
            }
            guard kind == "ReplicaSet", let set = store.get(.replicaSets, namespace: namespace, name: name) else {
                if counted.insert("\(kind)/\(name)").inserted, let set = store.get(.statefulSets, namespace: namespace, name: name) {
                    expected += set.specReplicas
                } else if kind != "StatefulSet" {
                    expected += 1
                }
                continue
            }
            let top = set.controllerReference?["name"]?.string.flatMap { store.get(.deployments, namespace: namespace, name: $0) } ?? set
            if counted.insert(top.uid ?? "").inserted { expected += top.specReplicas }
        }
        return expected
    }
}

/// What a budget allows; pure.
package enum DisruptionRules {
    package static func status(_ budget: Value, pods: [Value], expected: Int64, now: Timestamp) -> Value {
        // A Pod whose eviction was allowed counts as gone until it is, or until it clearly stays.
        let disrupted = (budget["status", "disruptedPods"]?.object.map(Array.init) ?? []).filter { entry in
            guard let since = entry.value.string.flatMap(Timestamp.init(rfc3339:)) else { return false }
            return pods.contains { $0.name == entry.key } && since + ControllerLimits.evictionTimeout > now
        }
        let healthy = Int64(pods.count { pod in pod.isReadyPod && !disrupted.contains { $0.key == pod.name } })
        let expectedPods: Int64
        let desired: Int64
        if let unavailable = IntOrPercent(budget["spec", "maxUnavailable"]) {
            expectedPods = expected
            desired = max(0, expected - unavailable.resolved(of: expected, rounding: .up))
        } else {
            let minimum = IntOrPercent(budget["spec", "minAvailable"]) ?? .count(1)
            if case .count(let count) = minimum {
                // A plain number needs no controller to be counted against.
                expectedPods = Int64(pods.count)
                desired = count
            } else {
                expectedPods = expected
                desired = minimum.resolved(of: expected, rounding: .up)
            }
        }
        let allowed = expectedPods > 0 ? max(0, healthy - desired) : 0
        var conditions = ConditionList(budget["status", "conditions"]?.array)
        conditions.set(
            "DisruptionAllowed", allowed > 0 ? "True" : "False", reason: allowed > 0 ? "SufficientPods" : "InsufficientPods", message: "",
            now: now)
        return .mapping(
            ("conditions", .array(conditions.values)), ("currentHealthy", .integer(healthy)), ("desiredHealthy", .integer(desired)),
            ("disruptedPods", disrupted.isEmpty ? nil : .object(Object(disrupted.map { ($0.key, $0.value) }))),
            ("disruptionsAllowed", .integer(allowed)), ("expectedPods", .integer(expectedPods)),
            ("observedGeneration", budget.generation.map(Value.integer)))
    }
}
