/// A pattern as it is written.
indirect enum PatternNode: Sendable {
    case empty
    case any
    case set(PatternSet)
    case start
    case end
    case wordBoundary(Bool)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    case repetition(PatternNode, minimum: Int, maximum: Int?)
}

/// A set of characters.
struct PatternSet: Sendable {
    private(set) var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    init(_ ranges: [ClosedRange<UInt32>], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
    }

    init(_ scalar: Unicode.Scalar) { self.init([scalar.value...scalar.value]) }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    /// Adds what another set has. A negated one is turned into its ranges first.
    mutating func insert(_ other: PatternSet) {
        ranges += other.isNegated ? other.complement() : other.ranges
    }

    /// Adds the other case of the letters a-z that are in the set.
    mutating func foldCase() {
        for range in ranges {
            for (from, to) in [(UInt32(65), UInt32(97)), (97, 65)] {
                let low = max(range.lowerBound, from)
                let high = min(range.upperBound, from + 25)
                if low <= high { ranges.append(low - from + to...high - from + to) }
            }
        }
    }

    private func complement() -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }

    static let digit = PatternSet([48...57])
    static let word = PatternSet([48...57, 65...90, 95...95, 97...122])
    static let space = PatternSet([9...10, 12...13, 32...32])

    /// The class that `\d`, `\w`, `\s` or their negations name.
    static func named(_ letter: Unicode.Scalar) -> PatternSet? {
        switch letter {
        case "d": digit
        case "D": PatternSet(digit.ranges, isNegated: true)
        case "w": word
        case "W": PatternSet(word.ranges, isNegated: true)
        case "s": space
        case "S": PatternSet(space.ranges, isNegated: true)
        default: nil
        }
    }

    /// The class that `[:alpha:]` and its like name.
    static func posix(_ name: String) -> PatternSet? {
        switch name {
        case "alnum": PatternSet([48...57, 65...90, 97...122])
        case "alpha": PatternSet([65...90, 97...122])
        case "ascii": PatternSet([0...127])
        case "blank": PatternSet([9...9, 32...32])
        case "cntrl": PatternSet([0...31, 127...127])
        case "digit": digit
        case "graph": PatternSet([33...126])
        case "lower": PatternSet([97...122])
        case "print": PatternSet([32...126])
        case "punct": PatternSet([33...47, 58...64, 91...96, 123...126])
        case "space": PatternSet([9...13, 32...32])
        case "upper": PatternSet([65...90])
        case "word": word
        case "xdigit": PatternSet([48...57, 65...70, 97...102])
        default: nil
        }
    }
}
