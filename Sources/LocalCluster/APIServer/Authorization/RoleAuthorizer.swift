internal import Manifests

/// Decides by roles and their bindings (RBAC) who may do what. It reads the store at each question, so a change holds from the next
/// request on.
struct RoleAuthorizer: Sendable {
    let store: ObjectStore

    struct Decision: Sendable, Hashable {
        var isAllowed: Bool
        /// Which binding allows it, or which role is missing; often empty.
        var reason = ""
    }

    /// Members of this group may do everything, whatever the roles say: the way back in when they are broken.
    static let masters = "system:masters"

    func decide(_ attributes: AccessAttributes) -> Decision {
        if attributes.user.groups.contains(Self.masters) { return Decision(isAllowed: true) }
        var namespace = ""
        if case .resource(let resource) = attributes.target { namespace = resource.namespace }
        var errors: [String] = []
        for grant in grants(to: attributes.user, namespace: namespace) {
            switch rules(of: grant) {
            case .failure(let error):
                errors.append(error.message)
            case .success(let rules):
                if rules.contains(where: { $0.allows(attributes) }) {
                    return Decision(isAllowed: true, reason: "RBAC: allowed by \(grant.description)")
                }
            }
        }
        return Decision(isAllowed: false, reason: Self.reason(errors))
    }

    private static func reason(_ errors: [String]) -> String {
        switch errors.count {
        case 0: ""
        case 1: "RBAC: \(errors[0])"
        default: "RBAC: [\(errors.joined(separator: ", "))]"
        }
    }

    /// - Throws: `Forbidden`, in the API's own words.
    func require(_ attributes: AccessAttributes) throws(APIError) {
        let decision = decide(attributes)
        if !decision.isAllowed { throw attributes.forbidden(decision.reason) }
    }

    /// Everything that somebody may do in a namespace (empty: at the cluster scope), and what could not be resolved.
    func rules(for user: ClientIdentity, namespace: String) -> (rules: [PolicyRule], errors: [String]) {
        var all: [PolicyRule] = []
        var errors: [String] = []
        for grant in grants(to: user, namespace: namespace) {
            switch rules(of: grant) {
            case .success(let rules): for rule in rules where !all.contains(rule) { all.append(rule) }
            case .failure(let error): errors.append(error.message)
            }
        }
        return (all, errors)
    }

    /// - Throws: `NotFound` for a role that does not exist.
    func rules(ofRole reference: Value, namespace: String) throws(APIError) -> [PolicyRule] {
        let name = reference["name"]?.string ?? ""
        let type: ResourceType = reference["kind"]?.string == "ClusterRole" ? .clusterRoles : .roles
        guard let role = store.get(type, namespace: namespace, name: name) else { throw APIError.notFound(type, name) }
        return PolicyRule.list(of: role)
    }
}

// MARK: - Bindings

extension RoleAuthorizer {
    /// One binding that names the user or one of its groups.
    private struct Grant {
        let binding: Value
        let subject: Value
        let isClusterWide: Bool

        var description: String {
            let role = binding["roleRef"] ?? [:]
            let name = isClusterWide ? binding.name ?? "" : "\(binding.name ?? "")/\(binding.namespace ?? "")"
            let kind = isClusterWide ? "ClusterRoleBinding" : "RoleBinding"
            return "\(kind) \"\(name)\" of \(role["kind"]?.string ?? "") \"\(role["name"]?.string ?? "")\" to \(subjectText)"
        }

        private var subjectText: String {
            let kind = subject["kind"]?.string ?? ""
            let name = subject["name"]?.string ?? ""
            guard kind == "ServiceAccount" else { return "\(kind) \"\(name)\"" }
            return "\(kind) \"\(name)/\(subject["namespace"]?.string ?? binding.namespace ?? "")\""
        }
    }

    private func grants(to user: ClientIdentity, namespace: String) -> [Grant] {
        var grants: [Grant] = []
        for binding in store.list(.clusterRoleBindings).items {
            guard let subject = subject(of: binding, naming: user, defaultNamespace: "") else { continue }
            grants.append(Grant(binding: binding, subject: subject, isClusterWide: true))
        }
        guard !namespace.isEmpty else { return grants }
        for binding in store.list(.roleBindings, namespace: namespace).items {
            guard let subject = subject(of: binding, naming: user, defaultNamespace: namespace) else { continue }
            grants.append(Grant(binding: binding, subject: subject, isClusterWide: false))
        }
        return grants
    }

    private func subject(of binding: Value, naming user: ClientIdentity, defaultNamespace: String) -> Value? {
        binding["subjects"]?.array?.first { subject in
            let name = subject["name"]?.string ?? ""
            switch subject["kind"]?.string {
            case "User": return name == user.name
            case "Group": return user.groups.contains(name)
            case "ServiceAccount":
                let namespace = subject["namespace"]?.string ?? defaultNamespace
                return !namespace.isEmpty && user.name == "system:serviceaccount:\(namespace):\(name)"
            default: return false
            }
        }
    }

    private func rules(of grant: Grant) -> Result<[PolicyRule], APIError> {
        do throws(APIError) {
            return .success(try rules(ofRole: grant.binding["roleRef"] ?? [:], namespace: grant.binding.namespace ?? ""))
        } catch {
            return .failure(error)
        }
    }
}
