internal import Manifests

/// Where a value stands in an object: `.status.phase`, `.status.replicas[0].state`, `.metadata.annotations['example.com/state']`,
/// `.status.shards[*].state` (of each element of a list or mapping), `.status.conditions[type=Ready].severity` (of the elements with
/// that member).
package struct HealthPath: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
        case each
        case with(key: String, value: String)
    }

    package let text: String
    let steps: [Step]
    private static let maximumSteps = 32
    /// What a path with `[*]` looks at: an object of the API has at most 1.5 MiB, and one list of it no more entries than this.
    private static let maximumValues = 10_000

    /// `nil` when the text is no such path.
    package init?(_ text: String) {
        guard text.hasPrefix("."), text.utf8.count <= 1024 else { return nil }
        var steps: [Step] = []
        var rest = text[...]
        while let first = rest.first {
            rest.removeFirst()
            switch first {
            case ".":
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard Self.isName(name) else { return nil }
                steps.append(.key(String(name)))
                rest = rest.dropFirst(name.count)
            case "[":
                guard let (step, after) = Self.bracket(rest) else { return nil }
                steps.append(step)
                rest = after
            default: return nil
            }
            guard steps.count <= Self.maximumSteps else { return nil }
        }
        self.text = text
        self.steps = steps
    }

    private init(nothing: Void) {
        text = ""
        steps = [.with(key: "", value: "")]
    }

    /// Finds nothing in any object.
    static let nowhere = HealthPath(nothing: ())

    private static func isName(_ name: Substring) -> Bool { !name.isEmpty && !name.contains { "]'\"*?@= ".contains($0) } }

    /// `0]`, `*]`, `type=Ready]` or `'a.b/c']`, after the bracket.
    private static func bracket(_ rest: Substring) -> (Step, Substring)? {
        if rest.first == "'" {
            let body = rest.dropFirst()
            guard let end = body.firstIndex(of: "'"), end > body.startIndex, body[body.index(after: end)...].first == "]" else {
                return nil
            }
            return (.key(String(body[..<end])), body[body.index(after: end)...].dropFirst())
        }
        guard let end = rest.firstIndex(of: "]") else { return nil }
        let inner = rest[..<end]
        let after = rest[rest.index(after: end)...]
        if inner == "*" { return (.each, after) }
        if let equals = inner.firstIndex(of: "=") {
            let value = inner[inner.index(after: equals)...]
            guard isName(inner[..<equals]), !value.isEmpty else { return nil }
            return (.with(key: String(inner[..<equals]), value: String(value)), after)
        }
        guard let index = Int(inner), index >= 0 else { return nil }
        return (.index(index), after)
    }

    /// The first value there.
    func value(in object: Value) -> Value? { values(in: object).first }

    /// All values there, without those that are null.
    func values(in object: Value) -> [Value] {
        var values = [object]
        for step in steps {
            values = Array(values.lazy.flatMap { Self.take(step, of: $0) }.prefix(Self.maximumValues))
            if values.isEmpty { return [] }
        }
        return values.filter { !$0.isNull }
    }

    private static func take(_ step: Step, of value: Value) -> [Value] {
        switch step {
        case .key(let key): value[key].map { [$0] } ?? []
        case .index(let index): value.array.flatMap { $0.indices.contains(index) ? [$0[index]] : nil } ?? []
        case .each: value.array ?? value.object.map { $0.map(\.value) } ?? []
        case .with(let key, let wanted): value.array?.filter { $0[key]?.scalarText == wanted } ?? []
        }
    }
}

extension Value {
    /// How a text, a number or a boolean is written; lists, mappings and null have no such form.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .bool, .integer, .double: JSON.string(self)
        case .null, .array, .object: nil
        }
    }

    /// Not there, for a test: null, "", [] and {} say no more than an absent field.
    var isEmpty: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        case .bool, .integer, .double: false
        }
    }
}
