package import Manifests

/// Decides about one ReplicaSet; pure.
package enum ReplicaSetRules {
    package struct Decision: Sendable {
        /// How many Pods to make.
        package var toCreate = 0
        package var toDelete: [Value] = []
        /// When the next Pod becomes available; `nil` when none is on its way there.
        package var lookAgainAfter: Duration?
    }

    /// - Parameter pods: those it controls.
    package static func decide(_ set: Value, pods: [Value], now: Timestamp) -> Decision {
        var decision = Decision()
        if !set.isBeingDeleted {
            let active = pods.filter(\.isActivePod)
            let difference = Int(clamping: set.specReplicas) - active.count
            if difference > 0 {
                decision.toCreate = min(difference, ControllerLimits.burstReplicas)
            } else if difference < 0 {
                decision.toDelete = Array(PodRanking.sortedForDeletion(active).prefix(min(-difference, ControllerLimits.burstReplicas)))
            }
        }
        let minReady = set["spec", "minReadySeconds"]?.integer ?? 0
        if minReady > 0 {
            decision.lookAgainAfter =
                pods.filter { $0.isActivePod && $0.isReadyPod && !$0.isAvailablePod(minReadySeconds: minReady, now: now) }
                .compactMap { $0.condition("Ready")?["lastTransitionTime"]?.string.flatMap(Timestamp.init(rfc3339:)) }
                .map { max(.milliseconds(10), $0 + .seconds(minReady) - now) }.min()
        }
        return decision
    }

    /// - Parameter failure: what the last attempt to create or delete a Pod was answered.
    package static func status(_ set: Value, pods: [Value], failure: (reason: String, message: String)?, now: Timestamp) -> Value {
        let active = pods.filter(\.isActivePod)
        let minReady = set["spec", "minReadySeconds"]?.integer ?? 0
        let labels = LabelSelector(["matchLabels": set["spec", "template", "metadata", "labels"] ?? .object([:])])
        var conditions = ConditionList(set["status", "conditions"]?.array)
        if let failure {
            conditions.set("ReplicaFailure", "True", reason: failure.reason, message: failure.message, now: now)
        } else {
            conditions.remove("ReplicaFailure")
        }
        return .mapping(
            ("replicas", .integer(Int64(active.count))),
            ("fullyLabeledReplicas", .positive(Int64(active.count { labels?.matches($0.labels) ?? false }))),
            ("readyReplicas", .positive(Int64(active.count(where: \.isReadyPod)))),
            ("availableReplicas", .positive(Int64(active.count { $0.isAvailablePod(minReadySeconds: minReady, now: now) }))),
            ("observedGeneration", set.generation.map(Value.integer)),
            ("conditions", conditions.values.isEmpty ? nil : .array(conditions.values)))
    }

    /// A Pod of the set's template, named by the API server.
    package static func pod(of set: Value) -> Value {
        let template = set["spec", "template"]
        return .mapping(
            ("apiVersion", "v1"), ("kind", "Pod"),
            (
                "metadata",
                .mapping(
                    ("generateName", .string("\(set.name ?? "")-")), ("namespace", set.namespace.map(Value.string)),
                    ("labels", template?["metadata"]?["labels"]), ("annotations", template?["metadata"]?["annotations"]),
                    ("finalizers", template?["metadata"]?["finalizers"]), ("ownerReferences", [set.asControllerReference]))
            ), ("spec", template?["spec"]))
    }
}
