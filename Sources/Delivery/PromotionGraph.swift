package import Manifests

/// The Environments of one Revision taken together: who waits for whom, and who would write to the same place.
package enum PromotionGraph {
    package struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The Environment in whose document it stands.
        package var environment: String
        package var path: [PathElement]
        package var message: String

        package var description: String { "\(environment): \(path.text): \(message)" }
    }

    /// Every problem, in the order of the names; empty when all is well.
    package static func check(_ policies: [EnvironmentPolicy]) -> [Problem] {
        let policies = policies.sorted { $0.name < $1.name }
        var byName: [String: EnvironmentPolicy] = [:]
        for policy in policies { byName[policy.name] = policy }
        return policies.flatMap { unknownPredecessor(of: $0, byName) } + cycles(policies, byName) + sharedTargets(policies)
    }

    private static let fromPath: [PathElement] = [.key("spec"), .key("promotion"), .key("from")]

    private static func unknownPredecessor(of policy: EnvironmentPolicy, _ byName: [String: EnvironmentPolicy]) -> [Problem] {
        guard let from = policy.promotion.from, byName[from] == nil else { return [] }
        let known = byName.keys.filter { $0 != policy.name }.sorted()
        let advice =
            NearestName.suggestion(for: from, among: known).map { "did you mean \"\($0)\"?" }
            ?? (known.isEmpty ? "there is no other environment" : "known are \(known.joined(separator: ", "))")
        return [Problem(environment: policy.name, path: fromPath, message: "there is no environment \"\(from)\"; \(advice)")]
    }

    /// Each cycle once, at its first Environment by name.
    private static func cycles(_ policies: [EnvironmentPolicy], _ byName: [String: EnvironmentPolicy]) -> [Problem] {
        var settled: Set<String> = []
        var problems: [Problem] = []
        for policy in policies {
            var way: [String] = []
            var next: String? = policy.name
            while let name = next, !settled.contains(name), !way.contains(name), let current = byName[name] {
                way.append(name)
                next = current.promotion.from
            }
            if let next, let start = way.firstIndex(of: next) {
                let circle = Array(way[start...])
                let text = (circle + [next]).joined(separator: " waits for ")
                problems.append(
                    Problem(environment: circle.min() ?? next, path: fromPath, message: "no revision could ever come here: \(text)"))
            }
            settled.formUnion(way)
        }
        return problems
    }

    private static func sharedTargets(_ policies: [EnvironmentPolicy]) -> [Problem] {
        struct Place: Hashable {
            var cluster: String
            var namespace: String
        }
        var owners: [Place: String] = [:]
        var problems: [Problem] = []
        for policy in policies {
            let place = Place(cluster: policy.target.cluster, namespace: policy.target.namespace)
            guard let owner = owners[place] else {
                owners[place] = policy.name
                continue
            }
            problems.append(
                Problem(
                    environment: policy.name, path: [.key("spec"), .key("target"), .key("namespace")],
                    message:
                        "is where \(owner) deploys as well (cluster \(place.cluster), namespace \(place.namespace)): they would undo each other's work"
                ))
        }
        return problems
    }
}
