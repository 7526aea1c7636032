internal import Manifests

/// One rule of a role: what it allows.
struct PolicyRule: Sendable, Hashable {
    var verbs: [String] = []
    var apiGroups: [String] = []
    var resources: [String] = []
    /// Empty: all of them.
    var resourceNames: [String] = []
    var nonResourceURLs: [String] = []

    func allows(_ attributes: AccessAttributes) -> Bool {
        guard Self.has(verbs, attributes.verb) else { return false }
        switch attributes.target {
        case .resource(let resource):
            return Self.has(apiGroups, resource.group) && allowsResource(resource)
                && (resourceNames.isEmpty || resourceNames.contains(resource.name))
        case .path(let path):
            return nonResourceURLs.contains { Self.path($0, covers: path) }
        }
    }

    private func allowsResource(_ resource: AccessAttributes.Resource) -> Bool {
        resources.contains { entry in
            entry == "*" || entry == resource.path || (!resource.subresource.isEmpty && entry == "*/\(resource.subresource)")
        }
    }

    private static func has(_ list: [String], _ wanted: String) -> Bool { list.contains("*") || list.contains(wanted) }

    private static func path(_ entry: String, covers path: String) -> Bool {
        if entry == "*" || entry == path { return true }
        return entry.hasSuffix("*") && path.hasPrefix(entry.dropLast())
    }
}

extension PolicyRule {
    init(_ value: Value) {
        func strings(_ field: String) -> [String] { value[field]?.array?.compactMap(\.string) ?? [] }
        verbs = strings("verbs")
        apiGroups = strings("apiGroups")
        resources = strings("resources")
        resourceNames = strings("resourceNames")
        nonResourceURLs = strings("nonResourceURLs")
    }

    static func list(of role: Value) -> [PolicyRule] { (role["rules"]?.array ?? []).map(PolicyRule.init) }

    var value: Value {
        var value = Object()
        for (field, list) in [
            ("verbs", verbs), ("apiGroups", apiGroups), ("resources", resources), ("resourceNames", resourceNames),
            ("nonResourceURLs", nonResourceURLs),
        ] where field == "verbs" || !list.isEmpty {
            value[field] = .array(list.map(Value.string))
        }
        return .object(value)
    }

    /// `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}`, as refusals of escalations show it.
    var text: String {
        let parts = [
            ("APIGroups", apiGroups), ("Resources", resources), ("NonResourceURLs", nonResourceURLs), ("ResourceNames", resourceNames),
            ("Verbs", verbs),
        ].filter { !$0.1.isEmpty }
        return "{" + parts.map { "\($0.0):[\($0.1.map(\.debugDescription).joined(separator: " "))]" }.joined(separator: ", ") + "}"
    }
}

// MARK: - What one rule covers of another

extension PolicyRule {
    /// Rules of one verb on one thing each, that together allow what this one allows.
    var atoms: [PolicyRule] {
        var atoms: [PolicyRule] = []
        for verb in verbs {
            for group in apiGroups {
                for resource in resources {
                    let rule = PolicyRule(verbs: [verb], apiGroups: [group], resources: [resource])
                    if resourceNames.isEmpty {
                        atoms.append(rule)
                    } else {
                        for name in resourceNames {
                            var named = rule
                            named.resourceNames = [name]
                            atoms.append(named)
                        }
                    }
                }
            }
            for url in nonResourceURLs { atoms.append(PolicyRule(verbs: [verb], nonResourceURLs: [url])) }
        }
        return atoms
    }

    /// Whether this rule allows all that an atom does.
    func covers(atom: PolicyRule) -> Bool {
        guard atom.verbs.allSatisfy({ Self.has(verbs, $0) }) else { return false }
        guard let resource = atom.resources.first else {
            return atom.nonResourceURLs.allSatisfy { url in nonResourceURLs.contains { Self.path($0, covers: url) } }
        }
        let subresource = resource.split(separator: "/", maxSplits: 1).dropFirst().first.map { "*/\($0)" }
        return atom.apiGroups.allSatisfy { Self.has(apiGroups, $0) }
            && resources.contains { $0 == "*" || $0 == resource || $0 == subresource }
            && (resourceNames.isEmpty || !atom.resourceNames.isEmpty && atom.resourceNames.allSatisfy(resourceNames.contains))
    }

    /// What of `wanted` no rule of `held` allows, with the verbs on one thing together.
    static func missing(_ wanted: [PolicyRule], from held: [PolicyRule]) -> [PolicyRule] {
        var missing: [PolicyRule] = []
        for atom in wanted.flatMap(\.atoms) where !held.contains(where: { $0.covers(atom: atom) }) {
            var key = atom
            key.verbs = []
            if let index = missing.firstIndex(where: { rule in
                var other = rule
                other.verbs = []
                return other == key
            }) {
                if !missing[index].verbs.contains(atom.verbs[0]) { missing[index].verbs += atom.verbs }
            } else {
                missing.append(atom)
            }
        }
        return missing
    }
}
