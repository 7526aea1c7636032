import Manifests

/// kustomize's old order of objects: some kinds first, some last, the others by type and name.
struct LegacyOrder {
    private static let defaultFirst = [
        "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role",
        "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange",
        "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget",
    ]
    private static let defaultLast = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]

    private var ranks: [String: Int] = [:]

    /// Without lists of its own, kustomize's.
    init(first: [String] = [], last: [String] = []) {
        let hasLists = !first.isEmpty || !last.isEmpty
        let first = hasLists ? first : Self.defaultFirst
        let last = hasLists ? last : Self.defaultLast
        for (position, kind) in first.enumerated() { ranks[kind] = position - first.count }
        for (position, kind) in last.enumerated() { ranks[kind] = position + 1 }
    }

    func sort(_ resources: inout ResourceSet) {
        let keys = resources.indices.map { key(of: resources[$0]) }
        let order = resources.indices.sorted { left, right in
            let (one, other) = (keys[left], keys[right])
            if one.rank != other.rank { return one.rank < other.rank }
            return one.type != other.type ? one.type < other.type : one.name < other.name
        }
        resources.reorder(order)
    }

    private func key(of resource: Resource) -> (rank: Int, type: String, name: String) {
        let type = resource.type
        let typeText =
            (type.group.isEmpty ? "~G" : type.group) + "_" + (type.version.isEmpty ? "~V" : type.version) + "_"
            + (type.kind.isEmpty ? "~K" : type.kind)
        let named = (resource.namespace.isEmpty ? "~X" : resource.namespace) + "|" + (resource.name.isEmpty ? "~N" : resource.name)
        return (ranks[type.kind] ?? 0, typeText, named)
    }
}
