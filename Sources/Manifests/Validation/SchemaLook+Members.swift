extension SchemaLook {
    /// The fields of a mapping: those that are missing, unknown ones, and then each for itself.
    mutating func checkMembers(_ object: Object, _ schema: Value, _ name: String?, _ path: [PathElement], _ mode: Mode) {
        let properties = schema["properties"]?.object ?? Object()
        checkRequired(object, schema, properties, name, path)
        let others = schema["additionalProperties"]
        for (key, member) in object {
            if let property = properties[key] {
                check(member, property, path + [.key(key)], mode)
            } else if let others, others.object != nil {
                check(member, others, path + [.key(key)], mode)
            } else if mode == .closed, Self.refusesOthers(schema, others), !Self.isImplied(key, schema) {
                addUnknown(key, properties, object, path)
            }
        }
        checkCount(object.count, schema, "Properties", "members", path)
    }

    /// A mapping that names no field takes any: Kubernetes writes so what holds objects of any kind.
    private static func refusesOthers(_ schema: Value, _ others: Value?) -> Bool {
        if schema["x-kubernetes-preserve-unknown-fields"]?.bool == true { return false }
        switch others {
        case .bool(let areAllowed)?: return !areAllowed
        case nil: return schema["properties"] != nil
        case .null?, .integer?, .double?, .string?, .array?, .object?: return false
        }
    }

    private static func isImplied(_ key: String, _ schema: Value) -> Bool {
        schema["x-kubernetes-embedded-resource"]?.bool == true && implied.contains(key)
    }

    private mutating func addUnknown(_ key: String, _ properties: Object, _ object: Object, _ path: [PathElement]) {
        // A field that is not there yet is likelier meant than one that is.
        let missing = properties.keys.filter { object[$0] == nil }
        let nearest = NearestName.suggestion(for: key, among: missing) ?? NearestName.suggestion(for: key, among: properties.keys)
        add(.unknownField, path + [.key(key)], "is no field of this kind", hint: nearest.map { "did you mean \"\($0)\"?" })
    }

    private mutating func checkRequired(
        _ object: Object, _ schema: Value, _ properties: Object, _ name: String?, _ path: [PathElement]
    ) {
        for field in (schema["required"]?.array ?? []).compactMap(\.string) {
            if let member = object[field], !member.isNull { continue }
            // The null of a custom resource has been judged as a value.
            if object[field] != nil, validator.dialect == .customResource { continue }
            if path.isEmpty, validator.dialect == .customResource, Self.implied.contains(field) { continue }
            if path.isEmpty, field == "status" { continue }
            if isFilledIn(properties[field]) || Self.isTakenWithout(field, name) { continue }
            add(.missingField, path, "lacks the field \"\(field)\"")
        }
    }

    /// Whether the server itself writes a value. In the documents of its own kinds every plain field has Go's zero as default, which says
    /// nothing of whether that is accepted.
    private func isFilledIn(_ property: Value?) -> Bool {
        guard let initial = property?["default"] else { return false }
        if validator.dialect == .customResource { return true }
        switch initial {
        case .null: return false
        case .bool(let value): return value
        case .integer(let value): return value != 0
        case .double(let value): return value != 0
        case .string(let value): return !value.isEmpty
        case .array(let value): return !value.isEmpty
        case .object(let value): return !value.isEmpty
        }
    }

    /// Whether the API server takes an object without the field, though its own document calls it required.
    private static func isTakenWithout(_ field: String, _ name: String?) -> Bool {
        guard let type = name?.split(separator: ".").last else { return false }
        return takenWithout[String(type)] == field
    }

    /// By type. Go's zero value is accepted, or a default is filled in before validation (pkg/apis of Kubernetes 1.27 to 1.36).
    private static let takenWithout = [
        "StatefulSetSpec": "serviceName", "NetworkPolicySpec": "podSelector", "PodFailurePolicyRule": "onPodConditions",
        "PodFailurePolicyOnPodConditionsPattern": "status", "EndpointSlice": "endpoints",
    ]
}
