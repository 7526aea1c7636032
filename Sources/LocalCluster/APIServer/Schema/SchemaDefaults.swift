internal import Manifests

/// Fills in the defaults that stand in the schema, wherever the structure that has them is present.
enum SchemaDefaults {
    static func fill(_ object: inout Value, _ type: SchemaType) {
        for field in type.fields {
            if let value = object[field.name] {
                guard holdsStructures(field.type) else { continue }
                var value = value
                fill(&value, field.type)
                object[field.name] = value
            } else if let value = field.defaultValue {
                object[field.name] = value
            }
        }
    }

    private static func fill(_ value: inout Value, _ type: FieldType) {
        switch type {
        case .structure(let name):
            guard value.object != nil, let type = Schema.types[name] else { return }
            fill(&value, type)
        case .list(let element):
            guard let elements = value.array else { return }
            value = .array(
                elements.map { member in
                    var member = member
                    fill(&member, element)
                    return member
                })
        case .map(let element):
            guard let members = value.object else { return }
            var result = Object()
            for (key, member) in members {
                var member = member
                fill(&member, element)
                result[key] = member
            }
            value = .object(result)
        case .string, .int, .bool, .number, .quantity, .intOrString, .time, .microTime, .bytes, .any:
            break
        }
    }

    private static func holdsStructures(_ type: FieldType) -> Bool {
        switch type {
        case .structure(let name): name != "ObjectMeta"
        case .list(let element), .map(let element): holdsStructures(element)
        case .string, .int, .bool, .number, .quantity, .intOrString, .time, .microTime, .bytes, .any: false
        }
    }
}
