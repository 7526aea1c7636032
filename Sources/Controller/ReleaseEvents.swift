internal import Delivery
internal import Kubernetes
internal import Manifests

/// What of a decision is told in the cluster, beside the objects. Pure.
enum ReleaseEvents {
    /// The audit entries that matter to somebody who looks at a namespace: all others are Slipway's own affair.
    private static let reasons: [String: (kind: ClusterEvent.Kind, reason: String, words: String)] = [
        "release.applying": (.normal, "ReleaseStarted", "Release %: applying"),
        "release.verified": (.normal, "ReleaseVerified", "Release % is verified"),
        "release.failed": (.warning, "ReleaseFailed", "Release % failed"),
        "release.rolledBack": (.warning, "ReleaseRolledBack", "Release % was rolled back"),
        "release.rollbackFailed": (.warning, "RollbackFailed", "Release % could not be rolled back"),
        "hold.set": (.warning, "Held", "the Environment is held"),
        "hold.lifted": (.normal, "HoldLifted", "the Environment is no longer held"),
        "drift.found": (.warning, "DriftFound", "the cluster differs from the verified bundle"),
        "drift.healed": (.normal, "DriftHealed", "the cluster differed from the verified bundle and was put right"),
    ]

    /// - Parameters:
    ///   - inventory: the ConfigMap that stands for the Environment.
    ///   - failing: the object that made the Release fail, when one did.
    static func events(of change: StateChange, inventory: ObjectIdentity, failing: ObjectIdentity?) -> [ClusterEvent] {
        change.audit.flatMap { entry -> [ClusterEvent] in
            guard let told = reasons[entry.action] else { return [] }
            var message = told.words.replacing("%", with: entry.release.map(String.init) ?? "")
            if let revision = entry.revision { message += " (revision \(revision.prefix(10)))" }
            for words in [entry.reason, entry.outcome] where !words.isEmpty && words != "ok" { message += ": \(words)" }
            let event = ClusterEvent(told.kind, told.reason, message, regarding: inventory)
            guard let failing, told.reason == "ReleaseFailed" || told.reason == "RollbackFailed" else { return [event] }
            var beside = event
            beside.regarding = failing
            return [event, beside]
        }
    }
}
