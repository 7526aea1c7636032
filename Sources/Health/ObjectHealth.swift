package import Manifests

/// The verdict on one object by itself: the rules of kstatus (sigs.k8s.io/cli-utils, pkg/kstatus) for the built-in kinds and
/// its generic conditions for all others, with the differences that `docs/rooms/Health.md` lists.
package enum ObjectHealth {
    /// - Parameters:
    ///   - object: as the API server returned it.
    ///   - now: unix seconds.
    package static func evaluate(_ object: Value, now: Int64) -> HealthReport {
        if object["metadata"]?["deletionTimestamp"]?.string != nil {
            return HealthReport(.terminating, "Terminating", "\(object.subject) is being deleted.")
        }
        if let generic = genericProgress(object) { return generic }
        if let verdict = builtIn(object, now: now) { return verdict }
        return readyCondition(object) ?? HealthReport(.current, "Exists", "\(object.subject) exists.")
    }

    /// What every well-behaved controller reports in the same way, whatever the kind.
    private static func genericProgress(_ object: Value) -> HealthReport? {
        if let observed = object.observedGeneration, let generation = object.generation, observed != generation {
            return HealthReport(
                .inProgress, "LatestGenerationNotObserved",
                "\(object.subject): its controller has seen generation \(observed), the latest is \(generation).")
        }
        if let reconciling = object.condition("Reconciling"), reconciling.isTrue {
            return HealthReport(.inProgress, or(reconciling.reason, "Reconciling"), "\(object.subject): \(reconciling.words)")
        }
        if let stalled = object.condition("Stalled"), stalled.isTrue {
            return HealthReport(.failed, or(stalled.reason, "Stalled"), "\(object.subject): \(stalled.words)")
        }
        return nil
    }

    private static func readyCondition(_ object: Value) -> HealthReport? {
        guard let ready = object.condition("Ready") else { return nil }
        if ready.isTrue { return HealthReport(.current, "Ready", "\(object.subject) is ready.") }
        return HealthReport(
            .inProgress, or(ready.reason, "NotReady"), "\(object.subject) is not ready: \(or(ready.words, "no reason given")).")
    }

    private static func builtIn(_ object: Value, now: Int64) -> HealthReport? {
        switch (object.group ?? "", object.kind ?? "") {
        case ("apps", "Deployment"), ("extensions", "Deployment"): deployment(object)
        case ("apps", "ReplicaSet"), ("extensions", "ReplicaSet"): replicaSet(object)
        case ("apps", "StatefulSet"): statefulSet(object)
        case ("apps", "DaemonSet"), ("extensions", "DaemonSet"): daemonSet(object)
        case ("", "Pod"): pod(object, now: now)
        case ("batch", "Job"): job(object)
        case ("", "PersistentVolumeClaim"): persistentVolumeClaim(object)
        case ("", "Service"): service(object)
        case ("apiextensions.k8s.io", "CustomResourceDefinition"): customResourceDefinition(object)
        case ("apiregistration.k8s.io", "APIService"): apiService(object)
        case ("autoscaling", "HorizontalPodAutoscaler"): horizontalPodAutoscaler(object)
        case ("policy", "PodDisruptionBudget"), ("batch", "CronJob"), ("", "Secret"), ("", "ConfigMap"):
            HealthReport(.current, "Exists", "\(object.subject) exists.")
        default: nil
        }
    }

    static func or(_ text: String, _ fallback: String) -> String { text.isEmpty ? fallback : text }
}
