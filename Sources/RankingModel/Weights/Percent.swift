/// A percentage with at most two decimal places, kept exactly: 33.33 + 33.33 + 33.34 is 100.
package struct Percent: Sendable, Hashable, Comparable {
    package let hundredths: Int

    package init(hundredths: Int) { self.hundredths = hundredths }

    package init(_ whole: Int) { hundredths = whole.multipliedReportingOverflow(by: 100).overflow ? Int.max : whole * 100 }

    /// Reads `15`, `12.5`, `0.25`. No sign other than a minus, no exponent, no third decimal place, no space.
    package init?(parsing text: String) {
        var bytes = Array(text.utf8)
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { bytes.removeFirst() }
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...6).contains(whole.count), let wholeValue = Self.number(whole) else { return nil }
        var fraction = 0
        if parts.count == 2 {
            guard (1...2).contains(parts[1].count), let digits = Self.number(parts[1]) else { return nil }
            fraction = parts[1].count == 1 ? digits * 10 : digits
        }
        let value = wholeValue * 100 + fraction
        hundredths = negative ? -value : value
    }

    package static func < (left: Percent, right: Percent) -> Bool { left.hundredths < right.hundredths }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 48)
        }
        return value
    }
}

extension Percent: CustomStringConvertible {
    /// The shortest decimal text: `15`, `12.5`.
    package var description: String { DecimalText.make(hundredths, places: 2) }
}
