import Manifests

/// A path of a replacement, such as `spec.template.spec.containers.[name=web].env.*.value`.
struct FieldQuery: Sendable {
    enum Step: Sendable, Hashable {
        case field(String)
        case index(Int)
        /// Elements whose field has the value; an empty field means the element itself.
        case element(field: String, value: String)
        case every
        /// `-`: the last element, and in a target that is made, a new one.
        case last
    }

    struct Failure: Error {
        var problem: String
    }

    let text: String
    let steps: [Step]

    init(_ text: String) {
        self.text = text
        steps = Self.split(text).map(Self.step)
    }

    /// At the dots that are neither escaped nor in brackets.
    static func split(_ text: String) -> [String] {
        var parts = [""]
        var isEscaped = false
        var depth = 0
        for character in text {
            if isEscaped {
                if character != "." { parts[parts.count - 1].append("\\") }
                parts[parts.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "." && depth == 0 {
                parts.append("")
            } else {
                if character == "[" { depth += 1 }
                if character == "]" { depth = max(depth - 1, 0) }
                parts[parts.count - 1].append(character)
            }
        }
        return parts.filter { !$0.isEmpty }
    }

    private static func step(_ part: String) -> Step {
        if part == "*" { return .every }
        if part == "-" { return .last }
        if let index = Int(part), index >= 0 { return .index(index) }
        if part.hasPrefix("["), part.hasSuffix("]"), let equals = part.firstIndex(of: "=") {
            let inside = part.index(after: part.startIndex)
            let end = part.index(before: part.endIndex)
            return .element(field: String(part[inside..<equals]), value: String(part[part.index(after: equals)..<end]))
        }
        // Brackets also shield the dots of a key: `[limits.memory]`.
        if part.hasPrefix("["), part.hasSuffix("]"), part.count > 2 { return .field(String(part.dropFirst().dropLast())) }
        return .field(part)
    }

    // MARK: Reading

    /// The one value at the path; `nil` when there is none.
    func value(in root: Value) -> Value? {
        var value = root
        for step in steps {
            guard let next = Self.next(step, in: value) else { return nil }
            value = next
        }
        return value
    }

    private static func next(_ step: Step, in value: Value) -> Value? {
        switch step {
        case .field(let key): value[key]
        case .index(let index): value[index] ?? value[String(index)]
        case .last: value.array?.last ?? value["-"]
        case .every: value["*"]
        case .element(let field, let wanted):
            value.array?.first { (field.isEmpty ? $0 : $0[field] ?? .null).scalarText == wanted }
        }
    }

    // MARK: Changing

    /// Calls `edit` on each value at the path and says how many there were. With `creation`, what is missing is made, ending in that.
    func edit(
        _ root: inout Value, creation: Value?, _ edit: (inout Value) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        try visit(&root, steps[...], creation, edit)
    }

    private func visit(
        _ value: inout Value, _ steps: ArraySlice<Step>, _ creation: Value?, _ edit: (inout Value) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        guard let step = steps.first else {
            try edit(&value)
            return 1
        }
        let rest = steps.dropFirst()
        switch step {
        case .field(let key): return try visitField(key, &value, rest, creation, edit)
        case .index(let index):
            if value.object != nil { return try visitField(String(index), &value, rest, creation, edit) }
            return try visitElements(&value, step, rest, creation, edit)
        case .element, .every, .last: return try visitElements(&value, step, rest, creation, edit)
        }
    }

    private func visitField(
        _ key: String, _ value: inout Value, _ rest: ArraySlice<Step>, _ creation: Value?,
        _ edit: (inout Value) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        if value.isNull, creation != nil { value = .object(Object()) }
        guard let object = value.object else {
            if value.isNull { return 0 }
            throw Failure(problem: "\(key) is looked for in \(value.typeName)")
        }
        if object[key] == nil && creation == nil { return 0 }
        let initial = Self.initial(rest, creation)
        return try value.editObject { (object: inout Object) throws(Failure) in
            try object.update(key, default: initial) { (member: inout Value) throws(Failure) in
                try visit(&member, rest, creation, edit)
            }
        } ?? 0
    }

    /// What a missing value becomes: what the next step needs, or at the end what the caller wants.
    private static func initial(_ rest: ArraySlice<Step>, _ creation: Value?) -> Value {
        switch rest.first {
        case .field?: .object(Object())
        case .index?, .element?, .every?, .last?: .array([])
        case nil: creation ?? .null
        }
    }

    private func visitElements(
        _ value: inout Value, _ step: Step, _ rest: ArraySlice<Step>, _ creation: Value?,
        _ edit: (inout Value) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        if value.isNull, creation != nil { value = .array([]) }
        guard let elements = value.array else {
            if value.isNull { return 0 }
            throw Failure(problem: "an element is looked for in \(value.typeName)")
        }
        var positions = try Self.positions(step, in: elements)
        if positions.isEmpty, creation != nil, let new = Self.newElement(step, elements.count, rest, creation) {
            value.editArray { $0.append(new) }
            positions = [elements.count]
        }
        if case .index(let index) = step, positions.isEmpty {
            throw Failure(problem: "the index \(index) is asked for, and there are \(elements.count) elements")
        }
        return try value.editArray { (elements: inout [Value]) throws(Failure) in
            var count = 0
            for position in positions { count += try visit(&elements[position], rest, creation, edit) }
            return count
        } ?? 0
    }

    private static func positions(_ step: Step, in elements: [Value]) throws(Failure) -> [Int] {
        switch step {
        case .every: return Array(elements.indices)
        case .index(let index): return elements.indices.contains(index) ? [index] : []
        case .last: return elements.isEmpty ? [] : [elements.count - 1]
        case .field: return []
        case .element(let field, let wanted):
            // kustomize matches these values as unanchored regular expressions.
            let pattern: Pattern
            do throws(Pattern.SyntaxError) {
                pattern = try Pattern(Pattern.isLiteral(wanted) ? wanted : ".*(?:\(wanted)).*")
            } catch {
                throw Failure(problem: "\"\(wanted)\" is not a regular expression: \(error.problem)")
            }
            return elements.indices.filter { position in
                let node = field.isEmpty ? elements[position] : elements[position][field] ?? .null
                guard let text = node.scalarText else { return false }
                return pattern.literal.map { text.utf8.count >= $0.utf8.count && text.contains($0) } ?? pattern.matches(text)
            }
        }
    }

    private static func newElement(_ step: Step, _ count: Int, _ rest: ArraySlice<Step>, _ creation: Value?) -> Value? {
        switch step {
        case .index(let index): index == count ? initial(rest, creation) : nil
        case .last: initial(rest, creation)
        case .element(let field, let value): field.isEmpty ? .string(value) : .object([field: Scalar.value(ofPlain: value)])
        case .every, .field: nil
        }
    }
}
