package import Manifests

/// `metav1.LabelSelector`, and the plain map that a Service uses: all of its requirements have to hold.
package struct LabelSelector: Sendable, Hashable {
    package struct Requirement: Sendable, Hashable {
        package enum Operator: String, Sendable { case isIn = "In", notIn = "NotIn", exists = "Exists", doesNotExist = "DoesNotExist" }
        package var key: String
        package var test: Operator
        package var values: [String]
    }

    package var requirements: [Requirement]
    package var isEmpty: Bool { requirements.isEmpty }

    /// `nil` for an operator that Kubernetes does not know.
    package init?(_ selector: Value?) {
        requirements = Self.equalities(selector?["matchLabels"])
        for expression in selector?["matchExpressions"]?.array ?? [] {
            guard let key = expression["key"]?.string, let test = expression["operator"]?.string.flatMap(Requirement.Operator.init)
            else { return nil }
            requirements.append(Requirement(key: key, test: test, values: (expression["values"]?.array ?? []).compactMap(\.string)))
        }
    }

    /// The `selector` of a Service: a map of labels.
    package init(map: Value?) { requirements = Self.equalities(map) }

    package func matches(_ labels: Object?) -> Bool {
        requirements.allSatisfy { requirement in
            let value = labels?[requirement.key]?.string
            switch requirement.test {
            case .isIn: return value.map(requirement.values.contains) ?? false
            case .notIn: return value.map { !requirement.values.contains($0) } ?? true
            case .exists: return value != nil
            case .doesNotExist: return value == nil
            }
        }
    }

    private static func equalities(_ map: Value?) -> [Requirement] {
        (map?.object.map(Array.init) ?? []).map { Requirement(key: $0.key, test: .isIn, values: [$0.value.string ?? ""]) }
    }
}
