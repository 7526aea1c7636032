package import Manifests

/// HorizontalPodAutoscalers: keeps the replica count of the target between `minReplicas` and `maxReplicas`. There are no metrics here, so it
/// never scales within these bounds, and says so in its conditions, as Kubernetes does without a metrics server.
struct AutoscalerController: Reconciler {
    let store: ObjectStore
    let events: EventRecorder

    let name = "horizontal-pod-autoscaler"
    let watched: [ResourceType] = [.horizontalPodAutoscalers, .deployments, .statefulSets, .replicaSets]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        if type == .horizontalPodAutoscalers { return NamespacedName(object).map { [$0] } ?? [] }
        return store.list(.horizontalPodAutoscalers, namespace: object.namespace).items.filter { scaler in
            let target = scaler["spec", "scaleTargetRef"]
            return target?["kind"]?.string == type.kind && target?["name"]?.string == object.name
        }.compactMap(NamespacedName.init)
    }

    func allKeys() -> [NamespacedName] { store.list(.horizontalPodAutoscalers).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let scaler = store.get(.horizontalPodAutoscalers, key), !scaler.isBeingDeleted else { return nil }
        let reference = scaler["spec", "scaleTargetRef"]
        let type = [ResourceType.deployments, .statefulSets, .replicaSets].first { $0.kind == reference?["kind"]?.string }
        let targetName = reference?["name"]?.string ?? ""
        let target = type.flatMap { store.get($0, namespace: key.namespace, name: targetName) }
        let decision = AutoscalerRules.decide(scaler, target: target, now: store.environment.now())
        if let size = decision.newSize, let type {
            try store.update(
                type, namespace: key.namespace, name: targetName,
                options: WriteOptions(tracking: .manager("kube-controller-manager"), target: .scale)
            ) { $0["spec", "replicas"] = .integer(size) }
            await events.record(
                .normal, "SuccessfulRescale", "New size: \(size); reason: \(decision.reason)", about: scaler, by: name)
        }
        try store.replaceStatus(.horizontalPodAutoscalers, of: scaler, with: decision.status)
        return nil
    }
}

/// Decides about one autoscaler; pure.
package enum AutoscalerRules {
    package struct Decision: Sendable {
        package var newSize: Int64?
        package var reason = ""
        package var status: Value
    }

    package static func decide(_ scaler: Value, target: Value?, now: Timestamp) -> Decision {
        var status = scaler["status"] ?? .object([:])
        var conditions = ConditionList(status["conditions"]?.array)
        guard let target else {
            let name = scaler["spec", "scaleTargetRef", "name"]?.string ?? ""
            conditions.set(
                "AbleToScale", "False", reason: "FailedGetScale",
                message: "the HPA controller was unable to get the target's current scale: \"\(name)\" not found", now: now)
            status["conditions"] = .array(conditions.values)
            return Decision(status: status)
        }
        let minimum = scaler["spec", "minReplicas"]?.integer ?? 1
        let maximum = max(minimum, scaler["spec", "maxReplicas"]?.integer ?? minimum)
        let current = target.specReplicas
        var decision = Decision(status: status)
        if current == 0 {
            conditions.set(
                "ScalingActive", "False", reason: "ScalingDisabled",
                message: "scaling is disabled since the replica count of the target is zero", now: now)
        } else {
            if current > maximum {
                decision.newSize = maximum
                decision.reason = "Current number of replicas above Spec.MaxReplicas"
            } else if current < minimum {
                decision.newSize = minimum
                decision.reason = "Current number of replicas below Spec.MinReplicas"
            }
            conditions.set(
                "ScalingActive", "False", reason: "FailedGetResourceMetric",
                message: "the HPA was unable to compute the replica count: a local cluster has no resource metrics for autoscalers",
                now: now)
        }
        if let size = decision.newSize {
            conditions.set(
                "AbleToScale", "True", reason: "SucceededRescale",
                message: "the HPA controller was able to update the target scale to \(size)", now: now)
        } else {
            conditions.set(
                "AbleToScale", "True", reason: "SucceededGetScale",
                message: "the HPA controller was able to get the target's current scale", now: now)
        }
        status["observedGeneration"] = scaler.generation.map(Value.integer)
        if decision.newSize != nil { status["lastScaleTime"] = .string(now.rfc3339) }
        status["currentReplicas"] = .integer(target.statusReplicas)
        status["desiredReplicas"] = .integer(decision.newSize ?? current)
        status["conditions"] = .array(conditions.values)
        decision.status = status
        return decision
    }
}
