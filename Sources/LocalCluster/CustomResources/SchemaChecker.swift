internal import Manifests

/// Checks a value against its schema, in the words of the API. Rules in CEL are not evaluated.
struct SchemaChecker {
    private(set) var errors = FieldErrors()

    mutating func check(_ value: Value, _ schema: StructuralSchema, _ path: String) {
        if value.isNull, schema.isNullable { return }
        guard checkType(value, schema, path) else { return }
        checkValue(value, schema.raw, path)
        checkAlternatives(value, schema.raw, path)
        switch value {
        case .object(let members):
            checkMembers(members, schema, path)
        case .array(let elements):
            checkDistinct(elements, schema, path)
            guard let items = schema.items else { return }
            for (index, element) in elements.enumerated() { check(element, items, "\(path)[\(index)]") }
        case .null, .bool, .integer, .double, .string:
            break
        }
    }

    private mutating func checkMembers(_ members: Object, _ schema: StructuralSchema, _ path: String) {
        for name in schema.raw["required"]?.array?.compactMap(\.string) ?? [] where members[name] == nil {
            errors.required(Self.join(path, name))
        }
        if schema.isEmbeddedResource {
            for name in ["apiVersion", "kind"] where (members[name]?.string ?? "").isEmpty { errors.required(Self.join(path, name)) }
        }
        for (name, member) in members {
            // The metadata of an object is checked as every object's is.
            if path.isEmpty, name == "metadata" || name == "apiVersion" || name == "kind" { continue }
            if let known = schema.properties[name] {
                check(member, known, Self.join(path, name))
            } else if case .schema(let more) = schema.additional {
                check(member, more, Self.join(path, name))
            }
        }
    }

    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    // MARK: Types

    private mutating func checkType(_ value: Value, _ schema: StructuralSchema, _ path: String) -> Bool {
        if schema.isIntOrString {
            if value.string != nil || value.integer != nil { return true }
            mismatch(value, "integer,string", path)
            return false
        }
        guard !schema.type.isEmpty, !Self.fits(value, schema.type) else { return true }
        mismatch(value, schema.type, path)
        return false
    }

    private static func fits(_ value: Value, _ type: String) -> Bool {
        switch type {
        case "object": value.object != nil
        case "array": value.array != nil
        case "string": value.string != nil
        case "boolean": value.bool != nil
        case "integer": value.integer != nil
        case "number": value.number != nil
        default: true
        }
    }

    private mutating func mismatch(_ value: Value, _ type: String, _ path: String) {
        let found =
            switch value {
            case .null: "null"
            case .bool: "boolean"
            case .integer: "integer"
            case .double: "number"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        errors.typeInvalid(path, .string(found), "\(path) in body must be of type \(type): \"\(found)\"")
    }

    // MARK: Values

    private mutating func checkValue(_ value: Value, _ raw: Value, _ path: String) {
        if let allowed = raw["enum"]?.array, !allowed.contains(where: { SemanticDiff.equal($0, value) }) {
            errors.notSupported(path, value, allowed.map { $0.string ?? JSON.string($0) })
        }
        switch value {
        case .integer, .double: checkNumber(value, raw, path)
        case .string(let text): checkText(text, raw, path)
        case .array(let elements): checkCount(elements.count, raw, "Items", "items", path)
        case .object(let members): checkCount(members.count, raw, "Properties", "properties", path)
        case .null, .bool: break
        }
    }

    private mutating func checkNumber(_ value: Value, _ raw: Value, _ path: String) {
        guard let number = value.number else { return }
        func say(_ detail: String) { errors.invalid(path, value, "\(path) in body should be \(detail)") }
        if let least = raw["minimum"], let bound = least.number {
            let isExclusive = raw["exclusiveMinimum"]?.bool == true
            if isExclusive ? number <= bound : number < bound {
                say("greater than \(isExclusive ? "" : "or equal to ")\(JSON.string(least))")
            }
        }
        if let most = raw["maximum"], let bound = most.number {
            let isExclusive = raw["exclusiveMaximum"]?.bool == true
            if isExclusive ? number >= bound : number > bound {
                say("less than \(isExclusive ? "" : "or equal to ")\(JSON.string(most))")
            }
        }
        if let factor = raw["multipleOf"], let step = factor.number, step > 0, (number / step).rounded() != number / step {
            say("a multiple of \(JSON.string(factor))")
        }
        if raw["format"] == "int32", number < Double(Int32.min) || number > Double(Int32.max) {
            errors.invalid(path, value, "\(path) in body must be of type int32: \(JSON.string(value))")
        }
    }

    private mutating func checkText(_ text: String, _ raw: Value, _ path: String) {
        let length = text.unicodeScalars.count
        if let most = raw["maxLength"]?.integer, length > most { errors.tooLong(path, "may not be more than \(most) bytes") }
        if let least = raw["minLength"]?.integer, length < least {
            errors.invalid(path, .string(text), "\(path) in body should be at least \(least) chars long")
        }
        if let pattern = raw["pattern"]?.string, SchemaPattern.matches(text, pattern) == false {
            errors.invalid(path, .string(text), "\(path) in body should match '\(pattern)'")
        }
        if let format = raw["format"]?.string, !SchemaFormat.isValid(text, format) {
            errors.typeInvalid(path, .string(text), "\(path) in body must be of type \(format): \(text.debugDescription)")
        }
    }

    private mutating func checkCount(_ count: Int, _ raw: Value, _ keyword: String, _ noun: String, _ path: String) {
        if let most = raw["max\(keyword)"]?.integer, count > most {
            errors.tooMany(path, "\(count): must have at most \(most) items")
        }
        if let least = raw["min\(keyword)"]?.integer, count < least {
            errors.invalid(path, .integer(Int64(count)), "\(path) in body should have at least \(least) \(noun)")
        }
    }

    /// The items of a set, or the keys of the items of a map, occur once.
    private mutating func checkDistinct(_ elements: [Value], _ schema: StructuralSchema, _ path: String) {
        var seen: Set<Value> = []
        for (index, element) in elements.enumerated() {
            let name: Value
            switch schema.listType {
            case "set": name = element
            case "map":
                name = .object(Object(schema.listMapKeys.map { ($0, element[$0] ?? schema.items?.properties[$0]?.defaultValue ?? .null) }))
            default: return
            }
            if !seen.insert(name).inserted { errors.duplicate("\(path)[\(index)]", name) }
        }
    }

    // MARK: Alternatives

    private mutating func checkAlternatives(_ value: Value, _ raw: Value, _ path: String) {
        // When none fits, the faults of the one that comes nearest are told too.
        func fitting(_ keyword: String) -> (count: Int, of: Int, nearest: FieldErrors)? {
            guard let parts = raw[keyword]?.array, !parts.isEmpty else { return nil }
            let faults = parts.map { Self.faults(value, $0, path) }
            let nearest = faults.min { $0.causes.count < $1.causes.count } ?? FieldErrors()
            return (faults.count(where: \.isEmpty), parts.count, nearest)
        }
        func say(_ detail: String) { errors.invalid(path, "", "\"\(path)\" must \(detail)") }
        if let (count, all, nearest) = fitting("allOf"), count < all {
            errors.add(nearest)
            say("validate all the schemas (allOf)")
        }
        if let (count, _, nearest) = fitting("anyOf"), count == 0 {
            errors.add(nearest)
            say("validate at least one schema (anyOf)")
        }
        if let (count, _, nearest) = fitting("oneOf"), count != 1 {
            if count == 0 { errors.add(nearest) }
            say("validate one and only one schema (oneOf). Found \(count == 0 ? "none valid" : "\(count) valid alternatives")")
        }
        if let part = raw["not"], Self.faults(value, part, path).isEmpty { say("not validate the schema (not)") }
    }

    private static func faults(_ value: Value, _ part: Value, _ path: String) -> FieldErrors {
        var checker = SchemaChecker()
        checker.check(value, StructuralSchema(part), path)
        return checker.errors
    }
}
