internal import Manifests

/// Checks what the schema itself says: required values and the values allowed.
enum SchemaValidation {
    static func check(_ object: Value, _ type: SchemaType, _ path: String, _ errors: inout FieldErrors) {
        for field in type.fields where field.name != "metadata" && field.name != "status" {
            let fieldPath = path.isEmpty ? field.name : "\(path).\(field.name)"
            guard let value = object[field.name] else {
                if field.isRequired { errors.required(fieldPath) }
                continue
            }
            if field.isRequired, value == "" || value == .array([]) || value == .null { errors.required(fieldPath) }
            if !field.allowed.isEmpty, let text = value.string, !text.isEmpty, !field.allowed.contains(text) {
                errors.notSupported(fieldPath, value, field.allowed)
            }
            check(value, field.type, fieldPath, &errors)
        }
    }

    private static func check(_ value: Value, _ type: FieldType, _ path: String, _ errors: inout FieldErrors) {
        switch type {
        case .structure(let name):
            if let type = Schema.types[name] { check(value, type, path, &errors) }
        case .list(let element):
            guard case .structure = element else { return }
            for (index, member) in (value.array ?? []).enumerated() { check(member, element, "\(path)[\(index)]", &errors) }
        case .map, .string, .int, .bool, .number, .quantity, .intOrString, .time, .microTime, .bytes, .any:
            break
        }
    }
}
