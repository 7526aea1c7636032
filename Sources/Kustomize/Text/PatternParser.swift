/// Reads a regular expression in Go's syntax.
struct PatternParser {
    private static let maximumDepth = 100
    private static let maximumRepetition = 1_000

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var ignoresCase = false

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func parse() throws(Pattern.SyntaxError) -> PatternNode {
        let node = try alternatives()
        if position < scalars.count { throw problem("there is a ) without its (") }
        return node
    }

    private func problem(_ text: String) -> Pattern.SyntaxError { Pattern.SyntaxError(problem: text) }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func alternatives() throws(Pattern.SyntaxError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maximumDepth { throw problem("groups are nested too deeply") }
        var nodes = [try sequence()]
        while take("|") { nodes.append(try sequence()) }
        return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
    }

    private mutating func sequence() throws(Pattern.SyntaxError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            nodes.append(try repetition(of: try atom()))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func repetition(of node: PatternNode) throws(Pattern.SyntaxError) -> PatternNode {
        var result = node
        var wasRepeated = false
        while let scalar = next {
            let bounds: (minimum: Int, maximum: Int?)
            switch scalar {
            case "*": bounds = (0, nil)
            case "+": bounds = (1, nil)
            case "?": bounds = (0, 1)
            case "{":
                guard let counted = try countedBounds() else { return result }
                bounds = counted
            default: return result
            }
            if wasRepeated { throw problem("a repetition cannot be repeated") }
            if scalar != "{" { position += 1 }
            _ = take("?")  // The lazy form matches the same names.
            wasRepeated = true
            result = .repetition(result, minimum: bounds.minimum, maximum: bounds.maximum)
        }
        return result
    }

    /// `{2}`, `{2,}` or `{2,5}`; a brace that is none of them stands for itself.
    private mutating func countedBounds() throws(Pattern.SyntaxError) -> (minimum: Int, maximum: Int?)? {
        var end = position + 1
        var text = ""
        while end < scalars.count, scalars[end] != "}" {
            text.unicodeScalars.append(scalars[end])
            end += 1
        }
        guard end < scalars.count else { return nil }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let minimum = Int(first), minimum >= 0 else { return nil }
        var maximum: Int? = minimum
        if parts.count == 2 {
            maximum = Int(parts[1])
            if maximum == nil && !parts[1].isEmpty { return nil }
        }
        if minimum > Self.maximumRepetition || (maximum ?? 0) > Self.maximumRepetition { throw problem("{\(text)} is too many") }
        if let maximum, maximum < minimum { throw problem("{\(text)} ends before it begins") }
        position = end + 1
        return (minimum, maximum)
    }

    private mutating func atom() throws(Pattern.SyntaxError) -> PatternNode {
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case ".": return .any
        case "^": return .start
        case "$": return .end
        case "(": return try group()
        case "[": return .set(try bracketSet())
        case "\\": return try escape()
        case "*", "+", "?": throw problem("there is nothing before \(scalar) to repeat")
        default: return .set(folded(PatternSet(scalar)))
        }
    }

    private func folded(_ set: PatternSet) -> PatternSet {
        guard ignoresCase else { return set }
        var set = set
        set.foldCase()
        return set
    }

    private mutating func group() throws(Pattern.SyntaxError) -> PatternNode {
        let outerCase = ignoresCase
        if take("?") {
            if take("P") || next == "<" {
                guard take("<") else { throw problem("(?P must be followed by <name>") }
                while let scalar = next, scalar != ">" {
                    _ = scalar
                    position += 1
                }
                guard take(">") else { throw problem("a group's name does not end") }
            } else if try !flags() {
                return .empty  // (?i) goes on to the end of the group around it.
            }
        }
        let node = try alternatives()
        guard take(")") else { throw problem("there is a ( without its )") }
        ignoresCase = outerCase
        return node
    }

    /// Whether a group follows the flags.
    private mutating func flags() throws(Pattern.SyntaxError) -> Bool {
        var value = true
        while let flag = next {
            position += 1
            switch flag {
            case "i": ignoresCase = value
            case "m", "s", "U": break
            case "-": value = false
            case ":": return true
            case ")": return false
            default: throw problem("(?\(flag) is not known")
            }
        }
        throw problem("there is a ( without its )")
    }

    private mutating func escape() throws(Pattern.SyntaxError) -> PatternNode {
        guard let scalar = next else { throw problem("a \\ stands at the end") }
        position += 1
        switch scalar {
        case "b": return .wordBoundary(true)
        case "B": return .wordBoundary(false)
        case "A": return .start
        case "z": return .end
        default:
            if let set = PatternSet.named(scalar) { return .set(set) }
            return .set(folded(PatternSet(try escapedCharacter(scalar))))
        }
    }

    private mutating func escapedCharacter(_ scalar: Unicode.Scalar) throws(Pattern.SyntaxError) -> Unicode.Scalar {
        switch scalar {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "a": return "\u{07}"
        default:
            if PatternSet.posix("alnum")?.contains(scalar) == true { throw problem("\\\(scalar) is not known") }
            return scalar
        }
    }

    private mutating func bracketSet() throws(Pattern.SyntaxError) -> PatternSet {
        let isNegated = take("^")
        var set = PatternSet([])
        var isFirst = true
        while let scalar = next {
            if scalar == "]" && !isFirst {
                position += 1
                set = folded(set)
                set.isNegated = isNegated
                return set
            }
            isFirst = false
            if scalar == "[", let named = try posixClass() {
                set.insert(named)
                continue
            }
            position += 1
            var low = scalar
            if scalar == "\\" {
                guard let escaped = next else { break }
                position += 1
                if let named = PatternSet.named(escaped) {
                    set.insert(named)
                    continue
                }
                low = try escapedCharacter(escaped)
            }
            try insertRange(from: low, into: &set)
        }
        throw problem("there is a [ without its ]")
    }

    private mutating func insertRange(from low: Unicode.Scalar, into set: inout PatternSet) throws(Pattern.SyntaxError) {
        guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
            set.insert(low.value...low.value)
            return
        }
        position += 1
        var high = scalars[position]
        position += 1
        if high == "\\", let escaped = next {
            position += 1
            high = try escapedCharacter(escaped)
        }
        guard low.value <= high.value else { throw problem("the range \(low)-\(high) ends before it begins") }
        set.insert(low.value...high.value)
    }

    private mutating func posixClass() throws(Pattern.SyntaxError) -> PatternSet? {
        guard position + 1 < scalars.count, scalars[position + 1] == ":" else { return nil }
        var end = position + 2
        var name = ""
        while end + 1 < scalars.count, scalars[end] != ":" {
            name.unicodeScalars.append(scalars[end])
            end += 1
        }
        guard end + 1 < scalars.count, scalars[end + 1] == "]" else { return nil }
        let isNegated = name.hasPrefix("^")
        guard var set = PatternSet.posix(isNegated ? String(name.dropFirst()) : name) else {
            throw problem("[:\(name):] is not known")
        }
        set.isNegated = isNegated
        position = end + 2
        return set
    }
}
