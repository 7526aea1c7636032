package import Manifests

/// The parts of a Deployment that decide about it.
package struct DeploymentView: Sendable {
    package static let revisionAnnotation = "deployment.kubernetes.io/revision"
    package static let revisionHistoryAnnotation = "deployment.kubernetes.io/revision-history"
    package static let desiredReplicasAnnotation = "deployment.kubernetes.io/desired-replicas"
    package static let maxReplicasAnnotation = "deployment.kubernetes.io/max-replicas"
    package static let hashLabel = "pod-template-hash"

    package let object: Value

    package init(_ object: Value) { self.object = object }

    package var name: String { object.name ?? "" }
    package var replicas: Int64 { max(0, object["spec", "replicas"]?.integer ?? 1) }
    package var template: Value { object["spec", "template"] ?? .object([:]) }
    package var isPaused: Bool { object["spec", "paused"]?.bool ?? false }
    package var isRecreate: Bool { object["spec", "strategy", "type"]?.string == "Recreate" }
    package var minReadySeconds: Int64 { object["spec", "minReadySeconds"]?.integer ?? 0 }
    package var progressDeadlineSeconds: Int64? {
        // MaxInt32 is how Kubernetes writes "no deadline".
        let seconds = object["spec", "progressDeadlineSeconds"]?.integer ?? 600
        return seconds >= Int64(Int32.max) ? nil : seconds
    }
    package var revisionHistoryLimit: Int64? {
        let limit = object["spec", "revisionHistoryLimit"]?.integer ?? 10
        return limit >= Int64(Int32.max) ? nil : limit
    }

    package var bounds: RolloutArithmetic.Bounds {
        let rolling = object["spec", "strategy", "rollingUpdate"]
        return RolloutArithmetic.bounds(
            maxSurge: IntOrPercent(rolling?["maxSurge"]), maxUnavailable: IntOrPercent(rolling?["maxUnavailable"]), replicas: replicas)
    }

    /// Pods that may be missing; none for a Recreate Deployment.
    package var maxUnavailable: Int64 { isRecreate || replicas == 0 ? 0 : min(bounds.unavailable, replicas) }
    package var maxSurge: Int64 { isRecreate ? 0 : bounds.surge }

    package var revision: Int64 { Self.revision(of: object) }

    package static func revision(of object: Value) -> Int64 { object.annotation(revisionAnnotation).flatMap { Int64($0) } ?? 0 }

    /// Whether a ReplicaSet runs exactly this template.
    package func isCurrent(_ replicaSet: Value) -> Bool {
        var other = replicaSet["spec", "template"] ?? .object([:])
        other["metadata", "labels"]?[Self.hashLabel] = nil
        var mine = template
        mine["metadata", "labels"]?[Self.hashLabel] = nil
        return Self.withoutNulls(other) == Self.withoutNulls(mine)
    }

    /// `creationTimestamp: null`, which many tools write into a template, means nothing.
    private static func withoutNulls(_ template: Value) -> Value {
        var template = template
        if template["metadata"]?["creationTimestamp"]?.isNull == true { template["metadata", "creationTimestamp"] = nil }
        return template
    }

    /// Ten characters that depend on the template alone, of the set that names are made from.
    private static func hash(of template: Value) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String(SHA256.hash(template.canonicalBytes()).prefix(10).map { alphabet[Int($0) % alphabet.count] })
    }

    package var templateHash: String { Self.hash(of: template) }
}

extension Value {
    package var specReplicas: Int64 { self["spec", "replicas"]?.integer ?? 1 }
    package var statusReplicas: Int64 { self["status", "replicas"]?.integer ?? 0 }
    package var readyReplicas: Int64 { self["status", "readyReplicas"]?.integer ?? 0 }
    package var availableReplicas: Int64 { self["status", "availableReplicas"]?.integer ?? 0 }
    package var updatedReplicas: Int64 { self["status", "updatedReplicas"]?.integer ?? 0 }
}
