internal import Manifests

/// What type a plain scalar has. The rules are those of go-yaml v3, which kustomize uses and whose results match kubectl's in everything that
/// appears in manifests: YAML 1.2's core schema, and of YAML 1.1 the octal `0644`, `0b101` and `_` between digits.
/// `yes`, `no`, `on`, `off`, `y`, `n`, dates and base-60 numbers are strings.
enum ScalarResolution {
    static func resolve(_ text: String) -> Value {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(text) ?? special(text) ?? .string(text)
        case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "n"), UInt8(ascii: "N"),
            UInt8(ascii: "~"):
            return word(text) ?? .string(text)
        default: return .string(text)
        }
    }

    private static func word(_ text: String) -> Value? {
        switch text {
        case "true", "True", "TRUE": .bool(true)
        case "false", "False", "FALSE": .bool(false)
        case "null", "Null", "NULL", "~": .null
        default: nil
        }
    }

    /// The doubles that JSON does not have.
    private static func special(_ text: String) -> Value? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": .double(-.infinity)
        case ".nan", ".NaN", ".NAN": .double(.nan)
        default: nil
        }
    }

    static func number(_ text: String) -> Value? {
        var digits = Array(text.utf8)
        // Behind a dot in front go-yaml takes underscores between digits only; in what else starts a number it takes them anywhere.
        if digits.first != UInt8(ascii: ".") || separatesDigits(digits) { digits.removeAll { $0 == UInt8(ascii: "_") } }
        return integer(digits) ?? decimal(digits)
    }

    private static func separatesDigits(_ text: [UInt8]) -> Bool {
        func isDigit(_ index: Int) -> Bool { text.indices.contains(index) && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) }
        return text.indices.allSatisfy { text[$0] != UInt8(ascii: "_") || (isDigit($0 - 1) && isDigit($0 + 1)) }
    }

    private static func integer(_ digits: [UInt8]) -> Value? {
        var rest = digits[...]
        let negative = rest.first == UInt8(ascii: "-")
        if negative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        var radix: UInt64 = 10
        if rest.count > 1, rest.first == UInt8(ascii: "0") {
            rest.removeFirst()
            switch rest.first.map({ $0 | 0x20 }) {
            case UInt8(ascii: "x"): (radix, rest) = (16, rest.dropFirst())
            case UInt8(ascii: "o"): (radix, rest) = (8, rest.dropFirst())
            case UInt8(ascii: "b"): (radix, rest) = (2, rest.dropFirst())
            default: radix = 8
            }
        }
        guard !rest.isEmpty else { return nil }
        var magnitude: UInt64 = 0
        for byte in rest {
            guard let digit = digitValue(byte), digit < radix else { return nil }
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(digit)
            // A decimal that is too long is read as a double further on; the other radices have no double form.
            if overflow || carry { return nil }
            magnitude = sum
        }
        if negative {
            if magnitude <= Int64.min.magnitude { return .integer(Int64(truncatingIfNeeded: 0 &- magnitude)) }
            return radix == 10 ? .double(-Double(magnitude)) : nil
        }
        return Int64(exactly: magnitude).map { .integer($0) } ?? .double(Double(magnitude))
    }

    private static func digitValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`. A number past a double's range stays a string. One without fraction and exponent is an
    /// integer when it fits: `089`, which is not octal.
    private static func decimal(_ digits: [UInt8]) -> Value? {
        var index = 0
        func skipDigits() -> Int {
            let start = index
            while index < digits.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digits[index]) { index += 1 }
            return index - start
        }
        func skipSign() {
            if index < digits.count, digits[index] == UInt8(ascii: "+") || digits[index] == UInt8(ascii: "-") { index += 1 }
        }
        skipSign()
        let whole = skipDigits()
        var isWhole = true
        if index < digits.count, digits[index] == UInt8(ascii: ".") {
            index += 1
            isWhole = false
            if skipDigits() == 0 && whole == 0 { return nil }
        } else if whole == 0 {
            return nil
        }
        if index < digits.count, digits[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            isWhole = false
            skipSign()
            if skipDigits() == 0 { return nil }
        }
        guard index == digits.count else { return nil }
        let text = String(decoding: digits, as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let double = Double(swiftForm(text)), double.isFinite else { return nil }
        return .double(double)
    }

    /// Swift's parser wants a digit on both sides of the point.
    private static func swiftForm(_ text: String) -> String {
        guard let point = text.firstIndex(of: ".") else { return text }
        let before = text[..<point]
        let after = text[text.index(after: point)...]
        let leading = before.last?.isNumber == true ? "" : "0"
        let trailing = after.first?.isNumber == true ? "" : "0"
        return before + leading + "." + trailing + after
    }
}
