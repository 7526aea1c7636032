internal import Manifests

/// Reads an object as its kind declares it: unknown fields are dropped and named, wrong types refused, and what the API's own encoding
/// leaves out (nulls, empty lists, false switches) is left out.
struct SchemaDecoder {
    /// Paths of the fields that the kind does not have.
    private(set) var unknownFields: [String] = []
    private let kind: String
    private let version: String
    private let form: Form

    /// What becomes of a known field.
    enum Form {
        /// As the API stores it.
        case stored
        /// As it was sent: what would be left out is kept, and amounts keep their spelling. Server-side apply owns fields by what was said.
        case asSent
    }

    private init(kind: String, version: String, form: Form) {
        self.kind = kind
        self.version = version
        self.form = form
    }

    /// - Throws: `BadRequest` for a value of a wrong type.
    static func decode(
        _ object: Value, as type: SchemaType, version: String, form: Form = .stored
    ) throws(APIError) -> (object: Value, unknownFields: [String]) {
        var decoder = SchemaDecoder(kind: object.kind ?? type.name, version: version, form: form)
        var rest = object
        rest["apiVersion"] = nil
        rest["kind"] = nil
        let decoded = try decoder.structure(rest, type, "")
        var result = Object()
        result["apiVersion"] = object["apiVersion"]
        result["kind"] = object["kind"]
        for (key, value) in decoded { result[key] = value }
        return (.object(result), decoder.unknownFields)
    }

    private mutating func structure(_ value: Value, _ type: SchemaType, _ path: String) throws(APIError) -> Object {
        guard let object = value.object else { throw mismatch(value, path, type.name) }
        var result = Object()
        for (position, name) in object.keys.enumerated() {
            let member = object.values[position]
            let memberPath = path.isEmpty ? name : "\(path).\(name)"
            guard let field = type[name] else {
                unknownFields.append(memberPath)
                continue
            }
            if member.isNull {
                if form == .asSent { result[name] = .null }
                continue
            }
            let decoded = try decode(member, field.type, memberPath)
            if isOmitted(decoded, field) { continue }
            result[name] = decoded
        }
        return result
    }

    private func isOmitted(_ value: Value, _ field: SchemaField) -> Bool {
        if form == .asSent || field.isKept || field.isRequired { return false }
        switch (field.type, value) {
        case (.list, .array(let elements)): return elements.isEmpty
        case (.map, .object(let members)): return members.isEmpty
        case (.string, .string(let text)), (.time, .string(let text)), (.microTime, .string(let text)): return text.isEmpty
        case (.bool, .bool(let flag)): return field.omitsZero && !flag
        case (.int, .integer(let number)): return field.omitsZero && number == 0
        default: return false
        }
    }

    private mutating func decode(_ value: Value, _ type: FieldType, _ path: String) throws(APIError) -> Value {
        switch type {
        case .any:
            return value
        case .string, .time, .microTime:
            guard value.string != nil else { throw mismatch(value, path, "string") }
            return value
        case .bytes:
            guard let text = value.string else { throw mismatch(value, path, "[]uint8") }
            guard Base64.decode(text) != nil else {
                throw APIError(
                    .badRequest, "\(kind) in version \"\(version)\" cannot be handled as a \(kind): illegal base64 data in \(path)")
            }
            return value
        case .int:
            guard let number = value.integer else { throw mismatch(value, path, "int") }
            return .integer(number)
        case .number:
            guard value.number != nil else { throw mismatch(value, path, "float64") }
            return value
        case .bool:
            guard value.bool != nil else { throw mismatch(value, path, "bool") }
            return value
        case .intOrString:
            guard value.string != nil || value.integer != nil else { throw mismatch(value, path, "int or string") }
            return value.integer.map(Value.integer) ?? value
        case .quantity:
            return try quantity(value, path)
        case .structure(let name):
            guard let type = Schema.types[name] else { return value }
            return .object(try structure(value, type, path))
        case .list(let element):
            guard let elements = value.array else { throw mismatch(value, path, "list") }
            var result: [Value] = []
            result.reserveCapacity(elements.count)
            for (index, member) in elements.enumerated() { result.append(try decode(member, element, "\(path)[\(index)]")) }
            return .array(result)
        case .map(let element):
            guard let members = value.object else { throw mismatch(value, path, "map") }
            var result = Object()
            for (position, key) in members.keys.enumerated() {
                let member = members.values[position]
                if member.isNull, form == .asSent {
                    result[key] = .null
                } else if member.isNull, element == .string || element == .bytes {
                    result[key] = ""
                } else {
                    result[key] = try decode(member, element, "\(path).\(key)")
                }
            }
            return .object(result)
        }
    }

    private func quantity(_ value: Value, _ path: String) throws(APIError) -> Value {
        let text: String
        switch value {
        case .string(let written): text = written
        case .integer(let number): text = String(number)
        case .double(let number): text = String(number)
        case .null, .bool, .array, .object: throw mismatch(value, path, "quantity")
        }
        guard let quantity = ResourceQuantity(text) else {
            throw APIError(
                .badRequest,
                "\(kind) in version \"\(version)\" cannot be handled as a \(kind): quantities must be a number with an "
                    + "optional suffix such as m, k, M, G, Ki, Mi, Gi; \(path) is \"\(text)\"")
        }
        return form == .asSent ? value : .string(quantity.canonical)
    }

    private func mismatch(_ value: Value, _ path: String, _ wanted: String) -> APIError {
        let found =
            switch value {
            case .null: "null"
            case .bool: "bool"
            case .integer, .double: "number"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        return APIError(
            .badRequest,
            "\(kind) in version \"\(version)\" cannot be handled as a \(kind): json: cannot unmarshal \(found) into Go struct field "
                + "\(kind).\(path) of type \(wanted)")
    }
}
