package import Manifests

/// Whether a Pod may be evicted now; pure. The rules of the API's `pods/eviction`.
package enum EvictionRules {
    package enum Decision: Sendable, Hashable {
        /// No budget counts it.
        case free
        /// Allowed by this budget, whose status becomes this: the next eviction has to find one less.
        case counted(budget: String, status: Value)
    }

    /// Evictions that a budget notes at once; Kubernetes' own bound.
    private static let disruptedPods = 2000
    private static let refused = "Cannot evict pod as it would violate the pod's disruption budget."

    package static func decide(_ pod: Value, budgets: [Value], now: Timestamp) throws(APIError) -> Decision {
        // What does not run or is going anyway takes nothing from anybody.
        if pod.isBeingDeleted || ["Succeeded", "Failed", "Pending"].contains(pod.podPhase) { return .free }
        let matching = budgets.filter { LabelSelector($0["spec"]?["selector"])?.matches(pod.labels) ?? false }
        guard let budget = matching.first else { return .free }
        guard matching.count == 1 else {
            throw APIError(
                .internalError, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
        }
        let name = budget.name ?? ""
        let status = budget["status"]
        let (healthy, desired) = (status?["currentHealthy"]?.integer ?? 0, status?["desiredHealthy"]?.integer ?? 0)
        if !pod.isReadyPod {
            switch budget["spec"]?["unhealthyPodEvictionPolicy"]?.string ?? "IfHealthyBudget" {
            case "AlwaysAllow": return .free
            default: if healthy >= desired, desired > 0 { return .free }
            }
        }
        guard status?["observedGeneration"]?.integer ?? 0 >= budget.generation ?? 0 else {
            throw tooMany("The disruption budget \(name) is still being processed by the server.", retryAfterSeconds: 10)
        }
        let allowed = status?["disruptionsAllowed"]?.integer ?? 0
        if allowed < 0 { throw APIError.forbidden(.podDisruptionBudgets, name, "pdb disruptions allowed is negative") }
        if status?["disruptedPods"]?.object?.count ?? 0 > disruptedPods {
            throw APIError.forbidden(
                .podDisruptionBudgets, name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller")
        }
        guard allowed > 0 else {
            throw tooMany("The disruption budget \(name) needs \(desired) healthy pods and has \(healthy) currently")
        }
        var counted = status ?? [:]
        counted["disruptionsAllowed"] = .integer(allowed - 1)
        counted["disruptedPods", pod.name ?? ""] = .string(now.rfc3339)
        return .counted(budget: name, status: counted)
    }

    /// - Parameter retryAfterSeconds: nil when nobody knows: clients repeat by themselves a call that is told when to, and `kubectl drain` would
    ///   seem to stand still.
    private static func tooMany(_ why: String, retryAfterSeconds: Int? = nil) -> APIError {
        var error = APIError(.tooManyRequests, refused)
        error.causes = [APIError.Cause(reason: "DisruptionBudget", message: why, field: "")]
        error.retryAfterSeconds = retryAfterSeconds
        return error
    }
}
