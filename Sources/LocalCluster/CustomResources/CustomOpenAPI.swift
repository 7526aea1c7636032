internal import Manifests

/// The schemas of custom resources as definitions of the OpenAPI documents.
enum CustomOpenAPI {
    /// `com.example.stable.v1.CronTab`
    static func name(_ type: ResourceType) -> String {
        (type.group.split(separator: ".").reversed().map(String.init) + [type.version, type.kind]).joined(separator: ".")
    }

    static func definition(_ custom: CustomType, metadata: Value, kind: Value, isVersion3: Bool) -> Value {
        var schema = isVersion3 ? custom.version.schema.raw : simple(custom.version.schema.raw)
        var properties: Object = [
            "apiVersion": ["type": "string", "description": "The group and version of this object's schema."],
            "kind": ["type": "string", "description": "What this object is."],
            "metadata": isVersion3 ? ["allOf": [metadata], "default": [:]] : metadata,
        ]
        for (name, member) in schema["properties"]?.object ?? Object() where properties[name] == nil { properties[name] = member }
        schema["properties"] = .object(properties)
        schema["x-kubernetes-group-version-kind"] = [kind]
        return schema
    }

    /// OpenAPI 2 knows neither alternatives nor nullable values; what may hold anything has no type there.
    private static func simple(_ schema: Value) -> Value {
        guard let members = schema.object else { return schema }
        let isOpen =
            schema["x-kubernetes-int-or-string"]?.bool == true || schema["x-kubernetes-preserve-unknown-fields"]?.bool == true
            || schema["nullable"]?.bool == true
        var result = Object()
        for (name, member) in members {
            switch name {
            case "allOf", "anyOf", "oneOf", "not", "nullable", "default", "example": continue
            case "type" where isOpen, "items" where isOpen, "properties" where isOpen: continue
            case "properties": result[name] = .object(Object((member.object ?? Object()).map { ($0.key, simple($0.value)) }))
            case "items", "additionalProperties": result[name] = simple(member)
            default: result[name] = member
            }
        }
        return .object(result)
    }
}
