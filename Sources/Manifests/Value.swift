/// The value tree of a manifest: what YAML and JSON share, with the distinctions that Kubernetes keeps.
///
/// Integers that do not fit 64 bits are read as `double`, as the Kubernetes API server does.
package enum Value: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([Value])
    case object(Object)
}

extension Value {
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var array: [Value]? { if case .array(let value) = self { value } else { nil } }
    package var object: Object? { if case .object(let value) = self { value } else { nil } }
    package var isNull: Bool { self == .null }

    /// An integer, or a double that has no fraction and fits.
    package var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .double(let value): Int64(exactly: value)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    package var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// What a person calls this kind of value in an error message.
    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .double: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "a mapping"
        }
    }

    /// The member of a mapping; `nil` when this is not a mapping or has no such member. Setting `nil` removes the member;
    /// setting a member of a value that is not a mapping replaces that value with a mapping.
    package subscript(_ key: String) -> Value? {
        get { if case .object(let object) = self { object[key] } else { nil } }
        set {
            var object = object ?? Object()
            object[key] = newValue
            self = .object(object)
        }
    }

    /// The element of a list; `nil` when this is not a list or the index is outside of it.
    package subscript(_ index: Int) -> Value? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The value at a path of mapping keys, such as `value["spec", "template", "metadata"]`.
    package subscript(_ first: String, _ second: String, _ rest: String...) -> Value? {
        get {
            var value = self[first]?[second]
            for key in rest { value = value?[key] }
            return value
        }
        set { set([first, second] + rest, to: newValue) }
    }

    /// Sets the member at `path`, making the mappings that are missing on the way; `nil` removes it and makes nothing.
    package mutating func set(_ path: some Collection<String>, to newValue: Value?) {
        guard let key = path.first else {
            if let newValue { self = newValue }
            return
        }
        let rest = path.dropFirst()
        if rest.isEmpty {
            if newValue == nil && object == nil { return }
            self[key] = newValue
            return
        }
        guard var member = self[key] ?? (newValue == nil ? nil : .object(Object())) else { return }
        self[key] = .null  // gives up the shared storage before the nested edit
        member.set(rest, to: newValue)
        self[key] = member
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(arrayLiteral elements: Value...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, Value)...) { self = .object(Object(elements)) }
}
