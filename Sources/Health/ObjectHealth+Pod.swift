internal import Manifests

extension ObjectHealth {
    /// How long a Pod may be without a node before that is a failure; kstatus' number. A rollout uses its policy's own.
    static let schedulingGraceSeconds: Int64 = 15

    /// A Pod in phase Failed has failed (kstatus calls it current, since it will not change any more).
    static func pod(_ object: Value, now: Int64) -> HealthReport {
        let phase = object["status"]?["phase"]?.string ?? ""
        switch phase {
        case "Succeeded":
            return HealthReport(.current, "PodSucceeded", "\(object.subject) has ended successfully.")
        case "Failed":
            let why = object["status"]?["message"]?.string ?? object["status"]?["reason"]?.string ?? ContainerProblem.exits(of: object)
            return HealthReport(.failed, object["status"]?["reason"]?.string ?? "PodFailed", "\(object.subject) failed: \(why)")
        case "Running", "Pending":
            break
        case "Unknown":
            return waiting(object, "NodeLost", lostWords(object))
        case "":
            return waiting(object, "PodNotObserved", "no node has reported on it yet")
        default:
            return waiting(object, "UnknownPhase", "its phase is \(phase)")
        }
        if phase == "Running", object.condition("Ready")?.isTrue == true {
            return HealthReport(.current, "PodReady", "\(object.subject) is ready.")
        }
        if let problem = ContainerProblem.worst(in: object, policy: .singlePod, now: now) {
            return HealthReport(.failed, problem.reason, "\(object.subject): \(problem.sentence)", logs: problem.logs)
        }
        if phase == "Pending", let scheduled = object.condition("PodScheduled"), scheduled.isFalse, scheduled.reason == "Unschedulable" {
            let since = object.creationTime ?? 0
            let words = "no node takes it: \(or(scheduled.message, "the scheduler gave no reason"))"
            if now - since < schedulingGraceSeconds { return waiting(object, "PodNotScheduled", words) }
            return HealthReport(.failed, "PodUnschedulable", "\(object.subject): \(words)")
        }
        // The node controller writes this over whatever the kubelet said last.
        if object["status"]?["reason"]?.string == "NodeLost" { return waiting(object, "NodeLost", lostWords(object)) }
        if phase == "Running" { return waiting(object, "PodRunningNotReady", "it is running but not ready") }
        return waiting(object, "PodPending", "it is pending")
    }

    private static func lostWords(_ object: Value) -> String {
        let node = object["spec"]?["nodeName"]?.string ?? "its node"
        return "\(node) has stopped reporting: \(or(object["status"]?["message"]?.string ?? "", "nothing is known about it since"))"
    }

    /// Why a Pod was taken off its node though nothing was wrong with it: evicted, preempted, drained, its node lost.
    static func disruption(of pod: Value) -> String? {
        let status = pod["status"]
        if let target = pod.condition("DisruptionTarget"), target.isTrue {
            return "it is taken off its node (\(target.reason)): \(target.words)"
        }
        guard let reason = status?["reason"]?.string, disruptions.contains(reason) else { return nil }
        return "it was taken off its node (\(reason)): \(or(status?["message"]?.string ?? "", "no reason given"))"
    }

    /// `status.reason` as kubelet, scheduler and node controller write it.
    private static let disruptions: Set<String> = [
        "Evicted", "Preempting", "Terminated", "NodeShutdown", "NodeLost", "Shutdown", "NodeAffinity",
    ]
}
