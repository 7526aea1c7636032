/// One step of the way from the root of a value to a place in it.
package enum PathElement: Sendable, Hashable {
    /// A member of a mapping.
    case key(String)
    /// An element of a list by its place, from 0.
    case index(Int)
    /// An element of a list by what identifies it, such as `[name=app]` or `[containerPort=53,protocol=UDP]`.
    case element([ElementKey])
}

/// One field by which an element of a list is told from the others.
package struct ElementKey: Sendable, Hashable {
    package var name: String
    package var value: Value

    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }

    /// Whether `element` is a mapping whose member `name` has this value.
    package func matches(_ element: Value) -> Bool {
        guard let member = element[name] else { return false }
        return SemanticDiff.equal(member, value)
    }
}

extension PathElement: CustomStringConvertible {
    /// `.image`, `[0]`, `[name=app]`, `["slipway.dev/revision"]`.
    package var description: String {
        switch self {
        case .key(let key): Self.isPlain(key) ? ".\(key)" : "[\(JSON.string(.string(key)))]"
        case .index(let index): "[\(index)]"
        case .element(let keys): "[" + keys.map { "\($0.name)=\($0.value.shortText)" }.joined(separator: ",") + "]"
        }
    }

    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""), UInt8(ascii: "/"): false
                default: byte > 0x20 && byte != 0x7F
                }
            }
    }
}

extension [PathElement] {
    /// As an operator writes it: `spec.template.spec.containers[name=app].image`. The root is `.`.
    package var text: String {
        if isEmpty { return "." }
        let text = map(\.description).joined()
        return text.hasPrefix(".") ? String(text.dropFirst()) : text
    }

    /// The same as `text`. An interpolated path is an interpolated array, so texts use `text`.
    package var description: String { text }
}

extension Value {
    /// A string as it is, everything else as compact JSON.
    package var shortText: String {
        if case .string(let string) = self { return string }
        return JSON.string(self)
    }

    /// The value at a path of any steps; `nil` when a step leads nowhere. The empty path is the value itself.
    package func value(at path: some Sequence<PathElement>) -> Value? {
        var value = self
        for step in path {
            let next: Value? =
                switch step {
                case .key(let key): value[key]
                case .index(let index): value[index]
                case .element(let keys): value.array?.first { element in keys.allSatisfy { $0.matches(element) } }
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}
