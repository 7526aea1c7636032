internal import Manifests

/// The `fieldSelector` of a request: `status.phase!=Running,spec.nodeName=local`.
struct FieldQuery: Sendable, Hashable {
    struct Requirement: Sendable, Hashable {
        let path: [String]
        let value: String
        let wanted: Bool
    }

    let requirements: [Requirement]

    static let everything = FieldQuery(requirements: [])

    init(requirements: [Requirement]) { self.requirements = requirements }

    /// - Throws: `BadRequest` for a field that this kind cannot be selected by.
    init(_ text: String, _ type: ResourceType) throws(APIError) {
        var requirements: [Requirement] = []
        for term in text.split(separator: ",") {
            guard let equal = term.firstIndex(of: "=") else {
                throw APIError(.badRequest, "invalid selector: '\(term)'; can't understand '\(term)': use field=value or field!=value")
            }
            var field = term[..<equal]
            var value = term[term.index(after: equal)...]
            let negated = field.hasSuffix("!")
            if negated { field = field.dropLast() } else if value.hasPrefix("=") { value = value.dropFirst() }
            let name = field.trimmingSpaces
            guard Self.fields(of: type).contains(name) else { throw APIError(.badRequest, "field label not supported: \(name)") }
            requirements.append(
                Requirement(path: name.split(separator: ".").map(String.init), value: value.trimmingSpaces, wanted: !negated))
        }
        self.requirements = requirements
    }

    func matches(_ object: Value) -> Bool {
        requirements.allSatisfy { requirement in
            var value: Value? = object
            for key in requirement.path { value = value?[key] }
            let text =
                switch value {
                case .string(let text): text
                case .bool(let flag): String(flag)
                case .integer(let number): String(number)
                case .none, .null, .double, .array, .object: ""
                }
            return (text == requirement.value) == requirement.wanted
        }
    }

    private static func fields(of type: ResourceType) -> Set<String> {
        let common: Set = ["metadata.name", "metadata.namespace"]
        if let custom = type.custom { return common.union(custom.version.selectableFields) }
        switch type {
        case .pods:
            return common.union([
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase",
                "status.podIP", "status.nominatedNodeName",
            ])
        case .events:
            return common.union([
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
                "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
            ])
        case .secrets: return common.union(["type"])
        case .namespaces: return common.union(["status.phase"])
        case .nodes: return common.union(["spec.unschedulable"])
        case .replicaSets: return common.union(["status.replicas"])
        case .jobs: return common.union(["status.successful"])
        case .services: return common.union(["spec.clusterIP", "spec.type"])
        default: return common
        }
    }
}

extension StringProtocol {
    /// Without the spaces and tabs at both ends.
    var trimmingSpaces: String {
        var text = self[...]
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return String(text)
    }
}
