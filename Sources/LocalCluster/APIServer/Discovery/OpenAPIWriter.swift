internal import Manifests

/// Writes the schema table as OpenAPI definitions.
struct OpenAPIWriter {
    /// What stands before a name in a `$ref`.
    let reference: String
    let isVersion3: Bool
    private var definitions: [String: Value] = [:]
    private var kinds: [String: [Value]] = [:]

    init(reference: String, isVersion3: Bool) {
        self.reference = reference
        self.isVersion3 = isVersion3
    }

    /// Adds the paths of a resource, and the definitions that they need.
    mutating func add(_ type: ResourceType, to paths: inout Object) {
        let kind: Value = ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
        let schema: Value
        if let custom = type.custom {
            schema = define(custom, type, kind)
        } else if let described = Schema.type(type) {
            kinds[described.name, default: []].append(kind)
            define(described)
            schema = ref(described)
        } else {
            return
        }
        let root = type.group.isEmpty ? "/api/\(type.version)" : "/apis/\(type.group)/\(type.version)"
        let collection = type.namespaced ? "\(root)/namespaces/{namespace}/\(type.plural)" : "\(root)/\(type.plural)"
        paths[collection] = .object(
            Object([("get", operation("list", kind, schema, [])), ("post", operation("post", kind, schema, Self.writeParameters))]))
        paths["\(collection)/{name}"] = .object(
            Object([
                ("delete", operation("delete", kind, schema, ["dryRun"])), ("get", operation("get", kind, schema, [])),
                ("patch", operation("patch", kind, schema, Self.writeParameters + ["force"])),
                ("put", operation("put", kind, schema, Self.writeParameters)),
            ]))
    }

    private static let writeParameters = ["dryRun", "fieldManager", "fieldValidation"]

    private func operation(_ action: String, _ kind: Value, _ schema: Value, _ parameters: [String]) -> Value {
        let items = parameters.map { name -> Value in
            isVersion3
                ? ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
                : ["name": .string(name), "in": "query", "type": "string", "uniqueItems": true]
        }
        let answer: Value =
            isVersion3
            ? ["description": "OK", "content": ["application/json": ["schema": schema]]]
            : ["description": "OK", "schema": schema]
        return [
            "parameters": .array(items), "responses": ["200": answer], "x-kubernetes-action": .string(action),
            "x-kubernetes-group-version-kind": kind,
        ]
    }

    mutating func finish() -> Object {
        for (name, list) in kinds {
            guard let schema = Schema.types[name] else { continue }
            definitions[schema.openAPIName]?["x-kubernetes-group-version-kind"] = .array(list)
        }
        return Object(definitions.keys.sorted().compactMap { name in definitions[name].map { (name, $0) } })
    }

    private mutating func define(_ custom: CustomType, _ type: ResourceType, _ kind: Value) -> Value {
        let name = CustomOpenAPI.name(type)
        definitions[name] = CustomOpenAPI.definition(
            custom, metadata: schema(of: .structure("ObjectMeta")), kind: kind, isVersion3: isVersion3)
        return ["$ref": .string(reference + name)]
    }

    private mutating func define(_ type: SchemaType) {
        guard definitions[type.openAPIName] == nil else { return }
        definitions[type.openAPIName] = [:]  // marks it, for types that contain themselves
        var properties = Object()
        if type.fields.first?.name == "metadata" {
            properties["apiVersion"] = ["type": "string", "description": "The group and version of this object's schema."]
            properties["kind"] = ["type": "string", "description": "What this object is."]
        }
        for field in type.fields { properties[field.name] = property(field) }
        var definition: Object = ["type": "object", "properties": .object(properties)]
        let required = type.fields.filter(\.isRequired).map { Value.string($0.name) }
        if !required.isEmpty { definition["required"] = .array(required) }
        if type.isAtomic { definition["x-kubernetes-map-type"] = "atomic" }
        definitions[type.openAPIName] = .object(definition)
    }

    private mutating func property(_ field: SchemaField) -> Value {
        var value = schema(of: field.type)
        if isVersion3, let reference = value["$ref"], field.retainsKeys || field.defaultValue != nil {
            value = ["allOf": [["$ref": reference]]]
        }
        if let initial = field.defaultValue { value["default"] = initial }
        if !field.allowed.isEmpty { value["enum"] = .array(field.allowed.map(Value.string)) }
        if case .list = field.type {
            let kind = field.isSet ? "set" : field.mapKeys.isEmpty ? "atomic" : "map"
            value["x-kubernetes-list-type"] = .string(kind)
            if !field.mapKeys.isEmpty { value["x-kubernetes-list-map-keys"] = .array(field.mapKeys.map(Value.string)) }
        } else if field.isAtomic {
            value["x-kubernetes-map-type"] = "atomic"
        }
        if let key = field.patchKey {
            if !key.isEmpty { value["x-kubernetes-patch-merge-key"] = .string(key) }
            value["x-kubernetes-patch-strategy"] = field.retainsKeys ? "merge,retainKeys" : "merge"
        } else if field.retainsKeys {
            value["x-kubernetes-patch-strategy"] = "retainKeys"
        }
        return value
    }

    private mutating func schema(of type: FieldType) -> Value {
        switch type {
        case .string: return ["type": "string"]
        case .quantity: return shared("io.k8s.apimachinery.pkg.api.resource.Quantity", format: nil, or: "number")
        case .int: return ["type": "integer", "format": "int64"]
        case .bool: return ["type": "boolean"]
        case .number: return ["type": "number", "format": "double"]
        case .intOrString: return shared("io.k8s.apimachinery.pkg.util.intstr.IntOrString", format: "int-or-string", or: "integer")
        case .time, .microTime: return ["type": "string", "format": "date-time"]
        case .bytes: return ["type": "string", "format": "byte"]
        case .any: return ["type": "object"]
        case .list(let element): return ["type": "array", "items": schema(of: element)]
        case .map(let element): return ["type": "object", "additionalProperties": schema(of: element)]
        case .structure(let name):
            guard let type = Schema.types[name] else { return ["type": "object"] }
            define(type)
            return ref(type)
        }
    }

    /// A type of two forms, which Kubernetes defines once and names by reference: clients know it by its name. OpenAPI 2 can only call it a string.
    private mutating func shared(_ name: String, format: String?, or other: String) -> Value {
        var definition: Value = isVersion3 ? ["oneOf": [["type": .string(other)], ["type": "string"]]] : ["type": "string"]
        if let format { definition["format"] = .string(format) }
        definitions[name] = definition
        return ["$ref": .string(reference + name)]
    }

    private func ref(_ type: SchemaType) -> Value { ["$ref": .string(reference + type.openAPIName)] }
}
