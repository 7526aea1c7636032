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
        for rule in rules where !seen.insert("\(rule.kind).\(rule.group)").inserted {
            reader.reject("rules", "has two rules for kind \(rule.kind) of group \"\(rule.group)\"; write one with lists of tests")
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
        let group = reader.string("group", default: "")
        let kind = reader.requiredString("kind")
        let rule = HealthRule(
            group: group, kind: kind ?? "", failed: HealthRules.tests(reader, "failed"),
            inProgress: HealthRules.tests(reader, "inProgress"), current: HealthRules.tests(reader, "current"),
            message: HealthPath.decode(reader, "message"))
        guard let kind else { return nil }
        if ObjectHealth.isBuiltIn(group: group, kind: kind) {
            reader.reject("kind", "\(kind) has a rule of Kubernetes' own, which is not replaced; rules are for custom kinds")
        }
        if rule.failed.isEmpty, rule.inProgress.isEmpty, rule.current.isEmpty {
            reader.reject(nil, "needs at least one of current, inProgress and failed")
        }
        return rule
    }
}

extension HealthTest {
    static func decode(_ reader: StrictReader) -> HealthTest? {
        let type = reader.nonEmptyString("condition")
        let status = reader.nonEmptyString("status")
        let reasons = reader.strings("reasons")
        let path = HealthPath.decode(reader, "path")
        let equals = reader.read("equals", expected: "a value or a list of values") { value -> [Value]? in
            let values = value.array ?? [value]
            return values.allSatisfy { $0.array == nil && $0.object == nil } && !values.isEmpty ? values : nil
        }
        switch (reader.has("condition"), reader.has("path")) {
        case (true, false):
            if equals != nil { reader.reject("equals", "goes with path; a condition has status and reasons") }
            if let status, !["True", "False", "Unknown"].contains(status) {
                reader.reject("status", "must be \"True\", \"False\" or \"Unknown\" in quotes, not \"\(status)\"")
            }
            return type.map { .condition(type: $0, status: status ?? "True", reasons: reasons) }
        case (false, true):
            if status != nil || !reasons.isEmpty {
                reader.reject(status != nil ? "status" : "reasons", "goes with condition; a path has equals")
            }
            guard let equals else {
                if !reader.has("equals") { reader.reject("path", "needs equals beside it: the value, or a list of values") }
                return nil
            }
            return path.map { .value($0, equals: equals) }
        case (true, true), (false, false):
            reader.reject(nil, "needs either condition: TYPE (with status and reasons) or path: .status.x (with equals)")
            return nil
        }
    }
}

extension HealthPath {
    static func decode(_ reader: StrictReader, _ key: String) -> HealthPath? {
        guard let text = reader.nonEmptyString(key) else { return nil }
        guard let path = HealthPath(text) else {
            reader.reject(key, "\"\(text.prefix(80))\" is no path such as .status.phase, .status.items[0].state or .status['a.b/c']")
            return nil
        }
        return path
    }
}
