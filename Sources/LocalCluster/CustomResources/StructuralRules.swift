internal import Manifests

/// Whether a schema is structural: every place says what it holds, so that unknown fields can be told apart (KEP-1693).
struct StructuralRules {
    private(set) var errors = FieldErrors()

    /// - Parameter path: where the schema stands in the definition.
    mutating func check(root schema: Value, _ path: String) {
        switch schema["type"]?.string {
        case nil, "": errors.required("\(path).type", "must not be empty at the root")
        case "object": break
        case .some(let other): errors.invalid("\(path).type", .string(other), "must be object at the root")
        }
        if let metadata = schema["properties"]?["metadata"] {
            let allowed: Set = ["type", "properties", "description"]
            let fields = metadata["properties"]?.object?.keys ?? []
            if metadata.object?.keys.contains(where: { !allowed.contains($0) }) == true
                || fields.contains(where: { $0 != "name" && $0 != "generateName" })
            {
                errors.forbidden(
                    "\(path).properties[metadata]",
                    "must not specify anything other than name and generateName, but metadata is implicitly specified")
            }
        }
        check(schema, path, place: .root)
    }

    private enum Place { case root, field, item }

    private mutating func check(_ schema: Value, _ path: String, place: Place) {
        checkType(schema, path, place)
        checkKeywords(schema, path)
        checkList(schema, path)
        for (name, member) in schema["properties"]?.object ?? Object() { check(member, "\(path).properties[\(name)]", place: .field) }
        if let items = schema["items"], items.object != nil { check(items, "\(path).items", place: .item) }
        if let more = schema["additionalProperties"], more.object?.isEmpty == false {
            check(more, "\(path).additionalProperties", place: .field)
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            for (index, part) in (schema[word]?.array ?? []).enumerated() {
                checkPart(part, of: schema, "\(path).\(word)[\(index)]", around: path)
            }
        }
        if let part = schema["not"] { checkPart(part, of: schema, "\(path).not", around: path) }
        if let value = schema["default"] { checkDefault(value, schema, "\(path).default") }
    }

    private mutating func checkType(_ schema: Value, _ path: String, _ place: Place) {
        let type = schema["type"]?.string ?? ""
        let isIntOrString = schema["x-kubernetes-int-or-string"]?.bool == true
        let preserves = schema["x-kubernetes-preserve-unknown-fields"]?.bool == true
        if isIntOrString {
            if !type.isEmpty {
                errors.invalid("\(path).type", .string(type), "must be empty if x-kubernetes-int-or-string is true")
            }
        } else if type.isEmpty, !preserves {
            switch place {
            case .root: break
            case .field: errors.required("\(path).type", "must not be empty for specified object fields")
            case .item: errors.required("\(path).type", "must not be empty for specified array items")
            }
        } else if !type.isEmpty, !Self.types.contains(type) {
            errors.notSupported("\(path).type", .string(type), Self.types)
        }
        if schema["x-kubernetes-preserve-unknown-fields"]?.bool == false {
            errors.invalid("\(path).x-kubernetes-preserve-unknown-fields", false, "must be true or undefined")
        }
        if schema["x-kubernetes-embedded-resource"]?.bool == true {
            if type != "object" {
                errors.invalid("\(path).type", .string(type), "must be object if x-kubernetes-embedded-resource is true")
            }
            if !preserves, schema["properties"] == nil {
                errors.required(
                    "\(path).properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
                )
            }
        }
    }

    private static let types = ["array", "boolean", "integer", "number", "object", "string"]

    private mutating func checkKeywords(_ schema: Value, _ path: String) {
        if schema["additionalProperties"] != nil, schema["additionalProperties"] != false, schema["properties"] != nil {
            errors.forbidden("\(path).additionalProperties", "additionalProperties and properties are mutual exclusive")
        }
        if schema["uniqueItems"]?.bool == true {
            errors.forbidden("\(path).uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic")
        }
        for word in ["$ref", "$schema", "id", "definitions", "dependencies", "patternProperties", "additionalItems"]
        where schema[word] != nil {
            errors.forbidden("\(path).\(word)", "\(word) is not supported")
        }
    }

    private mutating func checkList(_ schema: Value, _ path: String) {
        let isArray = schema["type"] == "array"
        if isArray, schema["items"] == nil { errors.required("\(path).items", "must be specified") }
        if schema["items"]?.array != nil { errors.forbidden("\(path).items", "items must be a schema object and not an array") }
        guard let kind = schema["x-kubernetes-list-type"] else { return }
        if !isArray { errors.invalid("\(path).type", schema["type"] ?? "", "must be array if x-kubernetes-list-type is specified") }
        switch kind.string {
        case "atomic", "set": break
        case "map": checkMapKeys(schema, path)
        default: errors.notSupported("\(path).x-kubernetes-list-type", kind, ["atomic", "map", "set"])
        }
    }

    private mutating func checkMapKeys(_ schema: Value, _ path: String) {
        let keys = schema["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? []
        if keys.isEmpty {
            errors.required("\(path).x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map")
        }
        if let items = schema["items"], items["type"] != "object" {
            errors.invalid("\(path).items.type", items["type"] ?? "", "must be object if parent array's x-kubernetes-list-type is map")
        }
        let required = schema["items"]?["required"]?.array ?? []
        for key in keys {
            guard let field = schema["items"]?["properties"]?[key] else {
                errors.invalid(
                    "\(path).x-kubernetes-list-map-keys", .string(key), "entries must all be names of item properties")
                continue
            }
            if !required.contains(.string(key)), field["default"] == nil {
                errors.required(
                    "\(path).items.properties[\(key)].default",
                    "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")
            }
        }
    }

    /// A part of `allOf` and its like may only narrow what the schema around it says.
    private mutating func checkPart(_ part: Value, of schema: Value, _ path: String, around: String) {
        for word in ["type", "description", "default", "additionalProperties", "nullable", "title"] where part[word] != nil {
            // `x-kubernetes-int-or-string` is written by generators with its two types spelled out.
            if word == "type", schema["x-kubernetes-int-or-string"]?.bool == true { continue }
            errors.forbidden("\(path).\(word)", "must be empty to be structural")
        }
        for (name, member) in part["properties"]?.object ?? Object() {
            guard let real = schema["properties"]?[name] else {
                errors.required("\(around).properties[\(name)]", "because it is defined in \(path).properties[\(name)]")
                continue
            }
            checkPart(member, of: real, "\(path).properties[\(name)]", around: "\(around).properties[\(name)]")
        }
        if let items = part["items"] {
            if let real = schema["items"] {
                checkPart(items, of: real, "\(path).items", around: "\(around).items")
            } else {
                errors.required("\(around).items", "because it is defined in \(path).items")
            }
        }
    }

    private mutating func checkDefault(_ value: Value, _ schema: Value, _ path: String) {
        let structural = StructuralSchema(schema)
        var unknown: [String] = []
        _ = structural.pruned(value, isObject: false, unknown: &unknown)
        if !unknown.isEmpty {
            errors.invalid(path, value, "must not have unknown fields: \(unknown.joined(separator: ", "))")
        }
        var filled = value
        structural.fillDefaults(&filled)
        var checker = SchemaChecker()
        checker.check(filled, structural, path)
        errors.add(checker.errors)
    }
}
