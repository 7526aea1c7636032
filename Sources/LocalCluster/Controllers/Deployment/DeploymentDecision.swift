package import Manifests

/// What one look at a Deployment asks for. The controller carries it out in this order: create, update, scale, delete, status.
package struct DeploymentDecision: Sendable {
    /// A notable step, kept as the `Progressing` condition.
    package enum Progress: Sendable, Hashable {
        case created(replicaSet: String)
        case found(replicaSet: String)
        case paused, resumed

        package func apply(to conditions: inout ConditionList, now: Timestamp) {
            switch self {
            case .created(let name):
                conditions.replace(
                    "Progressing", "True", reason: "NewReplicaSetCreated", message: "Created new replica set \"\(name)\"", now: now,
                    hasUpdateTime: true)
            case .found(let name):
                conditions.replace(
                    "Progressing", "True", reason: "FoundNewReplicaSet", message: "Found new replica set \"\(name)\"", now: now,
                    hasUpdateTime: true)
            case .paused:
                conditions.replace(
                    "Progressing", "Unknown", reason: "DeploymentPaused", message: "Deployment is paused", now: now, hasUpdateTime: true)
            case .resumed:
                conditions.replace(
                    "Progressing", "Unknown", reason: "DeploymentResumed", message: "Deployment is resumed", now: now, hasUpdateTime: true)
            }
        }
    }

    package struct Scaling: Sendable, Hashable {
        package var name: String
        package var from: Int64
        package var to: Int64
        /// The text of the `ScalingReplicaSet` event.
        package var message: String {
            from == to
                ? ""
                : from < to
                    ? "Scaled up replica set \(name) from \(from) to \(to)" : "Scaled down replica set \(name) from \(from) to \(to)"
        }
    }

    package var creation: Value?
    /// ReplicaSets with changed annotations or `spec.replicas`.
    package var updates: [Value] = []
    package var scalings: [Scaling] = []
    package var deletions: [Value] = []
    /// The revision to write onto the Deployment; `nil` when it is there already.
    package var revision: Int64?
    package var status: Value = .object([:])
    package var lookAgainAfter: Duration?
}
