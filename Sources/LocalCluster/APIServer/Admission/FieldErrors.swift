internal import Manifests

/// The fields of one object that are not as they must be, in the words of the API.
struct FieldErrors {
    private(set) var causes: [APIError.Cause] = []

    var isEmpty: Bool { causes.isEmpty }

    mutating func required(_ path: String, _ detail: String = "") {
        add("FieldValueRequired", path, "Required value" + (detail.isEmpty ? "" : ": \(detail)"))
    }

    mutating func invalid(_ path: String, _ value: Value, _ detail: String) {
        add("FieldValueInvalid", path, "Invalid value: \(Self.text(value)): \(detail)")
    }

    mutating func notSupported(_ path: String, _ value: Value, _ supported: [String]) {
        let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        add("FieldValueNotSupported", path, "Unsupported value: \(Self.text(value)): supported values: \(list)")
    }

    mutating func duplicate(_ path: String, _ value: Value) {
        add("FieldValueDuplicate", path, "Duplicate value: \(Self.text(value))")
    }

    mutating func notFound(_ path: String, _ value: Value) {
        add("FieldValueNotFound", path, "Not found: \(Self.text(value))")
    }

    mutating func forbidden(_ path: String, _ detail: String) {
        add("FieldValueForbidden", path, "Forbidden: \(detail)")
    }

    mutating func tooLong(_ path: String, _ detail: String) {
        add("FieldValueTooLong", path, "Too long: \(detail)")
    }

    mutating func tooMany(_ path: String, _ detail: String) {
        add("FieldValueTooMany", path, "Too many: \(detail)")
    }

    mutating func typeInvalid(_ path: String, _ value: Value, _ detail: String) {
        add("FieldValueTypeInvalid", path, "Invalid value: \(Self.text(value)): \(detail)")
    }

    mutating func add(_ others: FieldErrors) {
        for cause in others.causes where !causes.contains(cause) { causes.append(cause) }
    }

    /// Without those that were there before, for what an update did not make worse.
    mutating func remove(_ others: FieldErrors) { causes.removeAll(where: others.causes.contains) }

    private mutating func add(_ reason: String, _ path: String, _ message: String) {
        let cause = APIError.Cause(reason: reason, message: message, field: path)
        if !causes.contains(where: { $0.field == path && $0.reason == reason }) { causes.append(cause) }
    }

    private static func text(_ value: Value) -> String { JSON.string(value) }
}
