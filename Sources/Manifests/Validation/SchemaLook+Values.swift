extension SchemaLook {
    // MARK: Types

    static func isIntOrString(_ schema: Value, _ name: String?) -> Bool {
        schema["x-kubernetes-int-or-string"]?.bool == true || schema["format"]?.string == "int-or-string"
            || name?.hasSuffix(".intstr.IntOrString") == true
    }

    /// Whether the value is of the schema's type. A schema without one takes any.
    mutating func checkType(_ value: Value, _ schema: Value, _ path: [PathElement]) -> Bool {
        guard let type = schema["type"]?.string else { return true }
        let fits =
            switch type {
            case "object": value.object != nil
            case "array": value.array != nil
            case "string": value.string != nil
            case "boolean": value.bool != nil
            case "integer": value.integer != nil
            case "number": value.number != nil
            default: true
            }
        if !fits { addType(Self.typeName(type), value, path) }
        return fits
    }

    static func typeName(_ type: String) -> String {
        switch type {
        case "object": "a mapping"
        case "array": "a list"
        case "boolean": "true or false"
        case "integer": "a whole number"
        default: "a \(type)"
        }
    }

    mutating func addType(_ expected: String, _ value: Value, _ path: [PathElement]) {
        var hint: String?
        switch value {
        case .bool, .integer, .double: if expected.contains("string") { hint = "write it in quotes" }
        case .string(let text):
            let isNumber = expected.contains("number") && Double(text) != nil
            let isBoolean = expected == "true or false" && (text == "true" || text == "false")
            if isNumber || isBoolean { hint = "take off the quotes" }
        case .null, .array, .object: break
        }
        add(.wrongType, path, "must be \(expected), not \(value.typeName)", hint: hint)
    }

    mutating func checkQuantity(_ value: Value, _ path: [PathElement]) {
        if value.number != nil { return }
        guard let text = value.string else { return addType("a quantity such as 500m or 1Gi", value, path) }
        if !QuantityText.isValid(text) {
            add(.invalidValue, path, "must be a quantity such as 500m or 1Gi, not \(StrictReader.shown(value))")
        }
    }

    // MARK: Alternatives

    mutating func checkAlternatives(_ value: Value, _ schema: Value, _ path: [PathElement]) {
        for part in schema["allOf"]?.array ?? [] { take(separately(value, part, path), keepingProblems: true) }
        for keyword in ["anyOf", "oneOf"] {
            guard let parts = schema[keyword]?.array, !parts.isEmpty else { continue }
            var fitting = 0
            var first: SchemaProblem?
            for part in parts {
                let look = separately(value, part, path)
                take(look, keepingProblems: false)
                if look.problems.isEmpty { fitting += 1 } else { first = first ?? look.problems.first }
            }
            if fitting == 0, let first {
                let inside = Array(first.path.dropFirst(path.count))
                let detail = inside.isEmpty ? first.message : "\(inside.text) \(first.message)"
                add(
                    .invalidValue, path, "fits none of the \(parts.count) forms that it may have; of the first: \(detail)", hint: first.hint
                )
            } else if fitting > 1, keyword == "oneOf" {
                add(.invalidValue, path, "fits \(fitting) of the forms that it may have, and only one is allowed")
            }
        }
        if let part = schema["not"] {
            let look = separately(value, part, path)
            take(look, keepingProblems: false)
            if look.problems.isEmpty { add(.invalidValue, path, "has a form that is not allowed here") }
        }
    }

    // MARK: Values

    mutating func checkValue(_ value: Value, _ schema: Value, _ path: [PathElement]) {
        if let allowed = schema["enum"]?.array, !allowed.contains(where: { SemanticDiff.equal($0, value) }) {
            addChoice(value, allowed, path)
        }
        switch value {
        case .integer, .double: checkNumber(value, schema, path)
        case .string(let text): checkText(text, schema, path)
        case .array(let elements):
            checkCount(elements.count, schema, "Items", "elements", path)
            if schema["uniqueItems"]?.bool == true, Set(elements).count < elements.count {
                add(.invalidValue, path, "has an element twice")
            }
        case .null, .bool, .object: break
        }
    }

    private mutating func addChoice(_ value: Value, _ allowed: [Value], _ path: [PathElement]) {
        let names = allowed.map(\.shortText).filter { !$0.isEmpty }
        let nearest = NearestName.suggestion(for: value.shortText, among: names)
        let listed = names.prefix(ManifestLimits.listedChoices).joined(separator: ", ")
        let more = names.count > ManifestLimits.listedChoices ? " and others" : ""
        add(
            .invalidValue, path, "must be one of \(listed)\(more), not \(StrictReader.shown(value))",
            hint: nearest.map { "did you mean \"\($0)\"?" })
    }

    private mutating func checkNumber(_ value: Value, _ schema: Value, _ path: [PathElement]) {
        guard let number = value.number else { return }
        let shown = StrictReader.shown(value)
        if schema["format"]?.string == "int32", number < Double(Int32.min) || number > Double(Int32.max) {
            return add(.invalidValue, path, "must fit 32 bits, which \(shown) does not")
        }
        if let least = schema["minimum"]?.number {
            let isStrict = schema["exclusiveMinimum"]?.bool == true
            if number < least || isStrict && number == least {
                add(.invalidValue, path, "must be \(isStrict ? "more than" : "at least") \(NumberText.json(least)), not \(shown)")
            }
        }
        if let most = schema["maximum"]?.number {
            let isStrict = schema["exclusiveMaximum"]?.bool == true
            if number > most || isStrict && number == most {
                add(.invalidValue, path, "must be \(isStrict ? "less than" : "at most") \(NumberText.json(most)), not \(shown)")
            }
        }
    }

    private mutating func checkText(_ text: String, _ schema: Value, _ path: [PathElement]) {
        checkCount(text.unicodeScalars.count, schema, "Length", "characters", path)
        switch schema["format"]?.string {
        case "byte":
            // Never shown: it is how Secrets are written.
            if Base64.decode(text) == nil { add(.invalidValue, path, "must be base64, which this text is not") }
        case "date-time":
            if !DateTimeText.isValid(text) {
                add(.invalidValue, path, "must be a time such as 2025-01-31T09:30:00Z, not \(StrictReader.shown(.string(text)))")
            }
        default: break
        }
    }

    mutating func checkCount(_ count: Int, _ schema: Value, _ suffix: String, _ what: String, _ path: [PathElement]) {
        if let least = schema["min" + suffix]?.integer, count < least {
            add(.invalidValue, path, "must have at least \(least) \(what), and has \(count)")
        }
        if let most = schema["max" + suffix]?.integer, count > most {
            add(.invalidValue, path, "may have at most \(most) \(what), and has \(count)")
        }
    }
}
