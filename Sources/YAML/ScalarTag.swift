internal import Manifests

/// A scalar's value by its explicit tag.
enum ScalarTag {
    /// The problem, as the end of a sentence that starts with the tag.
    struct Mismatch: Error {
        var problem: String
    }

    private static let prefix = "tag:yaml.org,2002:"

    static func resolve(_ scalar: Event.Scalar) throws(Mismatch) -> Value {
        guard let tag = scalar.properties.tag, tag != "!" else {
            // A plain scalar with the tag "!" is a string by the specification, as a quoted one is.
            return scalar.isPlain && scalar.properties.tag == nil ? ScalarResolution.resolve(scalar.text) : .string(scalar.text)
        }
        guard tag.hasPrefix(prefix) else { return .string(scalar.text) }
        switch tag.dropFirst(prefix.count) {
        case "int":
            if case .integer(let value) = ScalarResolution.resolve(scalar.text) { return .integer(value) }
        case "float":
            if let value = ScalarResolution.resolve(scalar.text).number { return .double(value) }
        case "bool":
            if case .bool(let value) = ScalarResolution.resolve(scalar.text) { return .bool(value) }
        case "null":
            if ScalarResolution.resolve(scalar.text).isNull { return .null }
        case "binary":
            guard let bytes = Base64.decode(scalar.text.filter { !$0.isWhitespace }) else { throw Mismatch(problem: "is not base64") }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Mismatch(problem: "is not UTF-8 text when decoded; put binary data as base64 into data or binaryData")
            }
            return .string(text)
        default: return .string(scalar.text)
        }
        throw Mismatch(problem: "does not fit its value \"\(scalar.text)\"")
    }

    static func shortName(_ tag: String) -> String {
        tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
    }
}
