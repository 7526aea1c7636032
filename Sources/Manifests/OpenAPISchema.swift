/// Merge rules read from an OpenAPI schema: of a CustomResourceDefinition's version, or of a document such as the API server's.
///
/// It reads `x-kubernetes-list-type`, `-list-map-keys`, `-map-type`, `-patch-strategy`, `-patch-merge-key`, and the `default` of a list's keys. `$ref` is followed in
/// `definitions` (OpenAPI 2) or `components.schemas` (OpenAPI 3) of the document.
package struct OpenAPISchema: MergeSchema {
    private let schema: Value
    private let document: Value

    /// - Parameters:
    ///   - schema: the schema of a mapping, such as `openAPIV3Schema` of a CustomResourceDefinition's version.
    ///   - document: where `$ref`s lead; without any it may be left out.
    package init(schema: Value, document: Value = .null) {
        self.document = document
        self.schema = Self.resolved(schema, in: document)
    }

    /// A definition of a document, by name; `nil` when there is none.
    package init?(definition name: String, of document: Value) {
        guard let schema = Self.definitions(of: document)?[name] else { return nil }
        self.init(schema: schema, document: document)
    }

    package func rules(for field: String) -> FieldRules? {
        guard let member = schema["properties"]?[field] ?? values(of: schema) else { return nil }
        let resolved = Self.resolved(member, in: document)
        func annotation(_ name: String) -> Value? { member["x-kubernetes-" + name] ?? resolved["x-kubernetes-" + name] }

        var rules = FieldRules()
        let items = resolved["items"].map { Self.resolved($0, in: document) }
        switch annotation("list-type")?.string {
        case "set": rules.listType = .set
        case "map":
            let names = annotation("list-map-keys")?.array?.compactMap(\.string) ?? []
            rules.listType = .map(names.map { FieldRules.ListKey(name: $0, defaultValue: items?["properties"]?[$0]?["default"]) })
        default: break
        }
        rules.isAtomicMap = annotation("map-type") == "atomic"
        let strategies = annotation("patch-strategy")?.string?.split(separator: ",") ?? []
        if strategies.contains("merge") { rules.patchStrategy = .merge }
        if strategies.contains("replace") { rules.patchStrategy = .replace }
        rules.retainsKeys = strategies.contains("retainKeys")
        rules.patchMergeKey = annotation("patch-merge-key")?.string
        rules.schema = OpenAPISchema(schema: items ?? resolved, document: document)
        return rules
    }

    private func values(of schema: Value) -> Value? {
        guard let values = schema["additionalProperties"], values.object != nil else { return nil }
        return values
    }

    private static func definitions(of document: Value) -> Value? { document["definitions"] ?? document["components"]?["schemas"] }

    /// Follows `$ref`, also the one that OpenAPI 3 wraps into an `allOf` of one. A reference that leads nowhere, or in a circle, leaves an empty schema.
    private static func resolved(_ schema: Value, in document: Value) -> Value {
        var schema = schema
        for _ in 0..<ManifestLimits.referenceChain {
            if let all = schema["allOf"]?.array, all.count == 1, schema["properties"] == nil {
                schema = all[0]
            } else if let reference = schema["$ref"]?.string {
                guard let slash = reference.lastIndex(of: "/"),
                    let target = definitions(of: document)?[String(reference[reference.index(after: slash)...])]
                else { return [:] }
                schema = target
            } else {
                return schema
            }
        }
        return [:]
    }
}
