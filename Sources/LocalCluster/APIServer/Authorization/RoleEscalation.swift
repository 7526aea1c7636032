internal import Manifests

/// Keeps people from giving away what they do not have: whoever writes a role or a binding needs all of its rights already, or the verb
/// `escalate` on the role, or `bind` on the role that is bound.
struct RoleEscalation: Sendable {
    let authorizer: RoleAuthorizer
    let user: ClientIdentity

    /// - Throws: `Forbidden` with the rights that are missing.
    func check(_ new: Value, over old: Value?, _ type: ResourceType) throws(APIError) {
        guard Self.guarded.contains(type), !user.groups.contains(RoleAuthorizer.masters) else { return }
        if type == .roles || type == .clusterRoles {
            try checkRole(new, old, type)
        } else {
            try checkBinding(new, old, type)
        }
    }

    private static let guarded: Set<ResourceType> = [.roles, .clusterRoles, .roleBindings, .clusterRoleBindings]

    private func checkRole(_ new: Value, _ old: Value?, _ type: ResourceType) throws(APIError) {
        if let old, old["rules"] == new["rules"], old["aggregationRule"] == new["aggregationRule"] { return }
        guard !holds("escalate", type, namespace: new.namespace ?? "", name: new.name ?? "") else { return }
        var wanted = PolicyRule.list(of: new)
        // Whatever it will gather is not known yet, so it counts as everything.
        if new["aggregationRule"] != nil {
            wanted += [
                PolicyRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"]), PolicyRule(verbs: ["*"], nonResourceURLs: ["*"]),
            ]
        }
        try confirm(wanted, namespace: new.namespace ?? "", type, new.name ?? "")
    }

    private func checkBinding(_ new: Value, _ old: Value?, _ type: ResourceType) throws(APIError) {
        if let old, old["roleRef"] == new["roleRef"], old["subjects"] == new["subjects"] { return }
        let reference = new["roleRef"] ?? [:]
        let namespace = new.namespace ?? ""
        let role: ResourceType = reference["kind"]?.string == "ClusterRole" ? .clusterRoles : .roles
        guard !holds("bind", role, namespace: namespace, name: reference["name"]?.string ?? "") else { return }
        try confirm(authorizer.rules(ofRole: reference, namespace: namespace), namespace: namespace, type, new.name ?? "")
    }

    private func holds(_ verb: String, _ type: ResourceType, namespace: String, name: String) -> Bool {
        let resource = AccessAttributes.Resource(
            group: type.group, version: type.version, plural: type.plural, namespace: namespace, name: name)
        return authorizer.decide(AccessAttributes(user: user, verb: verb, target: .resource(resource))).isAllowed
    }

    private func confirm(_ wanted: [PolicyRule], namespace: String, _ type: ResourceType, _ name: String) throws(APIError) {
        let (held, errors) = authorizer.rules(for: user, namespace: namespace)
        let missing = PolicyRule.missing(wanted, from: held)
        if missing.isEmpty { return }
        let groups = user.groups.map(\.debugDescription).joined(separator: " ")
        var text =
            "user \(user.name.debugDescription) (groups=[\(groups)]) is attempting to grant RBAC permissions not currently held:\n"
            + missing.map(\.text).sorted().joined(separator: "\n")
        if !errors.isEmpty { text += "; resolution errors: [\(errors.joined(separator: ", "))]" }
        throw APIError.forbidden(type, name, text)
    }
}
