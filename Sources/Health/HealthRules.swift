package import Manifests

/// An operator's words on what the health of a custom kind is, for kinds whose status does not follow the common conditions.
package struct HealthRules: Sendable, Hashable {
    package var rules: [HealthRule]

    package init(_ rules: [HealthRule] = []) {
        self.rules = rules
    }

    func rule(for object: Value) -> HealthRule? {
        guard !rules.isEmpty, let kind = object.kind else { return nil }
        let group = object.group ?? ""
        return rules.first { $0.group == group && $0.kind == kind }
    }
}

/// The rule for one kind: the first of failed, inProgress and current with a test that holds gives the verdict.
package struct HealthRule: Sendable, Hashable {
    package var group: String
    package var kind: String
    /// Of each list one test is enough.
    package var failed: [HealthTest]
    package var inProgress: [HealthTest]
    package var current: [HealthTest]
    /// Where the object's own words stand.
    package var message: HealthPath?

    package init(
        group: String, kind: String, failed: [HealthTest] = [], inProgress: [HealthTest] = [], current: [HealthTest] = [],
        message: HealthPath? = nil
    ) {
        self.group = group
        self.kind = kind
        self.failed = failed
        self.inProgress = inProgress
        self.current = current
        self.message = message
    }

    /// When no test holds: with tests for current it is not there yet; without, whatever is not said to be otherwise is current.
    func evaluate(_ object: Value) -> HealthReport {
        let lists: [(HealthStatus, [HealthTest])] = [(.failed, failed), (.inProgress, inProgress), (.current, current)]
        for (status, tests) in lists {
            guard let test = tests.first(where: { $0.holds(for: object) }) else { continue }
            let words = words(of: object, test)
            return HealthReport(
                status, test.reason(in: object), "\(object.subject): \(test.description)\(words.isEmpty ? "" : ": \(words)")")
        }
        if current.isEmpty { return HealthReport(.current, "Exists", "\(object.subject) exists.") }
        let wanted = current.map(\.description).joined(separator: " or ")
        let words = words(of: object, nil)
        return HealthReport(.inProgress, "NotCurrent", "\(object.subject) waits for \(wanted)\(words.isEmpty ? "." : ": \(words)")")
    }

    private func words(of object: Value, _ test: HealthTest?) -> String {
        if let message, let words = message.value(in: object)?.string, !words.isEmpty { return words }
        if case .condition(let type, _, _)? = test { return object.condition(type)?.message ?? "" }
        return ""
    }
}

/// One thing that an object's status may say.
package enum HealthTest: Sendable, Hashable {
    /// A condition of this type with this status, and, where reasons are given, one of them.
    case condition(type: String, status: String, reasons: [String])
    /// The value there is one of these.
    case value(HealthPath, equals: [Value])

    func holds(for object: Value) -> Bool {
        switch self {
        case .condition(let type, let status, let reasons):
            guard let condition = object.condition(type), condition.status == status else { return false }
            return reasons.isEmpty || reasons.contains(condition.reason)
        case .value(let path, let wanted):
            guard let value = path.value(in: object) else { return false }
            return wanted.contains(value)
        }
    }

    /// CamelCase, for programs.
    func reason(in object: Value) -> String {
        switch self {
        case .condition(let type, _, _): ObjectHealth.or(object.condition(type)?.reason ?? "", type)
        case .value(let path, _): path.value(in: object)?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "ByRule"
        }
    }

    var description: String {
        switch self {
        case .condition(let type, let status, let reasons):
            "condition \(type) is \(status)\(reasons.isEmpty ? "" : " with reason \(reasons.joined(separator: " or "))")"
        case .value(let path, let wanted): "\(path.text) is \(wanted.map { $0.string ?? JSON.string($0) }.joined(separator: " or "))"
        }
    }
}
