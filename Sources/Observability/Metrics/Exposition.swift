/// Prometheus' text format 0.0.4.
package enum Exposition {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func appendHead(_ description: MetricDescription, to output: inout String) {
        output += "# HELP \(description.name) \(escaped(description.help, quotes: false))\n"
        output += "# TYPE \(description.name) \(description.kind.rawValue)\n"
    }

    static func appendSample(_ name: String, labels: [String], values: [String], value: Double, to output: inout String) {
        output += name
        if !labels.isEmpty {
            output += "{"
            for (index, (label, text)) in zip(labels, values).enumerated() {
                if index > 0 { output += "," }
                output += "\(label)=\"\(escaped(text, quotes: true))\""
            }
            output += "}"
        }
        output += " \(number(value))\n"
    }

    /// Whole numbers without a fraction, the rest as the shortest text that reads back the same.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(.towardZero), abs(value) < 1e15 { return String(Int64(value)) }
        return value.description
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\"" where quotes: output += "\\\""
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
