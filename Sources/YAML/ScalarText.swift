internal import Manifests

/// How a scalar is written so that every reader, also one of YAML 1.1, reads the same value back.
///
/// The choice of quotes is kustomize's: double quotes when plain text would have another type, single quotes when it would be other syntax, double quotes
/// again for what needs escapes, and a literal block for text of several lines.
enum ScalarText {
    /// The text on one line; `nil` for a string that goes into a literal block.
    static func inline(_ value: Value) -> String? {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): NumberText.yaml(value)
        case .string(let text): isLiteral(text) ? nil : quoted(text)
        case .array: "[]"
        case .object: "{}"
        }
    }

    static func key(_ text: String) -> String { isEvidentlyPlain(text) ? text : quoted(text) }

    /// A quick yes for most texts of a manifest: a letter, then only letters, digits and marks that mean nothing to YAML there, and none of
    /// the words that are booleans or null to some reader. Everything else is left to the exact rules.
    static func isEvidentlyPlain(_ text: String) -> Bool {
        var isFirst = true
        var last: UInt8 = 0
        /// The last eight bytes in lower case, as one number.
        var word: UInt64 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-")...UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: ":"),
                UInt8(ascii: "@"):
                if isFirst { return false }
            default: return false
            }
            isFirst = false
            last = byte
            word = word << 8 | UInt64(byte | 0x20)
        }
        return !isFirst && last != UInt8(ascii: ":") && (text.utf8.count > 5 || !words.contains(word))
    }

    private static let words = Set(
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].map { word in word.utf8.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } })

    /// A literal block with its header; the lines stand at `indent`.
    static func literal(_ text: String, indent: Int) -> String {
        var block = "|"
        if let first = text.utf8.first, first == 0x20 || first == 0x0A || first == 0x09 { block += "2" }
        if !text.hasSuffix("\n") {
            block += "-"
        } else if text.hasSuffix("\n\n") {
            block += "+"
        }
        let pad = String(repeating: " ", count: indent)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if text.hasSuffix("\n") { lines.removeLast() }
        for line in lines { block += line.isEmpty ? "\n" : "\n\(pad)\(line)" }
        return block
    }

    /// The text with the quotes that it needs, by the exact rules.
    static func quoted(_ text: String) -> String {
        let traits = Traits(text)
        if traits.needsEscapes { return doubleQuoted(text) }
        if changesType(text) { return doubleQuoted(text) }
        if traits.isPlainSyntax { return text }
        return singleQuoted(text)
    }

    /// By unicode scalars: a quote with a combining mark behind it is one character to Swift, and still a quote to YAML.
    static func singleQuoted(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "'")) else { return "'\(text)'" }
        var quoted = "'"
        for scalar in text.unicodeScalars {
            quoted.unicodeScalars.append(scalar)
            if scalar == "'" { quoted.unicodeScalars.append(scalar) }
        }
        return quoted + "'"
    }

    /// Whether single quotes can hold it on one line.
    static func needsEscapes(_ text: String) -> Bool { Traits(text).needsEscapes }

    /// Whether the plain text would be read as something else than this string, by a reader of YAML 1.2 or of 1.1.
    private static func changesType(_ text: String) -> Bool {
        if text.isEmpty || text == "<<" || text == "=" { return true }
        if case .string = ScalarResolution.resolve(text) {} else { return true }
        return isOldBoolean(text) || isTimestamp(text) || isBase60(text) || isOldNumber(text)
    }

    private static func isOldBoolean(_ text: String) -> Bool {
        switch text {
        case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF": true
        default: false
        }
    }

    /// `2026-01-31`, alone or before a time: go-yaml reads a date.
    private static func isTimestamp(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 8, bytes[..<4].allSatisfy(isDigit), bytes[4] == UInt8(ascii: "-") else { return false }
        let parts = text.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, (1...2).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(isDigit) else { return false }
        let day = parts[2].utf8.prefix { isDigit($0) }.count
        guard (1...2).contains(day) else { return false }
        guard let next = parts[2].utf8.dropFirst(day).first else { return true }
        return next == UInt8(ascii: "T") || next == UInt8(ascii: "t") || next == 0x20 || next == 0x09
    }

    /// `12:30:45` is a number in YAML 1.1.
    private static func isBase60(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: ":")) else { return false }
        let unsigned = text.drop { $0 == "+" || $0 == "-" }
        guard let first = unsigned.utf8.first, isDigit(first) else { return false }
        return unsigned.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") }
    }

    /// Digits with underscores between, before or behind them, which older readers take for a number in more ways than go-yaml, or fail to: `0x_`, `1_0.5_`.
    private static func isOldNumber(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "_")), let first = text.utf8.first, isDigit(first) || "+-.".utf8.contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { isDigit($0) || "abcdefABCDEFxXoO_.+-".utf8.contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    // MARK: Blocks and escapes

    /// Text of several lines that a literal block keeps exactly: nothing to escape, no blank before a line break or at the end.
    private static func isLiteral(_ text: String) -> Bool {
        guard text.utf8.contains(0x0A), text.unicodeScalars.contains(where: { $0 != "\n" && $0 != " " && $0 != "\t" }) else { return false }
        var previous: Unicode.Scalar = "\n"
        for scalar in text.unicodeScalars {
            guard scalar == "\n" || scalar == "\t" || isPrintable(scalar) else { return false }
            if scalar == "\n" && (previous == " " || previous == "\t") { return false }
            previous = scalar
        }
        return previous != " " && previous != "\t"
    }

    /// Printable by YAML and not a line break to any of its versions.
    fileprivate static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default:
                if isPrintable(scalar) { quoted.unicodeScalars.append(scalar) } else { quoted += escape(scalar) }
            }
        }
        return quoted + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let (letter, width) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
        return "\\\(letter)" + String(repeating: "0", count: width - digits.utf8.count) + digits
    }

    /// What the characters of a text allow.
    private struct Traits {
        var needsEscapes = false
        /// Can stand without quotes in block style, as a key or a value.
        var isPlainSyntax = true

        init(_ text: String) {
            var previous: Unicode.Scalar?
            for scalar in text.unicodeScalars {
                if !ScalarText.isPrintable(scalar) { needsEscapes = true }
                if scalar == "#" && previous == " " { isPlainSyntax = false }
                if previous == ":" && scalar == " " { isPlainSyntax = false }
                previous = scalar
            }
            guard let first = text.unicodeScalars.first, let last = previous else { return }
            if first == " " || last == " " || last == ":" { isPlainSyntax = false }
            switch first {
            case "-", "?", ":":
                let second = text.unicodeScalars.dropFirst().first
                if second == nil || second == " " { isPlainSyntax = false }
                if text.hasPrefix("---") { isPlainSyntax = false }
            case ",", "[", "]", "{", "}", "#", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`": isPlainSyntax = false
            default: if text.hasPrefix("...") { isPlainSyntax = false }
            }
        }
    }
}
