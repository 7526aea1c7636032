/// An amount of a resource as the API writes it: `500m`, `1.5Gi`, `2e3`.
package struct ResourceQuantity: Sendable, Hashable, Comparable {
    private enum Form: Sendable { case decimal, binary, exponent }

    /// Billionths: what the API keeps of a fraction.
    private let nano: Int128
    private let form: Form
    private let text: String

    /// Nil for text that is no quantity, or one beyond what 128 bits hold.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        var position = 0
        var negative = false
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
            negative = bytes[position] == UInt8(ascii: "-")
            position += 1
        }
        var mantissa: Int128 = 0
        var fractionDigits = 0
        var digits = 0
        var seenPoint = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
            } else if byte >= 0x30, byte <= 0x39 {
                digits += 1
                guard digits <= 28 else { return nil }
                mantissa = mantissa * 10 + Int128(byte - 0x30)
                if seenPoint { fractionDigits += 1 }
            } else {
                break
            }
            position += 1
        }
        guard digits > 0 else { return nil }
        let suffix = String(decoding: bytes[position...], as: UTF8.self)
        let scaled: (Int128, Form)? = Self.scale(mantissa, suffix, fractionDigits)
        guard let (value, form) = scaled else { return nil }
        nano = negative ? -value : value
        self.form = form
        self.text = text
    }

    package init(thousandths: Int64) {
        nano = Int128(thousandths) * 1_000_000
        form = .decimal
        text = ""
    }

    private init(nano: Int128, form: Form) {
        self.nano = nano
        self.form = form
        text = "\(nano)n"
    }

    /// Written in the form of the first, as the API's own sums are; nothing is the form of the other.
    package static func + (left: ResourceQuantity, right: ResourceQuantity) -> ResourceQuantity {
        let (sum, overflow) = left.nano.addingReportingOverflow(right.nano)
        let form = left.nano == 0 ? right.form : left.form
        return ResourceQuantity(nano: overflow ? Int128(Int64.max) : sum, form: form == .exponent ? .decimal : form)
    }

    package static func < (left: ResourceQuantity, right: ResourceQuantity) -> Bool { left.nano < right.nano }
    package static func == (left: ResourceQuantity, right: ResourceQuantity) -> Bool { left.nano == right.nano }
    package func hash(into hasher: inout Hasher) { hasher.combine(nano) }

    /// In whole units, rounded up.
    package var value: Int64 { clamp((nano + (nano > 0 ? 999_999_999 : 0)) / 1_000_000_000) }
    /// In thousandths, rounded up: millicores of CPU.
    package var milli: Int64 { clamp((nano + (nano > 0 ? 999_999 : 0)) / 1_000_000) }
    package var isNegative: Bool { nano < 0 }

    /// The shortest spelling with a whole number before the suffix, which is how the API gives it back.
    package var canonical: String {
        if form == .exponent { return text }
        if nano == 0 { return "0" }
        let whole = nano % 1_000_000_000 == 0 ? nano / 1_000_000_000 : nil
        if form == .binary, let whole, abs(whole) >= 1024 {
            for (index, suffix) in Self.binarySuffixes.enumerated().reversed() {
                let unit = Int128(1) << Int128(10 * (index + 1))
                if whole % unit == 0 { return "\(whole / unit)\(suffix)" }
            }
        }
        var unit: Int128 = 1_000_000_000_000_000_000_000_000_000
        for suffix in ["E", "P", "T", "G", "M", "k", "", "m", "u", "n"] {
            if nano % unit == 0 { return "\(nano / unit)\(suffix)" }
            unit /= 1000
        }
        return text
    }

    private static let binarySuffixes = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    private static let decimalExponents = ["n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18]

    private static func scale(_ mantissa: Int128, _ suffix: String, _ fractionDigits: Int) -> (Int128, Form)? {
        if let index = binarySuffixes.firstIndex(of: suffix) {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: Int128(1) << Int128(10 * (index + 1)))
            guard !overflow, let value = times10(product, 9 - fractionDigits) else { return nil }
            return (value, .binary)
        }
        if let exponent = decimalExponents[suffix] {
            return times10(mantissa, 9 + exponent - fractionDigits).map { ($0, .decimal) }
        }
        guard let first = suffix.first, first == "e" || first == "E", let exponent = Int(suffix.dropFirst()), abs(exponent) <= 18 else {
            return nil
        }
        return times10(mantissa, 9 + exponent - fractionDigits).map { ($0, .exponent) }
    }

    /// Rounds up what is below a billionth.
    private static func times10(_ value: Int128, _ exponent: Int) -> Int128? {
        var value = value
        if exponent >= 0 {
            for _ in 0..<exponent {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                value = product
            }
        } else {
            for _ in 0..<(-exponent) { value = value / 10 + (value % 10 > 0 ? 1 : 0) }
        }
        return value
    }

    private func clamp(_ value: Int128) -> Int64 { Int64(clamping: value) }
}
