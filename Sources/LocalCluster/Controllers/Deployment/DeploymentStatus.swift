package import Manifests

/// The status of a Deployment, with the reasons and messages of Kubernetes (`kubectl rollout status` reads them).
package enum DeploymentStatus {
    /// - Parameter created: set when this pass made the new ReplicaSet.
    package static func make(
        _ deployment: DeploymentView, new: Value?, old: [Value], events: [DeploymentDecision.Progress], now: Timestamp
    ) -> Value {
        let all = old + (new.map { [$0] } ?? [])
        let former = deployment.object["status"] ?? .object([:])
        var conditions = ConditionList(former["conditions"]?.array)
        for event in events { event.apply(to: &conditions, now: now) }

        let available = all.reduce(0) { $0 + $1.availableReplicas }
        let total = all.reduce(0) { $0 + $1.statusReplicas }
        var status = Value.mapping(
            ("observedGeneration", deployment.object.generation.map(Value.integer)), ("replicas", .positive(total)),
            ("updatedReplicas", .positive(new?.statusReplicas ?? 0)),
            ("readyReplicas", .positive(all.reduce(0) { $0 + $1.readyReplicas })), ("availableReplicas", .positive(available)),
            // The wanted count is not looked at here: what matters is what exists and is not available.
            ("unavailableReplicas", .positive(max(0, all.reduce(0) { $0 + $1.specReplicas } - available))),
            ("collisionCount", former["collisionCount"]))

        setAvailable(deployment, available, &conditions, now)
        if deployment.progressDeadlineSeconds != nil {
            setProgress(deployment, new: new, former: former, status: status, &conditions, now)
        } else {
            conditions.remove("Progressing")
        }
        let failure = (new.map { [$0] } ?? []) + old
        if let failed = failure.lazy.compactMap({ ConditionList($0["status", "conditions"]?.array)["ReplicaFailure"] }).first {
            conditions.set(
                "ReplicaFailure", failed["status"]?.string ?? "True", reason: failed["reason"]?.string ?? "",
                message: failed["message"]?.string ?? "", now: now, hasUpdateTime: true)
        } else {
            conditions.remove("ReplicaFailure")
        }
        status["conditions"] = conditions.values.isEmpty ? nil : .array(conditions.values)
        return status
    }

    package static func isComplete(_ deployment: DeploymentView, _ status: Value) -> Bool {
        let wanted = deployment.replicas
        return (status["updatedReplicas"]?.integer ?? 0) == wanted && (status["replicas"]?.integer ?? 0) == wanted
            && (status["availableReplicas"]?.integer ?? 0) == wanted
            && (status["observedGeneration"]?.integer ?? 0) >= (deployment.object.generation ?? 0)
    }

    /// When the progress deadline has to be looked at; `nil` when it does not run.
    package static func deadlineCheck(_ deployment: DeploymentView, status: Value, now: Timestamp) -> Duration? {
        guard let deadline = deployment.progressDeadlineSeconds, !deployment.isPaused, !isComplete(deployment, status),
            let condition = ConditionList(status["conditions"]?.array)["Progressing"],
            condition["reason"]?.string != "ProgressDeadlineExceeded",
            let since = condition["lastUpdateTime"]?.string.flatMap(Timestamp.init(rfc3339:))
        else { return nil }
        return max(.milliseconds(50), since + .seconds(deadline) + .milliseconds(1100) - now)
    }

    private static func setAvailable(
        _ deployment: DeploymentView, _ available: Int64, _ conditions: inout ConditionList, _ now: Timestamp
    ) {
        if available >= deployment.replicas - deployment.maxUnavailable {
            conditions.set(
                "Available", "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability.", now: now,
                hasUpdateTime: true)
        } else {
            conditions.set(
                "Available", "False", reason: "MinimumReplicasUnavailable", message: "Deployment does not have minimum availability.",
                now: now, hasUpdateTime: true)
        }
    }

    private static func setProgress(
        _ deployment: DeploymentView, new: Value?, former: Value, status: Value, _ conditions: inout ConditionList, _ now: Timestamp
    ) {
        let current = conditions["Progressing"]
        let reason = current?["reason"]?.string
        if reason == "DeploymentPaused" { return }
        let settled = (status["replicas"]?.integer ?? 0) == (status["updatedReplicas"]?.integer ?? 0)
        if settled && reason == "NewReplicaSetAvailable" { return }
        let subject = new?.name.map { "ReplicaSet \"\($0)\"" } ?? "Deployment \"\(deployment.name)\""

        if isComplete(deployment, status) {
            conditions.set(
                "Progressing", "True", reason: "NewReplicaSetAvailable", message: "\(subject) has successfully progressed.", now: now,
                hasUpdateTime: true)
        } else if hasProgressed(former: former, status: status) {
            conditions.replace(
                "Progressing", "True", reason: "ReplicaSetUpdated", message: "\(subject) is progressing.", now: now, hasUpdateTime: true)
        } else if hasTimedOut(deployment, current, now) {
            conditions.set(
                "Progressing", "False", reason: "ProgressDeadlineExceeded", message: "\(subject) has timed out progressing.", now: now,
                hasUpdateTime: true)
        }
    }

    private static func hasProgressed(former: Value, status: Value) -> Bool {
        func count(_ status: Value, _ key: String) -> Int64 { status[key]?.integer ?? 0 }
        let oldBefore = count(former, "replicas") - count(former, "updatedReplicas")
        let oldNow = count(status, "replicas") - count(status, "updatedReplicas")
        return count(status, "updatedReplicas") > count(former, "updatedReplicas") || oldNow < oldBefore
            || count(status, "readyReplicas") > count(former, "readyReplicas")
            || count(status, "availableReplicas") > count(former, "availableReplicas")
    }

    private static func hasTimedOut(_ deployment: DeploymentView, _ condition: Value?, _ now: Timestamp) -> Bool {
        guard let condition, let deadline = deployment.progressDeadlineSeconds else { return false }
        switch condition["reason"]?.string {
        case "NewReplicaSetAvailable": return false
        case "ProgressDeadlineExceeded": return true
        default: break
        }
        guard let since = condition["lastUpdateTime"]?.string.flatMap(Timestamp.init(rfc3339:)) else { return false }
        return since + .seconds(deadline) < now
    }
}

extension Value {
    /// Kubernetes leaves a zero count out.
    package static func positive(_ count: Int64) -> Value? { count == 0 ? nil : .integer(count) }
}
