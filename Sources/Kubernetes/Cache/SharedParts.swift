internal import Manifests

/// Keeps objects small that are kept by the thousand: what many of them say in the same words (the names of their fields, labels, times,
/// reasons) is there once, and their lists have no room to grow.
struct SharedParts: Sendable {
    private var texts: Set<String> = []
    private var names: Set<[String]> = []

    /// Members that are each object's own: to look for them among the others would only fill the tables.
    private static let own: Set<String> = ["uid", "name", "resourceVersion"]

    /// A string of so many bytes lies within its value, and costs nothing.
    private static let smallBytes = 15

    /// The same value.
    mutating func shared(_ value: Value) -> Value {
        switch value {
        case .null, .bool, .integer, .double: return value
        case .string(let text): return .string(shared(text))
        case .array(let elements): return .array(elements.map { shared($0) })
        case .object(let object):
            let keys = shared(object.keys)
            let values = zip(keys, object.values).map { key, value in Self.own.contains(key) ? value : shared(value) }
            return .object(Object(distinctKeys: keys, values: values))
        }
    }

    private mutating func shared(_ text: String) -> String {
        guard text.utf8.count > Self.smallBytes else { return text }
        if let index = texts.firstIndex(of: text) { return texts[index] }
        if texts.count < EnvironmentLimits.sharedParts { texts.insert(text) }
        return text
    }

    private mutating func shared(_ keys: [String]) -> [String] {
        if let index = names.firstIndex(of: keys) { return names[index] }
        let new = keys.map { shared($0) }
        if names.count < EnvironmentLimits.sharedParts { names.insert(new) }
        return new
    }
}
