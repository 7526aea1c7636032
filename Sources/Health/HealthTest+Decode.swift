internal import Manifests

extension HealthTest {
    /// Tests within tests: `all` in a list is one level, and no rule needs more than a few.
    private static let maximumDepth = 4
    private static let comparisons = [
        "equals", "differs", "startsWith", "exists", "below", "above", "sameAs", "differsFrom", "complete",
    ]

    static func decode(_ reader: StrictReader, depth: Int = 0) -> HealthTest? {
        let forms = ["condition", "path", "all"].filter(reader.has)
        guard forms.count == 1 else {
            reader.allowUnknownKeys()
            reader.reject(
                nil,
                "needs one of condition: TYPE (with status and reasons), path: .status.x (with equals or another comparison) and all: [tests]"
            )
            return nil
        }
        switch forms[0] {
        case "condition": return condition(reader)
        case "path": return value(reader)
        default:
            guard depth < maximumDepth else {
                reader.reject("all", "stands more than \(maximumDepth) deep")
                return nil
            }
            let tests: [HealthTest] = reader.objects("all") { decode($0, depth: depth + 1) }
            if tests.isEmpty { reader.reject("all", "needs a list of tests") }
            return tests.isEmpty ? nil : .all(tests)
        }
    }

    private static func condition(_ reader: StrictReader) -> HealthTest? {
        for key in comparisons where reader.has(key) {
            _ = reader.raw(key)
            reader.reject(key, "goes with path; a condition has status and reasons")
        }
        let types = reader.oneOrMore("condition")
        let statuses = reader.has("status") ? reader.oneOrMore("status") : ["True"]
        let known = ["True", "False", "Unknown", ConditionTest.absent]
        for status in statuses where !known.contains(status) {
            reader.reject("status", "must be \"True\", \"False\", \"Unknown\" or Absent, not \"\(status)\"")
        }
        let reasons = reader.strings("reasons")
        let except = reader.strings("exceptReasons")
        let place = HealthPath.decode(reader, "at")
        return types.isEmpty ? nil : .condition(ConditionTest(types, statuses, reasons: reasons, exceptReasons: except, at: place))
    }

    private static func value(_ reader: StrictReader) -> HealthTest? {
        for key in ["status", "reasons", "exceptReasons", "at"] where reader.has(key) {
            _ = reader.raw(key)
            reader.reject(key, "goes with condition; a path has equals or another comparison")
        }
        let path = HealthPath.decode(reader, "path")
        let given = comparisons.filter(reader.has)
        guard given.count == 1 else {
            for key in given { _ = reader.raw(key) }
            reader.reject(
                "path",
                given.isEmpty
                    ? "needs equals beside it: the value, or a list of values (or one of \(comparisons.dropFirst().joined(separator: ", ")))"
                    : "has \(given.joined(separator: " and ")) beside it; write two tests under all")
            return nil
        }
        guard let comparison = comparison(reader, given[0]) else { return nil }
        return path.map { .value($0, comparison) }
    }

    private static func comparison(_ reader: StrictReader, _ key: String) -> ValueComparison? {
        switch key {
        case "equals": scalars(reader, key).map(ValueComparison.equals)
        case "differs": scalars(reader, key).map(ValueComparison.differs)
        case "startsWith": reader.oneOrMore(key).isEmpty ? nil : .startsWith(reader.oneOrMore(key))
        case "exists": reader.bool(key).map(ValueComparison.exists)
        case "complete": reader.bool(key).map(ValueComparison.complete)
        case "below": operand(reader, key).map(ValueComparison.below)
        case "above": operand(reader, key).map(ValueComparison.above)
        case "sameAs": HealthPath.decode(reader, key).map(ValueComparison.sameAs)
        case "differsFrom": HealthPath.decode(reader, key).map(ValueComparison.differsFrom)
        default: nil
        }
    }

    private static func scalars(_ reader: StrictReader, _ key: String) -> [Value]? {
        reader.read(key, expected: "a value or a list of values") { value -> [Value]? in
            let values = value.array ?? [value]
            return values.allSatisfy { $0.array == nil && $0.object == nil } && !values.isEmpty ? values : nil
        }
    }

    private static func operand(_ reader: StrictReader, _ key: String) -> HealthOperand? {
        reader.read(key, expected: "a number or a path such as .spec.replicas") { value -> HealthOperand? in
            if let number = value.number { return .number(number) }
            return value.string.flatMap { HealthPath($0) }.map(HealthOperand.path)
        }
    }
}

extension HealthPath {
    static func decode(_ reader: StrictReader, _ key: String) -> HealthPath? {
        guard let text = reader.nonEmptyString(key) else { return nil }
        return checked(text, reader, key)
    }

    /// One or a list.
    static func decodeList(_ reader: StrictReader, _ key: String) -> [HealthPath] {
        reader.has(key) ? reader.oneOrMore(key).compactMap { checked($0, reader, key) } : []
    }

    private static func checked(_ text: String, _ reader: StrictReader, _ key: String) -> HealthPath? {
        if let path = HealthPath(text) { return path }
        reader.reject(
            key,
            "\"\(text.prefix(80))\" is no path such as .status.phase, .status.items[0].state, .status.items[*].state or .status['a.b/c']")
        return nil
    }
}

extension StrictReader {
    /// A text or a list of texts, none of them empty.
    func oneOrMore(_ key: String) -> [String] {
        let found = read(key, expected: "a text or a list of texts") { value -> [String]? in
            let texts = (value.array ?? [value]).map(\.string)
            let known = texts.compactMap { $0 }
            return known.count == texts.count && !known.isEmpty ? known : nil
        }
        return found ?? []
    }
}
