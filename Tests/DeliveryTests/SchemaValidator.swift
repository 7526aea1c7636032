import Manifests
import Synchronization

/// As much of JSON Schema (draft 2020-12) as our schemas use. A keyword that it does not know is an error, so that no test passes by ignorance.
struct SchemaValidator {
    private static let annotations: Set<String> = ["$schema", "$id", "title", "description", "default"]

    /// Where `value` does not fit, as texts; empty when it fits.
    static func faults(_ value: Value, _ schema: Value, at path: String = "") throws -> [String] {
        var faults: [String] = []
        func expect(_ holds: Bool, _ keyword: String) { if !holds { faults.append("\(path): \(keyword)") } }
        for (keyword, rule) in schema.object ?? Object() where !annotations.contains(keyword) {
            switch keyword {
            case "type": expect((rule.array ?? [rule]).contains { fits(value, type: $0.string ?? "") }, keyword)
            case "const": expect(SemanticDiff.equal(value, rule), keyword)
            case "enum": expect((rule.array ?? []).contains { SemanticDiff.equal(value, $0) }, keyword)
            case "pattern":
                if let text = value.string { expect(try matches(text, rule.string ?? ""), keyword) }
            case "minLength": if let text = value.string { expect(text.unicodeScalars.count >= rule.integer ?? 0, keyword) }
            case "maxLength": if let text = value.string { expect(text.unicodeScalars.count <= rule.integer ?? 0, keyword) }
            case "minimum": if let number = value.number { expect(number >= rule.number ?? 0, keyword) }
            case "maximum": if let number = value.number { expect(number <= rule.number ?? 0, keyword) }
            case "multipleOf":
                if let number = value.number {
                    let quotient = number / (rule.number ?? 1)
                    expect((quotient - quotient.rounded()).magnitude < 1e-6, keyword)
                }
            case "properties":
                for (name, part) in rule.object ?? Object() {
                    if let member = value[name] { faults += try self.faults(member, part, at: "\(path)/\(name)") }
                }
            case "additionalProperties":
                for (name, member) in value.object ?? Object() where schema["properties"]?[name] == nil {
                    if rule == false {
                        faults.append("\(path)/\(name): unknown")
                    } else {
                        faults += try self.faults(member, rule, at: "\(path)/\(name)")
                    }
                }
            case "required":
                if value.object != nil {
                    for name in rule.array ?? [] { expect(value[name.string ?? ""] != nil, "required \(name.string ?? "")") }
                }
            case "maxProperties": if let object = value.object { expect(object.count <= rule.integer ?? 0, keyword) }
            case "propertyNames":
                for name in value.object?.keys ?? [] { faults += try self.faults(.string(name), rule, at: "\(path)/\(name)") }
            case "items":
                for (index, element) in (value.array ?? []).enumerated() {
                    faults += try self.faults(element, rule, at: "\(path)/\(index)")
                }
            case "minItems": if let list = value.array { expect(list.count >= rule.integer ?? 0, keyword) }
            case "maxItems": if let list = value.array { expect(list.count <= rule.integer ?? 0, keyword) }
            case "uniqueItems": if let list = value.array { expect(Set(list).count == list.count, keyword) }
            case "oneOf": expect(try (rule.array ?? []).count { try self.faults(value, $0).isEmpty } == 1, keyword)
            case "anyOf": expect(try (rule.array ?? []).contains { try self.faults(value, $0).isEmpty }, keyword)
            case "not": expect(try !self.faults(value, rule).isEmpty, keyword)
            default: throw ManifestError(code: .unknownKey, message: "the validator does not know \(keyword)")
            }
        }
        return faults
    }

    /// A pattern is compiled once: it is asked thousands of times.
    private static func matches(_ text: String, _ pattern: String) throws -> Bool {
        try patterns.withLock { known in
            if let regex = known[pattern] { return text.contains(regex.value) }
            let regex = Pattern(value: try Regex(pattern))
            known[pattern] = regex
            return text.contains(regex.value)
        }
    }

    /// Only used under the lock.
    private struct Pattern: @unchecked Sendable {
        var value: Regex<AnyRegexOutput>
    }

    private static let patterns = Mutex<[String: Pattern]>([:])

    private static func fits(_ value: Value, type: String) -> Bool {
        switch type {
        case "object": value.object != nil
        case "array": value.array != nil
        case "string": value.string != nil
        case "boolean": value.bool != nil
        case "number": value.number != nil
        case "integer": value.integer != nil
        case "null": value.isNull
        default: false
        }
    }
}
