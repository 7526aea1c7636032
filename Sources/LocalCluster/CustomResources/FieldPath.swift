internal import Manifests

/// The JSON paths of printer columns: names, indexes, `[*]`, `['name']` and filters of one comparison.
struct FieldPath: Sendable {
    private enum Step: Sendable {
        case member(String)
        case index(Int)
        case all
        /// `[?(@.type=="Ready")]`
        case filter(path: [String], isEqual: Bool, value: Value)
    }

    private let steps: [Step]

    /// Nil for what is not read.
    init?(_ text: String) {
        var rest = text[...]
        guard rest.first == "." || rest.first == "[" else { return nil }
        var steps: [Step] = []
        while let next = rest.first {
            if next == "." {
                rest = rest.dropFirst()
                let name = Self.name(&rest)
                if !name.isEmpty { steps.append(name == "*" ? .all : .member(name)) } else if rest.first != "[" { return nil }
            } else if next == "[", let inner = Self.bracket(&rest), let step = Self.step(inner) {
                steps.append(step)
            } else {
                return nil
            }
        }
        self.steps = steps
    }

    /// The values that it leads to, in their order.
    func values(in object: Value) -> [Value] {
        var current = [object]
        for step in steps { current = current.flatMap { Self.apply(step, to: $0) } }
        return current
    }

    private static func apply(_ step: Step, to value: Value) -> [Value] {
        switch step {
        case .member(let name): return value[name].map { [$0] } ?? []
        case .index(let index):
            guard let elements = value.array else { return [] }
            let position = index < 0 ? elements.count + index : index
            return elements.indices.contains(position) ? [elements[position]] : []
        case .all: return value.array ?? value.object?.values ?? []
        case .filter(let path, let isEqual, let wanted):
            return (value.array ?? []).filter { element in
                var member: Value? = element
                for name in path { member = member?[name] }
                return (member == wanted) == isEqual
            }
        }
    }

    /// A backslash takes the next character as it is: `.metadata.labels.example\.com/name`.
    private static func name(_ text: inout Substring) -> String {
        var name = ""
        while let next = text.first, next != ".", next != "[" {
            text = text.dropFirst()
            if next == "\\", let escaped = text.popFirst() { name.append(escaped) } else { name.append(next) }
        }
        return name
    }

    private static func bracket(_ text: inout Substring) -> Substring? {
        var quote: Character?
        var index = text.index(after: text.startIndex)
        let start = index
        while index < text.endIndex {
            let next = text[index]
            if let open = quote {
                if next == "\\" { index = text.index(after: index) } else if next == open { quote = nil }
                if index == text.endIndex { return nil }
            } else if next == "'" || next == "\"" {
                quote = next
            } else if next == "]" {
                defer { text = text[text.index(after: index)...] }
                return text[start..<index]
            }
            index = text.index(after: index)
        }
        return nil
    }

    private static func step(_ text: Substring) -> Step? {
        if text == "*" { return .all }
        if let index = Int(text) { return .index(index) }
        if let name = quoted(text) { return .member(name) }
        guard text.hasPrefix("?("), text.hasSuffix(")") else { return nil }
        let condition = text.dropFirst(2).dropLast()
        for (word, isEqual) in [("==", true), ("!=", false)] {
            guard let range = condition.firstRange(of: word) else { continue }
            let left = condition[..<range.lowerBound].trimmingSpaces
            let right = condition[range.upperBound...].trimmingSpaces
            guard left.hasPrefix("@.") else { return nil }
            let path = left.dropFirst(2).split(separator: ".").map(String.init)
            let value: Value
            if let text = quoted(right[...]) {
                value = .string(text)
            } else if let number = Int64(right) {
                value = .integer(number)
            } else if right == "true" || right == "false" {
                value = .bool(right == "true")
            } else {
                return nil
            }
            return .filter(path: path, isEqual: isEqual, value: value)
        }
        return nil
    }

    private static func quoted(_ text: Substring) -> String? {
        guard text.count >= 2, let first = text.first, first == "'" || first == "\"", text.last == first else { return nil }
        return String(text.dropFirst().dropLast().filter { $0 != "\\" })
    }
}
