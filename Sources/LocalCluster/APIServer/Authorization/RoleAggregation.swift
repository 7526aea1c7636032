internal import Manifests

/// The rules of a ClusterRole that gathers those of others by their labels.
enum RoleAggregation {
    /// The union of the rules of all roles that one of its selectors matches, in the order of their names.
    static func rules(of role: Value, from others: [Value]) -> Value {
        let selectors = (role["aggregationRule"]?["clusterRoleSelectors"]?.array ?? []).compactMap { LabelSelector($0) }
        var rules: [Value] = []
        for other in others.sorted(by: { ($0.name ?? "") < ($1.name ?? "") }) where other.name != role.name {
            guard selectors.contains(where: { $0.matches(other.labels) }) else { continue }
            for rule in other["rules"]?.array ?? [] where !rules.contains(rule) { rules.append(rule) }
        }
        return .array(rules)
    }
}

/// Keeps gathered ClusterRoles up to date.
struct RoleAggregationController: Reconciler {
    let store: ObjectStore

    let name = "clusterrole-aggregation-controller"
    let watched: [ResourceType] = [.clusterRoles]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] { allKeys() }

    func allKeys() -> [NamespacedName] {
        store.list(.clusterRoles).items.filter { $0["aggregationRule"] != nil }.compactMap(NamespacedName.init)
    }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard var role = store.get(.clusterRoles, key), role["aggregationRule"] != nil else { return nil }
        let rules = RoleAggregation.rules(of: role, from: store.list(.clusterRoles).items)
        if role["rules"] == rules { return nil }
        role["rules"] = rules
        try store.replace(.clusterRoles, role)
        return nil
    }
}
