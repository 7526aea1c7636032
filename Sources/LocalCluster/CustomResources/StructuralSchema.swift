internal import Manifests

/// The schema of one version of a custom resource, read once: what every place of an object may hold.
final class StructuralSchema: Sendable {
    enum Additional: Sendable {
        /// Members that `properties` does not name are unknown.
        case none
        case anything
        case schema(StructuralSchema)
    }

    /// As it was written, for the checks of values and for OpenAPI.
    let raw: Value
    /// Empty where any type fits.
    let type: String
    let isNullable: Bool
    let isIntOrString: Bool
    let preservesUnknownFields: Bool
    let isEmbeddedResource: Bool
    let properties: [String: StructuralSchema]
    let additional: Additional
    let items: StructuralSchema?
    let defaultValue: Value?
    /// `atomic`, `set` or `map`.
    let listType: String
    let listMapKeys: [String]
    let isAtomicMap: Bool
    /// Whether a default stands here or anywhere below.
    let hasDefaults: Bool

    init(_ raw: Value) {
        self.raw = raw
        func flag(_ name: String) -> Bool { raw[name]?.bool ?? false }
        type = raw["type"]?.string ?? ""
        isNullable = flag("nullable")
        isIntOrString = flag("x-kubernetes-int-or-string")
        preservesUnknownFields = flag("x-kubernetes-preserve-unknown-fields")
        isEmbeddedResource = flag("x-kubernetes-embedded-resource")
        var properties: [String: StructuralSchema] = [:]
        for (name, schema) in raw["properties"]?.object ?? Object() { properties[name] = StructuralSchema(schema) }
        self.properties = properties
        switch raw["additionalProperties"] {
        case .none, .bool(false): additional = .none
        case .bool: additional = .anything
        case .some(let schema): additional = schema.object?.isEmpty == true ? .anything : .schema(StructuralSchema(schema))
        }
        items = raw["items"].flatMap { $0.object == nil ? nil : StructuralSchema($0) }
        defaultValue = raw["default"]
        listType = raw["x-kubernetes-list-type"]?.string ?? "atomic"
        listMapKeys = raw["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? []
        isAtomicMap = raw["x-kubernetes-map-type"] == "atomic"
        var below = properties.values.contains(where: \.hasDefaults) || items?.hasDefaults == true
        if case .schema(let schema) = additional { below = below || schema.hasDefaults }
        hasDefaults = below || defaultValue != nil
    }
}

// MARK: - Unknown fields

extension StructuralSchema {
    /// The object without the fields that the schema does not name; their paths are added to `unknown`.
    ///
    /// - Parameter isObject: true for a whole object, whose `apiVersion`, `kind` and `metadata` are not the schema's business.
    func pruned(_ value: Value, isObject: Bool, path: String = "", unknown: inout [String]) -> Value {
        switch value {
        case .object(let members):
            var result = Object()
            for (name, member) in members {
                let memberPath = path.isEmpty ? name : "\(path).\(name)"
                if isObject || isEmbeddedResource, Self.objectFields.contains(name) {
                    result[name] = member
                } else if let schema = properties[name] {
                    result[name] = schema.pruned(member, isObject: false, path: memberPath, unknown: &unknown)
                } else if case .schema(let schema) = additional {
                    result[name] = schema.pruned(member, isObject: false, path: memberPath, unknown: &unknown)
                } else if preservesUnknownFields || isOpen {
                    result[name] = member
                } else {
                    unknown.append(memberPath)
                }
            }
            return .object(result)
        case .array(let elements):
            guard let items else { return value }
            return .array(
                elements.enumerated().map { index, element in
                    items.pruned(element, isObject: false, path: "\(path)[\(index)]", unknown: &unknown)
                })
        case .null, .bool, .integer, .double, .string:
            return value
        }
    }

    private static let objectFields: Set = ["apiVersion", "kind", "metadata"]

    private var isOpen: Bool { if case .anything = additional { true } else { false } }
}

// MARK: - Defaults

extension StructuralSchema {
    /// Fills in defaults, and takes out nulls where no null may stand.
    func fillDefaults(_ value: inout Value) {
        switch value {
        case .object(let members):
            var result = members
            for (name, member) in members {
                let schema = properties[name] ?? additionalSchema
                guard let schema else { continue }
                if member.isNull, !schema.isNullable, properties[name] != nil {
                    result[name] = nil
                    continue
                }
                var filled = member
                schema.fillDefaults(&filled)
                result[name] = filled
            }
            for (name, schema) in properties.sorted(by: { $0.key < $1.key }) where schema.hasDefaults && result[name] == nil {
                guard var filled = schema.defaultValue else { continue }
                schema.fillDefaults(&filled)
                result[name] = filled
            }
            value = .object(result)
        case .array(let elements):
            guard let items else { return }
            value = .array(
                elements.map { element in
                    var element = element
                    items.fillDefaults(&element)
                    return element
                })
        case .null, .bool, .integer, .double, .string:
            break
        }
    }

    private var additionalSchema: StructuralSchema? { if case .schema(let schema) = additional { schema } else { nil } }
}

// MARK: - Server-side apply

extension StructuralSchema {
    /// How a place of this schema is owned and merged.
    var shape: FieldShape {
        if isAtomicMap { return .whole }
        if type == "array" {
            switch listType {
            case "set": return .set
            case "map":
                var defaults: [String: Value] = [:]
                for key in listMapKeys { defaults[key] = items?.properties[key]?.defaultValue }
                return .keyedList(keys: listMapKeys, defaults: defaults, item: items?.shape ?? .deduced)
            default: return .whole
            }
        }
        if case .schema(let schema) = additional, properties.isEmpty { return .map(schema.shape) }
        if !properties.isEmpty {
            return .members(properties.mapValues(\.shape), others: additionalSchema?.shape ?? .deduced)
        }
        return type == "object" || preservesUnknownFields ? .deduced : .whole
    }
}
