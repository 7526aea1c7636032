internal import Manifests

/// The remaining built-in kinds with a rule of their own.
extension ObjectHealth {
    /// A running Job is in progress (kstatus calls it current): a migration Job must end before what follows it counts as verified.
    static func job(_ object: Value) -> HealthReport {
        if let failed = object.condition("Failed"), failed.isTrue {
            let count = object.integer("status", "failed", default: 0)
            return HealthReport(
                .failed, "JobFailed", "\(object.subject) failed after \(count) failed Pods: \(or(failed.words, "no reason given"))")
        }
        if let complete = object.condition("Complete"), complete.isTrue {
            return HealthReport(.current, "JobComplete", "\(object.subject) is complete.")
        }
        if object["spec"]?["suspend"]?.bool == true {
            return waiting(object, "Suspended", "it is suspended and will not run until resumed")
        }
        if object["status"]?["startTime"]?.string == nil { return waiting(object, "JobNotStarted", "it has not started yet") }
        let succeeded = object.integer("status", "succeeded", default: 0)
        let active = object.integer("status", "active", default: 0)
        let completions = object.integer("spec", "completions", default: 1)
        return waiting(object, "JobInProgress", "\(succeeded) of \(completions) completions, \(active) Pods active")
    }

    static func persistentVolumeClaim(_ object: Value) -> HealthReport {
        let phase = object["status"]?["phase"]?.string ?? "unknown"
        switch phase {
        case "Bound": return HealthReport(.current, "Bound", "\(object.subject) is bound.")
        case "Lost": return HealthReport(.failed, "Lost", "\(object.subject) has lost the volume that it was bound to.")
        default: return waiting(object, "NotBound", "it is not bound to a volume yet (phase \(phase))")
        }
    }

    /// A load balancer's external address is not required: many clusters never assign one.
    static func service(_ object: Value) -> HealthReport {
        let type = object["spec"]?["type"]?.string ?? "ClusterIP"
        if type == "LoadBalancer", (object["spec"]?["clusterIP"]?.string ?? "").isEmpty {
            return waiting(object, "NoIPAssigned", "it has no cluster IP yet")
        }
        return HealthReport(.current, "Exists", "\(object.subject) exists.")
    }

    static func customResourceDefinition(_ object: Value) -> HealthReport {
        if let terminating = object.condition("Terminating"), terminating.isTrue {
            return waiting(object, "Terminating", "its objects are being deleted")
        }
        if let schema = object.condition("NonStructuralSchema"), schema.isTrue {
            return HealthReport(
                .failed, or(schema.reason, "NonStructuralSchema"), "\(object.subject): its schema is not structural: \(schema.words)")
        }
        for condition in object.conditions {
            if condition.type == "NamesAccepted", condition.isFalse {
                return HealthReport(
                    .failed, or(condition.reason, "NamesNotAccepted"), "\(object.subject): its names are not accepted: \(condition.words)")
            }
            if condition.type == "Established" {
                if condition.isTrue { return HealthReport(.current, "Established", "\(object.subject) is established.") }
                if condition.isFalse, condition.reason != "Installing" {
                    return HealthReport(
                        .failed, or(condition.reason, "NotEstablished"), "\(object.subject) is not established: \(condition.words)")
                }
            }
        }
        return waiting(object, "Installing", "it is not established yet")
    }

    static func apiService(_ object: Value) -> HealthReport? {
        guard let available = object.condition("Available"), available.isFalse else { return nil }
        return waiting(object, or(available.reason, "NotAvailable"), "it is not available: \(or(available.words, "no reason given"))")
    }

    /// Never blocks: an autoscaler without metrics says nothing about the application that it scales. The message still tells.
    static func horizontalPodAutoscaler(_ object: Value) -> HealthReport {
        for type in ["AbleToScale", "ScalingActive"] {
            if let condition = object.condition(type), condition.isFalse {
                return HealthReport(
                    .current, or(condition.reason, type), "\(object.subject) does not scale now: \(or(condition.words, "no reason given"))")
            }
        }
        return HealthReport(.current, "Exists", "\(object.subject) exists.")
    }
}
