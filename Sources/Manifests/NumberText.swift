/// The shortest text that reads back as the same double.
package enum NumberText {
    /// As ECMAScript, RFC 8785 and Go's encoder write it: no fraction for a whole number, an exponent below 1e-6 and from 1e21 on.
    /// JSON has no infinities and no NaN; they become `null`, as in ECMAScript. The YAML reader refuses them, so they do not come from a manifest.
    package static func json(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == 0 { return value.sign == .minus ? "-0" : "0" }
        if let integer = Int64(exactly: value), integer.magnitude < 1 << 53 { return String(integer) }
        let (digits, exponent) = decimal(value.magnitude)
        let sign = value < 0 ? "-" : ""
        let count = digits.utf8.count
        if exponent < -6 || exponent >= 21 {
            let fraction = count > 1 ? "." + digits.dropFirst() : ""
            return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(exponent.magnitude)"
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        if count <= exponent + 1 { return sign + digits + String(repeating: "0", count: exponent + 1 - count) }
        return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
    }

    /// With a fraction or exponent always, so that it reads back as a double: `1.0`, `1e+16`, `.inf`, `.nan`.
    package static func yaml(_ value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        return value.description
    }

    /// As go-yaml writes a number that has come through JSON: a whole one that fits 64 bits as an integer, others with an exponent of at
    /// least two digits below 1e-4 and from 1e6 on.
    package static func goYAML(_ value: Double) -> String {
        if let integer = Int64(exactly: value) { return String(integer) }
        guard value.isFinite else { return yaml(value) }
        let (digits, exponent) = decimal(value.magnitude)
        guard exponent < -4 || exponent >= 6 else { return json(value) }
        let fraction = digits.utf8.count > 1 ? "." + digits.dropFirst() : ""
        let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
        return "\(value < 0 ? "-" : "")\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(power)"
    }

    /// The significant digits of a positive number, and the power of ten of the first one.
    private static func decimal(_ value: Double) -> (digits: String, exponent: Int) {
        let parts = value.description.split(separator: "e")
        var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let point = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = point[0].drop { $0 == "0" }
        let fraction = point.count > 1 ? point[1] : ""
        var digits = String(whole + fraction)
        if whole.isEmpty {
            let zeros = digits.prefix { $0 == "0" }.count
            digits.removeFirst(zeros)
            exponent -= zeros + 1
        } else {
            exponent += whole.count - 1
        }
        while digits.hasSuffix("0") && digits.utf8.count > 1 { digits.removeLast() }
        return (digits, exponent)
    }
}
