/// The path and the query of a request, decoded with care: what is not valid is nil, never a trap and never a guess.
struct RequestTarget: Sendable, Hashable {
    /// Decoded parts between slashes. An encoded slash stays inside its part.
    let path: [String]
    /// A name given twice has its last value.
    let query: [String: String]

    init?(_ target: String) {
        guard target.utf8.count <= ServiceLimits.requestTargetBytes, target.utf8.first == UInt8(ascii: "/") else { return nil }
        let bytes = Array(target.utf8)
        let halves = bytes.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        var parts: [String] = []
        for part in halves[0].dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let decoded = Self.decoded(part) else { return nil }
            parts.append(decoded)
        }
        var query: [String: String] = [:]
        if halves.count == 2 {
            for pair in halves[1].split(separator: UInt8(ascii: "&")) {
                let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = Self.decoded(sides[0]), let value = sides.count == 2 ? Self.decoded(sides[1]) : "" else { return nil }
                query[name] = value
            }
        }
        path = parts
        self.query = query
    }

    /// Percent decoding of RFC 3986; the result must be UTF-8.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.contains(UInt8(ascii: "%")) else { return String(validating: bytes, as: UTF8.self) }
        var output: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                output.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
            output.append(high << 4 | low)
        }
        return String(validating: output, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
