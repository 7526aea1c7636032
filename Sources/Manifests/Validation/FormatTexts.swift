/// Kubernetes' notation of amounts: a number with a decimal (`m`, `k`, `M`), a binary (`Ki`, `Gi`) or an exponent suffix.
enum QuantityText {
    private static let suffixes: Set<Substring> = [
        "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
    ]

    static func isValid(_ text: String) -> Bool {
        var rest = text[...]
        if let sign = rest.first, sign == "+" || sign == "-" { rest.removeFirst() }
        let number = rest.prefix { isDigit($0) || $0 == "." }
        guard number.contains(where: isDigit), number.count(where: { $0 == "." }) <= 1 else { return false }
        let suffix = rest.dropFirst(number.count)
        return suffixes.contains(suffix) || isExponent(suffix)
    }

    /// `e3`, `E-2`.
    private static func isExponent(_ text: Substring) -> Bool {
        guard let first = text.first, first == "e" || first == "E" else { return false }
        var digits = text.dropFirst()
        if let sign = digits.first, sign == "+" || sign == "-" { digits.removeFirst() }
        return !digits.isEmpty && digits.allSatisfy(isDigit)
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) && character.isASCII }
}

/// The form of RFC 3339 times.
enum DateTimeText {
    static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, (bytes[10] | 0x20) == UInt8(ascii: "t") else { return false }
        let places: [(at: Int, count: Int, most: Int)] = [(0, 4, 9999), (5, 2, 12), (8, 2, 31), (11, 2, 23), (14, 2, 59), (17, 2, 60)]
        for place in places {
            guard let number = number(bytes[place.at..<(place.at + place.count)]), number <= place.most else { return false }
        }
        guard bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return false }
        return isZone(fraction(bytes[19...]))
    }

    private static func fraction(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard rest.first == UInt8(ascii: ".") else { return rest }
        return rest.dropFirst().drop { (0x30...0x39).contains($0) }
    }

    private static func isZone(_ zone: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(zone)
        if bytes.count == 1 { return (bytes[0] | 0x20) == UInt8(ascii: "z") }
        guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"), bytes[3] == UInt8(ascii: ":") else {
            return false
        }
        return (number(bytes[1...2]) ?? 99) <= 23 && (number(bytes[4...5]) ?? 99) <= 59
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
