internal import Manifests

/// One webhook of a ValidatingWebhookConfiguration or MutatingWebhookConfiguration.
struct AdmissionWebhook: Sendable {
    let name: String
    let isMutating: Bool
    /// `clientConfig`.
    let client: Value
    let ignoresFailure: Bool
    let timeout: Duration
    /// Whether other versions of the resource are taken for the one that a rule names.
    let takesEquivalents: Bool
    let rules: [WebhookRule]
    let namespaceSelector: LabelSelector?
    let objectSelector: LabelSelector?

    init(_ value: Value, isMutating: Bool) {
        name = value["name"]?.string ?? ""
        self.isMutating = isMutating
        client = value["clientConfig"] ?? [:]
        ignoresFailure = value["failurePolicy"] == "Ignore"
        timeout = .seconds(value["timeoutSeconds"]?.integer ?? 10)
        takesEquivalents = value["matchPolicy"] != "Exact"
        rules = (value["rules"]?.array ?? []).map(WebhookRule.init)
        namespaceSelector = LabelSelector(value["namespaceSelector"])
        objectSelector = LabelSelector(value["objectSelector"])
    }

    /// Whether its selectors take the object.
    ///
    /// - Parameter namespace: the Namespace that the object is in, or is; nil for an object of the whole cluster.
    func selects(_ new: Value?, _ old: Value?, namespace: Value?) -> Bool {
        if let selector = namespaceSelector, let namespace, !selector.matches(namespace.labels) { return false }
        guard let selector = objectSelector, !selector.isEmpty else { return true }
        return [new, old].contains { object in object.map { selector.matches($0.labels) } ?? false }
    }
}

/// Which requests a webhook asks for.
struct WebhookRule: Sendable {
    let operations: [String]
    let apiGroups: [String]
    let apiVersions: [String]
    let resources: [String]
    let scope: String

    init(_ value: Value) {
        func strings(_ field: String) -> [String] { value[field]?.array?.compactMap(\.string) ?? [] }
        operations = strings("operations")
        apiGroups = strings("apiGroups")
        apiVersions = strings("apiVersions")
        resources = strings("resources")
        scope = value["scope"]?.string ?? "*"
    }

    func matches(_ type: ResourceType, subresource: String, operation: String) -> Bool {
        func has(_ list: [String], _ wanted: String) -> Bool { list.contains("*") || list.contains(wanted) }
        // A Namespace is an object of the cluster, although it has a namespace's name.
        let isInScope = scope == "*" || (scope == "Namespaced") == type.namespaced
        return isInScope && has(operations, operation) && has(apiGroups, type.group) && has(apiVersions, type.version)
            && resources.contains { entry in
                let parts = entry.split(separator: "/", maxSplits: 1).map(String.init)
                guard let plural = parts.first, plural == "*" || plural == type.plural else { return false }
                // `*` alone speaks of no subresources.
                let sub = parts.count > 1 ? parts[1] : ""
                return sub == subresource || sub == "*"
            }
    }
}
