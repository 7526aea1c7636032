internal import Manifests

/// What roles and their bindings have to be.
enum RoleRules {
    static func check(_ object: Value, _ type: ResourceType, _ errors: inout FieldErrors) {
        if type == .roles || type == .clusterRoles {
            for (index, rule) in (object["rules"]?.array ?? []).enumerated() {
                check(PolicyRule(rule), "rules[\(index)]", isNamespaced: type == .roles, &errors)
            }
        } else {
            checkBinding(object, type, &errors)
        }
    }

    private static func check(_ rule: PolicyRule, _ path: String, isNamespaced: Bool, _ errors: inout FieldErrors) {
        if rule.verbs.isEmpty { errors.required("\(path).verbs", "verbs must contain at least one value") }
        if !rule.nonResourceURLs.isEmpty {
            let urls = Value.array(rule.nonResourceURLs.map(Value.string))
            if isNamespaced {
                errors.invalid("\(path).nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs")
            }
            if !rule.apiGroups.isEmpty || !rule.resources.isEmpty || !rule.resourceNames.isEmpty {
                errors.invalid("\(path).nonResourceURLs", urls, "rules cannot apply to both regular resources and non-resource URLs")
            }
            return
        }
        if rule.apiGroups.isEmpty { errors.required("\(path).apiGroups", "resource rules must supply at least one api group") }
        if rule.resources.isEmpty { errors.required("\(path).resources", "resource rules must supply at least one resource") }
    }

    private static func checkBinding(_ object: Value, _ type: ResourceType, _ errors: inout FieldErrors) {
        let reference = object["roleRef"] ?? [:]
        if let group = reference["apiGroup"], group != "rbac.authorization.k8s.io" {
            errors.notSupported("roleRef.apiGroup", group, ["rbac.authorization.k8s.io"])
        }
        let kinds = type == .roleBindings ? ["Role", "ClusterRole"] : ["ClusterRole"]
        if let kind = reference["kind"], !kinds.contains(kind.string ?? "") { errors.notSupported("roleRef.kind", kind, kinds) }
        for (index, subject) in (object["subjects"]?.array ?? []).enumerated() {
            let path = "subjects[\(index)]"
            if (subject["name"]?.string ?? "").isEmpty { errors.required("\(path).name") }
            switch subject["kind"]?.string {
            case "User", "Group": break
            case "ServiceAccount":
                if let name = subject["name"], let complaint = NameRules.dnsSubdomain(name.string ?? "") {
                    errors.invalid("\(path).name", name, complaint)
                }
                if type == .clusterRoleBindings, (subject["namespace"]?.string ?? "").isEmpty { errors.required("\(path).namespace") }
            default:
                errors.notSupported("\(path).kind", subject["kind"] ?? "", ["ServiceAccount", "User", "Group"])
            }
        }
    }
}
