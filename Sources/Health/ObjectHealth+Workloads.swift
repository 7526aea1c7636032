internal import Manifests

/// The kinds that keep a number of Pods.
///
/// Counts are whatever a file or a server says, so they are subtracted with wrapping.
extension ObjectHealth {
    static func deployment(_ object: Value) -> HealthReport {
        let progressing = object.condition("Progressing")
        if let progressing, progressing.reason == "ProgressDeadlineExceeded" {
            return HealthReport(.failed, progressing.reason, "\(object.subject) did not progress within its deadline: \(progressing.words)")
        }
        let wanted = object.integer("spec", "replicas", default: 1)
        let replicas = object.integer("status", "replicas", default: 0)
        let updated = object.integer("status", "updatedReplicas", default: 0)
        let ready = object.integer("status", "readyReplicas", default: 0)
        let available = object.integer("status", "availableReplicas", default: 0)
        if object["spec"]?["paused"]?.bool == true, wanted > updated {
            return waiting(object, "Paused", "it is paused with \(updated) of \(wanted) replicas updated")
        }
        if wanted > replicas { return waiting(object, "LessReplicas", "\(replicas) of \(wanted) replicas exist") }
        if wanted > updated { return waiting(object, "LessUpdated", "\(updated) of \(wanted) replicas are updated") }
        if replicas > wanted { return waiting(object, "ExtraPods", "\(replicas &- wanted) old replicas are still ending") }
        if updated > available { return waiting(object, "LessAvailable", "\(available) of \(updated) new replicas are available") }
        if wanted > ready { return waiting(object, "LessReady", "\(ready) of \(wanted) replicas are ready") }
        // Without a deadline (unset, or the largest 32-bit number) the controller does not write Progressing at all.
        let deadline = object.integer("spec", "progressDeadlineSeconds", default: Int64(Int32.max))
        if deadline != Int64(Int32.max), !(progressing?.isTrue == true && progressing?.reason == "NewReplicaSetAvailable") {
            return waiting(object, "ReplicaSetNotAvailable", "its new ReplicaSet is not available yet")
        }
        guard object.condition("Available")?.isTrue == true else {
            return waiting(object, "DeploymentNotAvailable", "it has less than the minimum of available replicas")
        }
        return HealthReport(.current, "Available", "\(object.subject): \(wanted) of \(wanted) replicas are available.")
    }

    static func replicaSet(_ object: Value) -> HealthReport {
        if let failure = object.condition("ReplicaFailure"), failure.isTrue {
            return waiting(object, "ReplicaFailure", "its Pods cannot be created: \(or(failure.words, "no reason given"))")
        }
        let wanted = object.integer("spec", "replicas", default: 1)
        let replicas = object.integer("status", "replicas", default: 0)
        let labelled = object.integer("status", "fullyLabeledReplicas", default: 0)
        let available = object.integer("status", "availableReplicas", default: 0)
        let ready = object.integer("status", "readyReplicas", default: 0)
        if wanted > labelled { return waiting(object, "LessLabelled", "\(labelled) of \(wanted) replicas carry its labels") }
        if wanted > available { return waiting(object, "LessAvailable", "\(available) of \(wanted) replicas are available") }
        if wanted > ready { return waiting(object, "LessReady", "\(ready) of \(wanted) replicas are ready") }
        if replicas > wanted { return waiting(object, "ExtraPods", "\(replicas &- wanted) replicas are still ending") }
        return HealthReport(.current, "Available", "\(object.subject): \(wanted) of \(wanted) replicas are available.")
    }

    static func statefulSet(_ object: Value) -> HealthReport {
        if object["spec"]?["updateStrategy"]?["type"]?.string == "OnDelete" {
            return HealthReport(.current, "OnDelete", "\(object.subject) updates a Pod only when somebody deletes it.")
        }
        let wanted = object.integer("spec", "replicas", default: 1)
        let replicas = object.integer("status", "replicas", default: 0)
        let ready = object.integer("status", "readyReplicas", default: 0)
        let updated = object.integer("status", "updatedReplicas", default: 0)
        let currentReplicas = object.integer("status", "currentReplicas", default: 0)
        if wanted > replicas { return waiting(object, "LessReplicas", "\(replicas) of \(wanted) replicas exist") }
        if wanted > ready { return waiting(object, "LessReady", "\(ready) of \(wanted) replicas are ready") }
        if replicas > wanted { return waiting(object, "ExtraPods", "\(replicas &- wanted) replicas are still ending") }
        if let partition = object["spec", "updateStrategy", "rollingUpdate", "partition"]?.integer {
            let target = max(0, wanted &- max(0, partition))
            if updated < target {
                return waiting(object, "PartitionRollout", "\(updated) of \(target) replicas past its partition are updated")
            }
            return HealthReport(.current, "PartitionRolledOut", "\(object.subject): the \(target) replicas past its partition are updated.")
        }
        if wanted > currentReplicas {
            return waiting(object, "LessCurrent", "\(currentReplicas) of \(wanted) replicas are of the current revision")
        }
        let revisions = (object["status"]?["currentRevision"]?.string ?? "", object["status"]?["updateRevision"]?.string ?? "")
        if revisions.0 != revisions.1 {
            return waiting(object, "RevisionMismatch", "revision \(revisions.1) has not replaced \(revisions.0) yet")
        }
        return HealthReport(.current, "Available", "\(object.subject): \(wanted) of \(wanted) replicas are ready.")
    }

    static func daemonSet(_ object: Value) -> HealthReport {
        // Its controller always writes both, so without them it has not looked yet.
        if object.generation == nil { return waiting(object, "NoGeneration", "it has no generation") }
        if object.observedGeneration == nil { return waiting(object, "NoObservedGeneration", "its controller has not looked at it yet") }
        guard let desired = object["status"]?["desiredNumberScheduled"]?.integer else {
            return waiting(object, "NoDesiredNumber", "its controller has not counted the nodes yet")
        }
        let counts: [(field: String, reason: String, words: String)] = [
            ("currentNumberScheduled", "LessCurrent", "have a Pod"), ("updatedNumberScheduled", "LessUpdated", "have an updated Pod"),
            ("numberAvailable", "LessAvailable", "have an available Pod"), ("numberReady", "LessReady", "have a ready Pod"),
        ]
        for count in counts {
            let number = object.integer("status", count.field, default: 0)
            if desired > number { return waiting(object, count.reason, "\(number) of \(desired) nodes \(count.words)") }
        }
        return HealthReport(.current, "Available", "\(object.subject): all \(desired) nodes have a ready Pod.")
    }

    static func waiting(_ object: Value, _ reason: String, _ words: String) -> HealthReport {
        HealthReport(.inProgress, reason, "\(object.subject): \(words).")
    }
}
