internal import Manifests

/// When an object is applied, relative to the others: first by the number it asks for, then by what its kind is needed for.
struct ApplyWave: Sendable, Hashable, Comparable {
    var requested: Int64
    var rank: Int

    static let namespaceRank = 0
    static let definitionRank = 1

    init(_ object: Value) {
        requested = object.annotations?[SlipwayLabel.wave]?.string.flatMap { Int64($0) } ?? 0
        rank = Self.rank(group: object.group ?? "", kind: object.kind ?? "")
    }

    static func < (left: ApplyWave, right: ApplyWave) -> Bool { (left.requested, left.rank) < (right.requested, right.rank) }

    /// A kind's place by what others need of it. Admission webhooks and API services come last, so that a broken one does not refuse
    /// the objects that it was installed with.
    static func rank(group: String, kind: String) -> Int {
        switch (group, kind) {
        case ("", "Namespace"): return namespaceRank
        case ("apiextensions.k8s.io", "CustomResourceDefinition"): return definitionRank
        case ("", "ServiceAccount"), ("rbac.authorization.k8s.io", "Role"), ("rbac.authorization.k8s.io", "ClusterRole"),
            ("scheduling.k8s.io", _), ("storage.k8s.io", _), ("node.k8s.io", _), ("networking.k8s.io", "IngressClass"):
            return 2
        case ("rbac.authorization.k8s.io", _), ("", "ResourceQuota"), ("", "LimitRange"), ("networking.k8s.io", "NetworkPolicy"): return 3
        case ("", "ConfigMap"), ("", "Secret"): return 4
        case ("", "Service"), ("", "Endpoints"), ("discovery.k8s.io", _): return 5
        case ("", "PersistentVolume"), ("", "PersistentVolumeClaim"): return 6
        case ("apps", _), ("batch", _), ("", "Pod"), ("", "ReplicationController"): return 7
        case ("admissionregistration.k8s.io", _), ("apiregistration.k8s.io", _): return 9
        default: return 8
        }
    }
}
