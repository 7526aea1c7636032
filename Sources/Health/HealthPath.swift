internal import Manifests

/// Where a value stands in an object: `.status.phase`, `.status.replicas[0].state`, `.metadata.annotations['example.com/state']`.
package struct HealthPath: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    package let text: String
    let steps: [Step]
    private static let maximumSteps = 32

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
                guard !name.isEmpty, !name.contains(where: { "]'\"*?@ ".contains($0) }) else { return nil }
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

    /// `0]` or `'a.b/c']`, after the bracket.
    private static func bracket(_ rest: Substring) -> (Step, Substring)? {
        if rest.first == "'" {
            let body = rest.dropFirst()
            guard let end = body.firstIndex(of: "'"), end > body.startIndex, body[body.index(after: end)...].first == "]" else {
                return nil
            }
            return (.key(String(body[..<end])), body[body.index(after: end)...].dropFirst())
        }
        guard let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end]), index >= 0 else { return nil }
        return (.index(index), rest[rest.index(after: end)...])
    }

    func value(in object: Value) -> Value? {
        var value = object
        for step in steps {
            switch step {
            case .key(let key):
                guard let next = value[key] else { return nil }
                value = next
            case .index(let index):
                guard let list = value.array, list.indices.contains(index) else { return nil }
                value = list[index]
            }
        }
        return value.isNull ? nil : value
    }
}
