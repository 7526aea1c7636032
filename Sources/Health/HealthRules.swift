internal import Manifests

/// What the health of custom kinds is, for kinds whose status does not follow the common conditions: an operator's own words, or
/// the built-in ones.
package struct HealthRules: Sendable, Hashable {
    package let rules: [HealthRule]
    /// Indices of rules by group, and of those with a wildcard, so that an object looks at few of them.
    private let byGroup: [String: [Int]]
    private let wildcards: [Int]

    package init(_ rules: [HealthRule] = []) {
        self.rules = rules
        var byGroup: [String: [Int]] = [:]
        var wildcards: [Int] = []
        for (index, rule) in rules.enumerated() {
            for group in rule.groups where !group.hasPrefix("*.") { byGroup[group, default: []].append(index) }
            if rule.groups.contains(where: { $0.hasPrefix("*.") }) { wildcards.append(index) }
        }
        self.byGroup = byGroup
        self.wildcards = wildcards
    }

    /// The nearest: one of the very group before one of a wildcard, and one of the kind before one of all kinds.
    func rule(for object: Value) -> HealthRule? {
        guard !rules.isEmpty, let kind = object.kind else { return nil }
        let group = object.group ?? ""
        if let rule = nearest(byGroup[group] ?? [], kind: kind) { return rule }
        // Kubernetes' own kinds have rules of their own, which a wildcard does not reach.
        guard !wildcards.isEmpty, !ObjectHealth.builtInGroups.contains(group) else { return nil }
        return nearest(wildcards.filter { rules[$0].reaches(group) }, kind: kind)
    }

    private func nearest(_ candidates: [Int], kind: String) -> HealthRule? {
        let index = candidates.first { rules[$0].kinds.contains(kind) } ?? candidates.first { rules[$0].kinds.contains("*") }
        return index.map { rules[$0] }
    }
}

extension HealthRule {
    /// By one of its wildcards.
    func reaches(_ group: String) -> Bool { groups.contains { $0.hasPrefix("*.") && group.hasSuffix($0.dropFirst()) } }
}
