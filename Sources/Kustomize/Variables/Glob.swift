/// A pattern of the shell: `*`, `?`, `[a-z]`, `[!a-z]`, and `\` before what is to mean itself.
///
/// All ways of matching are followed at once, so the time is that of the text's length times the pattern's.
struct Glob: Sendable, Hashable {
    private enum Token: Sendable, Hashable {
        case any
        case one
        case scalar(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)

        func matches(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .any, .one: true
            case .scalar(let own): own == scalar
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
            }
        }
    }

    private var tokens: [Token]

    init(_ pattern: String) {
        tokens = []
        var rest = Array(pattern.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": if tokens.last != .any { tokens.append(.any) }
            case "?": tokens.append(.one)
            case "\\": tokens.append(.scalar(rest.popFirst() ?? scalar))
            case "[": tokens.append(Self.set(&rest) ?? .scalar(scalar))
            default: tokens.append(.scalar(scalar))
            }
        }
    }

    /// The set after a "["; `nil`, and nothing taken, when it has no end and the bracket means itself.
    private static func set(_ rest: inout ArraySlice<Unicode.Scalar>) -> Token? {
        var inside = rest
        let isNegated = inside.first == "!" || inside.first == "^"
        if isNegated { inside = inside.dropFirst() }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let low = inside.popFirst() {
            if low == "]", !ranges.isEmpty {
                rest = inside
                return .set(ranges, isNegated: isNegated)
            }
            if inside.first == "-", let high = inside.dropFirst().first, high != "]" {
                inside = inside.dropFirst(2)
                // A range that runs backwards has nothing in it; the hyphen still stands for one entry.
                ranges.append(low <= high ? low...high : low...low)
            } else {
                ranges.append(low...low)
            }
        }
        return nil
    }

    var size: Int { tokens.count }

    var reversed: Glob {
        var other = self
        other.tokens.reverse()
        return other
    }

    /// How much of the beginning the whole pattern matches: the least, or the most; `nil` when it matches none.
    func prefixLength(of text: [Unicode.Scalar], longest: Bool) -> Int? {
        var places = [Bool](repeating: false, count: tokens.count + 1)
        places[0] = true
        passStars(&places)
        var found: Int? = places[tokens.count] ? 0 : nil
        for (index, scalar) in text.enumerated() {
            if found != nil, !longest { return found }
            var next = [Bool](repeating: false, count: tokens.count + 1)
            var isAlive = false
            for place in tokens.indices where places[place] && tokens[place].matches(scalar) {
                next[tokens[place] == .any ? place : place + 1] = true
                isAlive = true
            }
            guard isAlive else { break }
            passStars(&next)
            places = next
            if places[tokens.count] { found = index + 1 }
        }
        return found
    }

    private func passStars(_ places: inout [Bool]) {
        for place in tokens.indices where places[place] && tokens[place] == .any { places[place + 1] = true }
    }
}
