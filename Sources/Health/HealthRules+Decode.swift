package import Manifests

/// `health.rules` of the controller's configuration.
extension HealthRules {
    /// Rules for one controller; each is looked through for every custom object.
    private static let maximumRules = 200
    private static let maximumTests = 50

    /// - Parameter reader: of the mapping that has `rules`.
    package static func decode(_ reader: StrictReader) -> HealthRules {
        let rules: [HealthRule] = reader.objects("rules") { HealthRule.decode($0) }
        if rules.count > maximumRules { reader.reject("rules", "has \(rules.count) rules; at most \(maximumRules) are allowed") }
        var seen: Set<String> = []
        for rule in rules {
            for group in rule.groups {
                for kind in rule.kinds where !seen.insert("\(kind).\(group)").inserted {
                    reader.reject("rules", "has two rules for kind \(kind) of group \"\(group)\"; write one with lists of tests")
                }
            }
        }
        return HealthRules(rules)
    }

    static func tests(_ reader: StrictReader, _ key: String) -> [HealthTest] {
        // One test may stand without a list.
        guard let value = reader.raw(key) else { return [] }
        let tests: [HealthTest] =
            value.array == nil
            ? reader.object(key) { HealthTest.decode($0) }.map { [$0] } ?? [] : reader.objects(key) { HealthTest.decode($0) }
        if tests.count > maximumTests { reader.reject(key, "has \(tests.count) tests; at most \(maximumTests) are allowed") }
        return tests
    }
}

extension HealthRule {
    static func decode(_ reader: StrictReader) -> HealthRule? {
        let groups = reader.has("group") ? reader.oneOrMore("group") : [""]
        let kinds = reader.oneOrMore("kind")
        if !reader.has("kind") { reader.reject(nil, "needs kind: the kind, a list of kinds, or \"*\" for all of its group") }
        let rule = HealthRule(
            groups: groups, kinds: kinds, suspended: HealthRules.tests(reader, "suspended"),
            failed: HealthRules.tests(reader, "failed"), inProgress: HealthRules.tests(reader, "inProgress"),
            current: HealthRules.tests(reader, "current"), otherwise: otherwise(reader),
            messages: HealthPath.decodeList(reader, "message"))
        for group in groups {
            if group.contains("*"), !group.hasPrefix("*.") || group.dropFirst(2).contains("*") || group.count < 3 {
                reader.reject("group", "\"\(group)\" has a * elsewhere than in front, as in \"*.example.com\"")
            }
            for kind in kinds where ObjectHealth.isBuiltIn(group: group, kind: kind) {
                reader.reject("kind", "\(kind) has a rule of Kubernetes' own, which is not replaced; rules are for custom kinds")
            }
            if kinds.contains("*"), ObjectHealth.builtInGroups.contains(group) {
                reader.reject("kind", "\"*\" needs a group of custom kinds, not \"\(group)\", which is Kubernetes' own")
            }
        }
        if rule.suspended.isEmpty, rule.failed.isEmpty, rule.inProgress.isEmpty, rule.current.isEmpty {
            reader.reject(nil, "needs at least one of current, inProgress, failed and suspended")
        }
        return kinds.isEmpty ? nil : rule
    }

    private static func otherwise(_ reader: StrictReader) -> HealthStatus? {
        guard let text = reader.nonEmptyString("otherwise") else { return nil }
        let words: [String: HealthStatus] = ["current": .current, "inProgress": .inProgress, "failed": .failed]
        if let status = words[text] { return status }
        reader.reject("otherwise", "must be current, inProgress or failed, not \"\(text)\"")
        return nil
    }
}
