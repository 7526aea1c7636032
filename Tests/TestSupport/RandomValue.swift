package import Manifests

/// Makes values that look for trouble: keys and strings that readers take for something else, odd numbers, empty and nested collections.
package struct RandomValue {
    private var random: SeededGenerator

    package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    package mutating func value(depth: Int = 0) -> Value {
        switch Int.random(in: 0..<(depth > 4 ? 6 : 10), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .integer(integer())
        case 3: .double(double())
        case 4, 5: .string(string())
        case 6, 7: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth + 1) })
        default: object(depth: depth)
        }
    }

    package mutating func object(depth: Int = 0) -> Value {
        var object = Object()
        for _ in 0..<Int.random(in: 0...5, using: &random) { object[string()] = value(depth: depth + 1) }
        return .object(object)
    }

    package mutating func integer() -> Int64 {
        let shift = Int.random(in: 0..<64, using: &random)
        return Int64(truncatingIfNeeded: random.next()) >> Int64(shift)
    }

    package mutating func double() -> Double {
        let candidate = Bool.random(using: &random) ? Double(bitPattern: random.next()) : Double.random(in: -1000...1000, using: &random)
        return candidate.isFinite && candidate != 0 ? candidate : 0.5
    }

    package mutating func string() -> String {
        if Int.random(in: 0..<3, using: &random) > 0 { return Self.strings.randomElement(using: &random) ?? "" }
        let count = Int.random(in: 0...12, using: &random)
        return (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
    }

    private static let strings = [
        "", " ", "a", "app", "name", "true", "True", "yes", "NO", "on", "Off", "y", "n", "null", "~", "Null", "<<", "=", "0", "-1", "0644",
        "0x1F", "0o17", "0b1", "1_000", "1e3", "1.", ".5",
        "+.inf", ".nan", "-", "- a", "--- a", "---", "...", "?", "? a", ":", ": a", "a:", "a: b", "a #b", "#a", "@a", "`a", "%a", "!a",
        "&a", "*a", "[a", "{a", "a]", "a, b", "|", ">", "'a'",
        "\"a\"", "it's", "2026-01-31", "2026-01-31T10:00:00Z", "12:30:45", "1:2", "a\nb", "a\nb\n", "a\n\n", "\na", "  a\nb", "a \nb",
        "\ta\nb", "a\tb", "\n", "a\r\nb", "\u{0}", "\u{7}", "\u{85}",
        "\u{2028}", "\u{FEFF}a", "é", "日本語", "😀", "a\\b", "line one\n  indented\n\nlast", "# comment\nkey: value\n", "089", "1e400", "08",
        "-0", "+1", "0.0", "a\n ", "--- \na", "...\na\n",
        "a/b", "app.kubernetes.io/name", "$patch", String(repeating: "k", count: 1100), "1.5.2", "v1", "8080:80", "100m", "1Gi", "0x", "0b",
        "0o", "_1", "1__0", ".", "..", "+", "e3", "infinity", "nan",
    ]

    private static let pieces = [
        "a", "b", " ", "\n", ":", "#", "-", "'", "\"", "\\", "é", "0", "1", ".", "\t", "{", "]", ",", "😀", "x", "\u{1}", "|", "&", "~",
    ]
}
