package import Manifests

/// The verdict on one object by itself: the rules of kstatus (sigs.k8s.io/cli-utils, pkg/kstatus) for the built-in kinds and
/// its generic conditions for all others, with the differences that `docs/rooms/Health.md` lists.
package enum ObjectHealth {
    /// - Parameters:
    ///   - object: as the API server returned it.
    ///   - now: unix seconds.
    ///   - rules: an operator's own, for custom kinds.
    package static func evaluate(_ object: Value, now: Int64, rules: HealthRules = HealthRules()) -> HealthReport {
        evaluate(object, now: now, rules: rules, builtInRules: .builtIn)
    }

    static func evaluate(_ object: Value, now: Int64, rules: HealthRules, builtInRules: HealthRules) -> HealthReport {
        if object["metadata"]?["deletionTimestamp"]?.string != nil {
            return HealthReport(.terminating, "Terminating", "\(object.subject) is being deleted.")
        }
        if let stale = staleStatus(object) { return stale }
        // Who wrote a rule for a kind knows its conditions better than the common meaning of their names, and an operator better than we.
        if let rule = rules.rule(for: object) ?? builtInRules.rule(for: object) {
            return rule.evaluate(object, now: now)
        }
        if let generic = genericProgress(object) { return generic }
        if let verdict = builtIn(object, now: now) { return verdict }
        return readiness(object) ?? HealthReport(.current, "Exists", "\(object.subject) exists.")
    }

    private static func staleStatus(_ object: Value) -> HealthReport? {
        guard let observed = object.observedGeneration, let generation = object.generation, observed != generation else { return nil }
        return HealthReport(
            .inProgress, "LatestGenerationNotObserved",
            "\(object.subject): its controller has seen generation \(observed), the latest is \(generation).")
    }

    /// What every well-behaved controller reports in the same way, whatever the kind.
    private static func genericProgress(_ object: Value) -> HealthReport? {
        if let reconciling = object.condition("Reconciling"), reconciling.isTrue {
            return HealthReport(.inProgress, or(reconciling.reason, "Reconciling"), "\(object.subject): \(reconciling.words)")
        }
        if let stalled = object.condition("Stalled"), stalled.isTrue {
            return HealthReport(.failed, or(stalled.reason, "Stalled"), "\(object.subject): \(stalled.words)")
        }
        return nil
    }

    /// Ready is the summary that kstatus knows; a kind that has only Available means the same by it. A controller that has seen only an
    /// older generation says so in the condition itself (KEP-1623, `observedGeneration`).
    private static func readiness(_ object: Value) -> HealthReport? {
        guard let condition = object.condition("Ready") ?? object.condition("Available") else { return nil }
        let word = condition.type.lowercased()
        if let observed = condition.observedGeneration, let generation = object.generation, observed < generation {
            return HealthReport(
                .inProgress, "LatestGenerationNotObserved",
                "\(object.subject): condition \(condition.type) is about generation \(observed), the latest is \(generation).")
        }
        if condition.isTrue { return HealthReport(.current, condition.type, "\(object.subject) is \(word).") }
        return HealthReport(
            .inProgress, or(condition.reason, "Not\(condition.type)"),
            "\(object.subject) is not \(word): \(or(condition.words, "no reason given")).")
    }

    /// Groups with kinds that have a rule of their own below.
    package static let builtInGroups: Set<String> = [
        "", "apps", "extensions", "batch", "policy", "autoscaling", "apiextensions.k8s.io", "apiregistration.k8s.io",
    ]

    /// Kinds with a rule of their own below; no operator's rule replaces it.
    static func isBuiltIn(group: String, kind: String) -> Bool {
        let probe: Value = ["apiVersion": .string(group.isEmpty ? "v1" : "\(group)/v1"), "kind": .string(kind), "metadata": [:]]
        return builtIn(probe, now: 0) != nil
            // These are judged only when something is wrong with them.
            || (group == "apiregistration.k8s.io" && kind == "APIService")
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
