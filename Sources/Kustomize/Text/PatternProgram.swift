/// A compiled pattern: a small machine whose states are followed all at once, one character of the name at a time.
struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        case any
        case set(PatternSet)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case wordBoundary(Bool)
        case match
    }

    /// More than any honest pattern needs; bounds what `{1000}` of a group may expand to.
    static let maximumInstructions = 20_000

    private let instructions: [Instruction]

    /// How much longer a look at a name takes than one by a plain pattern.
    var cost: Int { 1 + instructions.count / 64 }

    init(_ text: String) throws(Pattern.SyntaxError) {
        var parser = PatternParser(text)
        let node = try parser.parse()
        var instructions: [Instruction] = []
        try Self.compile(node, into: &instructions)
        instructions.append(.match)
        self.instructions = instructions
    }

    func matches(_ name: String) -> Bool {
        let scalars = Array(name.unicodeScalars)
        var current: [Int] = []
        var next: [Int] = []
        var seen = [Int](repeating: -1, count: instructions.count)
        add(0, to: &current, at: 0, scalars, &seen)
        for position in 0..<scalars.count {
            next.removeAll(keepingCapacity: true)
            for state in current {
                let accepts: Bool
                switch instructions[state] {
                case .any: accepts = scalars[position] != "\n"
                case .set(let set): accepts = set.contains(scalars[position])
                case .split, .jump, .start, .end, .wordBoundary, .match: accepts = false
                }
                if accepts { add(state + 1, to: &next, at: position + 1, scalars, &seen) }
            }
            swap(&current, &next)
            if current.isEmpty { return false }
        }
        return current.contains { state in
            if case .match = instructions[state] { true } else { false }
        }
    }

    /// Follows what needs no character. `seen` holds the last position at which a state was entered.
    private func add(_ first: Int, to states: inout [Int], at position: Int, _ scalars: [Unicode.Scalar], _ seen: inout [Int]) {
        var pending = [first]
        while let state = pending.popLast() {
            if seen[state] == position { continue }
            seen[state] = position
            switch instructions[state] {
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .start: if position == 0 { pending.append(state + 1) }
            case .end: if position == scalars.count { pending.append(state + 1) }
            case .wordBoundary(let wanted):
                let before = position > 0 && PatternSet.word.contains(scalars[position - 1])
                let after = position < scalars.count && PatternSet.word.contains(scalars[position])
                if (before != after) == wanted { pending.append(state + 1) }
            case .any, .set, .match: states.append(state)
            }
        }
    }

    private static func compile(_ node: PatternNode, into code: inout [Instruction]) throws(Pattern.SyntaxError) {
        guard code.count < maximumInstructions else { throw Pattern.SyntaxError(problem: "the pattern is too large") }
        switch node {
        case .empty: break
        case .any: code.append(.any)
        case .set(let set): code.append(.set(set))
        case .start: code.append(.start)
        case .end: code.append(.end)
        case .wordBoundary(let wanted): code.append(.wordBoundary(wanted))
        case .sequence(let nodes):
            for node in nodes { try compile(node, into: &code) }
        case .alternatives(let nodes): try compileAlternatives(nodes[...], into: &code)
        case .repetition(let node, let minimum, let maximum):
            for _ in 0..<minimum {
                let before = code.count
                try compile(node, into: &code)
                // Nothing, repeated: nested repetitions of it would be counted out one by one.
                if code.count == before { break }
            }
            if let maximum {
                try compileOptional(node, count: maximum - minimum, into: &code)
            } else {
                let split = code.count
                code.append(.split(split + 1, 0))
                try compile(node, into: &code)
                code.append(.jump(split))
                code[split] = .split(split + 1, code.count)
            }
        }
    }

    private static func compileAlternatives(
        _ nodes: ArraySlice<PatternNode>, into code: inout [Instruction]
    ) throws(Pattern.SyntaxError) {
        var exits: [Int] = []
        for (offset, node) in nodes.enumerated() {
            guard offset < nodes.count - 1 else {
                try compile(node, into: &code)
                break
            }
            let split = code.count
            code.append(.split(split + 1, 0))
            try compile(node, into: &code)
            exits.append(code.count)
            code.append(.jump(0))
            code[split] = .split(split + 1, code.count)
        }
        for exit in exits { code[exit] = .jump(code.count) }
    }

    private static func compileOptional(
        _ node: PatternNode, count: Int, into code: inout [Instruction]
    ) throws(Pattern.SyntaxError) {
        var splits: [Int] = []
        for _ in 0..<max(count, 0) {
            splits.append(code.count)
            code.append(.split(code.count + 1, 0))
            try compile(node, into: &code)
        }
        for split in splits { code[split] = .split(split + 1, code.count) }
    }
}
