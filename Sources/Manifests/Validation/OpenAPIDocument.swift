/// An OpenAPI document of an API server, version 2 or 3: the schemas of its kinds, by name and by what they describe.
package struct OpenAPIDocument: Sendable {
    /// What a schema is of.
    package struct Kind: Sendable, Hashable {
        package var group: String
        package var version: String
        package var kind: String

        package init(group: String, version: String, kind: String) {
            self.group = group
            self.version = version
            self.kind = kind
        }
    }

    /// Empty, for schemas that stand for themselves.
    package static let none = OpenAPIDocument(.null)

    private let definitions: Object
    private let names: [Kind: String]

    package init(_ document: Value) {
        definitions = (document["definitions"] ?? document["components"]?["schemas"])?.object ?? Object()
        var names: [Kind: String] = [:]
        for (name, schema) in definitions {
            for kind in schema["x-kubernetes-group-version-kind"]?.array ?? [] {
                guard let title = kind["kind"]?.string, let version = kind["version"]?.string else { continue }
                names[Kind(group: kind["group"]?.string ?? "", version: version, kind: title)] = name
            }
        }
        self.names = names
    }

    /// The schema of a kind, `nil` when the document has none.
    package func schema(of kind: Kind) -> Value? { names[kind].flatMap { definitions[$0] } }

    /// A schema without its `$ref`, and the last name that led to it. OpenAPI 3 puts a reference into an `allOf` of one, where it can
    /// have a default beside it.
    ///
    /// - Returns: `nil` for a reference that leads nowhere or in a circle.
    func resolved(_ schema: Value) -> (schema: Value, name: String?)? {
        var schema = schema
        var name: String?
        for _ in 0..<ManifestLimits.referenceChain {
            if let reference = schema["$ref"]?.string {
                let last = Self.name(of: reference)
                guard let target = definitions[last] else { return nil }
                (schema, name) = (target, last)
            } else if let all = schema["allOf"]?.array, all.count == 1, all[0]["$ref"] != nil, schema["properties"] == nil {
                schema = all[0]
            } else {
                return (schema, name)
            }
        }
        return nil
    }

    /// The last part of `#/components/schemas/NAME`. Names of Kubernetes have no slash in them.
    private static func name(of reference: String) -> String {
        reference.split(separator: "/").last.map(String.init) ?? reference
    }
}
