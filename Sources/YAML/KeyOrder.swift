/// The order in which go-yaml 2 writes the keys of a mapping, and so `kustomize build` and `kubectl -o yaml`: letters after everything else,
/// and numbers within keys by their value, `a9` before `a10`.
enum KeyOrder {
    /// The positions of the keys in this order.
    static func sorted(_ keys: [String]) -> [Int] {
        let positions = Array(keys.indices)
        let isSorted = positions.dropFirst().allSatisfy { precedes(keys[$0 - 1], keys[$0]) }
        return isSorted ? positions : positions.sorted { precedes(keys[$0], keys[$1]) }
    }

    static func precedes(_ left: String, _ right: String) -> Bool {
        var (lefts, rights) = (left.utf8.makeIterator(), right.utf8.makeIterator())
        // Whether digits with a value stand right before the place that is looked at: a zero then belongs to a number and does not lead one.
        var isWithinNumber = false
        while true {
            switch (lefts.next(), rights.next()) {
            case (let byte?, let other?) where byte == other:
                isWithinNumber = isDigit(byte) && (isWithinNumber || byte != UInt8(ascii: "0"))
            case (let byte?, let other?):
                if byte >= 0x80 || other >= 0x80 { return precedesByScalars(left, right) }
                let (isLetter, otherIsLetter) = (isLetter(byte), isLetter(other))
                if isLetter && otherIsLetter { return byte < other }
                if isLetter || otherIsLetter { return otherIsLetter }
                let prefix = isWithinNumber && (byte == UInt8(ascii: "0") || other == UInt8(ascii: "0")) ? UInt64(1) : 0
                let number = Number(byte, &lefts, prefix: prefix)
                let otherNumber = Number(other, &rights, prefix: prefix)
                if number.value != otherNumber.value { return number.value < otherNumber.value }
                return number.digits == otherNumber.digits ? byte < other : number.digits < otherNumber.digits
            case (nil, let rest): return rest != nil
            case (_?, nil): return false
            }
        }
    }

    /// Texts that differ first in a character outside of ASCII: by it alone, letters last.
    private static func precedesByScalars(_ left: String, _ right: String) -> Bool {
        for (one, other) in zip(left.unicodeScalars, right.unicodeScalars) where one != other {
            let (isLetter, otherIsLetter) = (one.properties.isAlphabetic, other.properties.isAlphabetic)
            return isLetter == otherIsLetter ? one < other : otherIsLetter
        }
        return false
    }

    /// A number that begins with a byte; of no digits when that is none.
    private struct Number {
        var value: UInt64
        var digits = 0

        init(_ first: UInt8, _ rest: inout String.UTF8View.Iterator, prefix: UInt64) {
            value = prefix
            var next: UInt8? = first
            while let byte = next, KeyOrder.isDigit(byte) {
                // Longer ones wrap around, as they do there.
                value = value &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
                digits += 1
                next = rest.next()
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }
}
