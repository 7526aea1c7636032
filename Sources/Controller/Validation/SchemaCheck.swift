package import Manifests

/// Judges one object by what is known of its kind.
package enum SchemaCheck {
    /// What a cluster says of a kind.
    package enum Known: Sendable {
        case schema(Value, in: OpenAPIDocument)
        case unknownKind(nearest: String?)
        case unknownVersion(served: [String])
    }

    struct Problem {
        var rule: FindingRule
        var path: [PathElement]
        var message: String
        var hint: String?
        /// Whether it is about the field being there, and not about its value.
        var judgesPresence = false
    }

    static func kind(of object: Value) -> OpenAPIDocument.Kind? {
        guard let group = object.group, let kind = object.kind, let version = object.apiVersion?.split(separator: "/").last else {
            return nil
        }
        return OpenAPIDocument.Kind(group: group, version: String(version), kind: kind)
    }

    static func problems(
        of object: Value, _ definitions: CustomResourceSchemas, _ lookUp: (OpenAPIDocument.Kind) -> Known?
    ) -> [Problem] {
        guard let kind = kind(of: object) else { return [] }
        let groupKind = GroupKind(group: kind.group, kind: kind.kind)
        if definitions.defines(groupKind) {
            guard let schema = definitions.schema(of: kind) else {
                return [unknownVersion(kind, definitions.versions(of: groupKind), "the definition in this repository")]
            }
            return ObjectValidator(dialect: .customResource).problems(in: object, schema: schema).map(problem)
        }
        switch lookUp(kind) {
        case .schema(let schema, let document)?:
            return ObjectValidator(document: document).problems(in: object, schema: schema).map(problem)
        case .unknownKind(let nearest)?:
            let shown = kind.group.isEmpty ? kind.kind : "\(kind.kind) of \(kind.group)"
            return [
                Problem(
                    rule: .unknownKind, path: [.key("kind")], message: "the cluster has no kind \(shown)",
                    hint: nearest.map { "did you mean \($0)?" })
            ]
        case .unknownVersion(let served)?: return [unknownVersion(kind, served, "the cluster")]
        case nil: return []
        }
    }

    private static func unknownVersion(_ kind: OpenAPIDocument.Kind, _ served: [String], _ who: String) -> Problem {
        Problem(
            rule: .unknownKind, path: [.key("apiVersion")],
            message: "\(who) does not serve \(kind.kind) in \(kind.version), but in \(served.joined(separator: ", "))")
    }

    private static func problem(_ problem: SchemaProblem) -> Problem {
        let judgesPresence = problem.code == .unknownField || problem.code == .missingField
        return Problem(
            rule: .schema(problem.code), path: problem.path, message: problem.message, hint: problem.hint, judgesPresence: judgesPresence)
    }
}
