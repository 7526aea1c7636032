internal import Manifests

/// Answers the reviews of `authorization.k8s.io`: what somebody may do, without doing it.
struct AccessReviews: Sendable {
    let authorizer: RoleAuthorizer
    let user: ClientIdentity

    /// The `status` of a review of this kind.
    func status(of kind: String, _ spec: Value, namespace: String?) throws(APIError) -> Value {
        switch kind {
        case "SelfSubjectRulesReview": return rules(spec)
        case "SelfSubjectAccessReview": return try access(user, spec, kind)
        default:
            if kind == "LocalSubjectAccessReview" { try checkLocal(spec, namespace ?? "") }
            let groups = spec["groups"]?.array?.compactMap(\.string) ?? []
            let name = spec["user"]?.string ?? ""
            guard !name.isEmpty || !groups.isEmpty else {
                throw Self.invalid(kind, "spec.user", "at least one of user or group must be specified")
            }
            return try access(ClientIdentity(name: name, groups: groups), spec, kind)
        }
    }

    private func access(_ user: ClientIdentity, _ spec: Value, _ kind: String) throws(APIError) -> Value {
        let target: AccessAttributes.Target
        let verb: String
        switch (spec["resourceAttributes"], spec["nonResourceAttributes"]) {
        case (let resource?, nil):
            func text(_ field: String) -> String { resource[field]?.string ?? "" }
            verb = text("verb")
            target = .resource(
                AccessAttributes.Resource(
                    group: text("group"), version: text("version"), plural: text("resource"), subresource: text("subresource"),
                    namespace: text("namespace"), name: text("name")))
        case (nil, let path?):
            verb = path["verb"]?.string ?? ""
            target = .path(path["path"]?.string ?? "")
        default:
            throw Self.invalid(
                kind, "spec.resourceAttributes", "exactly one of nonResourceAttributes or resourceAttributes must be specified")
        }
        let decision = authorizer.decide(AccessAttributes(user: user, verb: verb, target: target))
        var status: Object = ["allowed": .bool(decision.isAllowed)]
        if !decision.reason.isEmpty { status["reason"] = .string(decision.reason) }
        return .object(status)
    }

    private func checkLocal(_ spec: Value, _ namespace: String) throws(APIError) {
        if spec["nonResourceAttributes"] != nil {
            throw Self.invalid("LocalSubjectAccessReview", "spec.nonResourceAttributes", "disallowed on this kind of request")
        }
        guard spec["resourceAttributes"]?["namespace"]?.string == namespace else {
            throw APIError(.badRequest, "spec.resourceAttributes.namespace must match namespace: \(namespace)")
        }
    }

    private func rules(_ spec: Value) -> Value {
        let (rules, errors) = authorizer.rules(for: user, namespace: spec["namespace"]?.string ?? "")
        var resources: [Value] = []
        var paths: [Value] = []
        for rule in rules {
            if !rule.resources.isEmpty {
                var part = rule
                part.nonResourceURLs = []
                resources.append(part.value)
            }
            if !rule.nonResourceURLs.isEmpty {
                paths.append(PolicyRule(verbs: rule.verbs, nonResourceURLs: rule.nonResourceURLs).value)
            }
        }
        var status: Object = ["resourceRules": .array(resources), "nonResourceRules": .array(paths), "incomplete": .bool(!errors.isEmpty)]
        if !errors.isEmpty { status["evaluationError"] = .string(errors.joined(separator: ", ")) }
        return .object(status)
    }

    private static func invalid(_ kind: String, _ field: String, _ detail: String) -> APIError {
        var errors = FieldErrors()
        errors.invalid(field, .null, detail)
        return APIError.invalid(ResourceType(group: "authorization.k8s.io", version: "v1", plural: "", kind: kind), "", errors.causes)
    }
}
