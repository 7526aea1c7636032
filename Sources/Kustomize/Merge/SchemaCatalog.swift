import Manifests

/// The merge rules of kinds: Kubernetes' own, and those that the tree brings in an OpenAPI file.
struct SchemaCatalog {
    private var described: [TypeId: OpenAPISchema] = [:]

    /// `nil` for a kind that nobody has described.
    func schema(of type: TypeId) -> (any MergeSchema)? {
        if let known = described[type] { return known }
        return Self.isGone(type) ? nil : KubernetesSchema.builtIn(apiVersion: type.apiVersion, kind: type.kind)
    }

    /// The workloads of versions that Kubernetes 1.16 took away: kustomize's schema, of 1.21, does not have them, and replaces their lists.
    private static func isGone(_ type: TypeId) -> Bool {
        switch type.apiVersion {
        case "apps/v1beta1", "apps/v1beta2": true
        case "extensions/v1beta1": type.kind != "Ingress"
        default: false
        }
    }

    mutating func add(openAPI document: Value) {
        guard let definitions = document["definitions"]?.object else { return }
        for (name, definition) in definitions {
            for entry in definition["x-kubernetes-group-version-kind"]?.array ?? [] {
                let type = TypeId(
                    group: entry["group"]?.string ?? "", version: entry["version"]?.string ?? "", kind: entry["kind"]?.string ?? "")
                described[type] = OpenAPISchema(name: name, definitions: definitions)
            }
        }
    }
}

/// Merge rules read from an OpenAPI document as they are asked for.
struct OpenAPISchema: MergeSchema {
    /// Of the definition; empty for one that is written in place.
    private var properties: Object
    private let definitions: Object

    init(name: String, definitions: Object) {
        self.definitions = definitions
        properties = definitions[name]?["properties"]?.object ?? Object()
    }

    private init(_ definition: Value, definitions: Object) {
        self.definitions = definitions
        properties = definition["properties"]?.object ?? Object()
    }

    func rules(for field: String) -> FieldRules? {
        guard let property = properties[field] else { return nil }
        var rules = FieldRules()
        if property["x-kubernetes-patch-strategy"]?.string?.split(separator: ",").contains("merge") == true {
            rules.patchStrategy = .merge
            rules.patchMergeKey = property["x-kubernetes-patch-merge-key"]?.string
            let keys = (property["x-kubernetes-list-map-keys"]?.array ?? []).compactMap(\.string)
            if !keys.isEmpty { rules.listType = .map(keys.map { FieldRules.ListKey(name: $0) }) }
        }
        rules.schema = schema(of: property["items"] ?? property)
        return rules
    }

    private func schema(of definition: Value) -> OpenAPISchema? {
        if let reference = definition["$ref"]?.string, let slash = reference.lastIndex(of: "/") {
            return OpenAPISchema(name: String(reference[reference.index(after: slash)...]), definitions: definitions)
        }
        return definition["properties"] == nil ? nil : OpenAPISchema(definition, definitions: definitions)
    }
}
