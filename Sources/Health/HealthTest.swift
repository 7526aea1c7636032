internal import Manifests

/// One thing that an object may say.
package indirect enum HealthTest: Sendable, Hashable {
    case condition(ConditionTest)
    case value(HealthPath, ValueComparison)
    /// All of these hold.
    case all([HealthTest])

    func holds(for object: Value) -> Bool {
        switch self {
        case .condition(let test): test.holds(for: object)
        case .value(let path, let comparison): comparison.holds(for: path, in: object)
        case .all(let tests): tests.allSatisfy { $0.holds(for: object) }
        }
    }

    /// CamelCase, for programs; asked of a test that holds.
    func reason(in object: Value) -> String {
        switch self {
        case .condition(let test):
            if let found = test.found(in: object) { return ObjectHealth.or(found.reason, found.type) }
            return ObjectHealth.or(test.types.first ?? "", "ByRule")
        case .value(let path, let comparison):
            guard let text = comparison.found(at: path, in: object)?.string, !text.isEmpty, !text.contains(" ") else { return "ByRule" }
            return text
        case .all(let tests): return tests.first?.reason(in: object) ?? "ByRule"
        }
    }

    /// The object's own words where the test found something, "" where it has none.
    func words(in object: Value) -> String {
        switch self {
        case .condition(let test): test.found(in: object)?.message ?? ""
        case .value: ""
        case .all(let tests): tests.lazy.map { $0.words(in: object) }.first { !$0.isEmpty } ?? ""
        }
    }

    /// When what it found began, unix seconds; only conditions tell.
    func began(in object: Value) -> Int64? {
        switch self {
        case .condition(let test): test.found(in: object)?.lastTransition
        case .value: nil
        case .all(let tests): tests.compactMap { $0.began(in: object) }.max()
        }
    }

    /// Whether a condition that this test asks for is about an older generation.
    func meetsOldCondition(in object: Value) -> Bool {
        switch self {
        case .condition(let test): test.meetsOldCondition(in: object)
        case .value: false
        case .all(let tests): tests.contains { $0.meetsOldCondition(in: object) }
        }
    }

    var description: String {
        switch self {
        case .condition(let test): test.description
        case .value(let path, let comparison): "\(path.text) \(comparison.description)"
        case .all(let tests): tests.map(\.description).joined(separator: " and ")
        }
    }
}
