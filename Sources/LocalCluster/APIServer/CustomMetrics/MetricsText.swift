/// Reads the text format in which programs show their metrics to Prometheus; pure. What it cannot read it passes over: one odd line must
/// not hide the others.
enum MetricsText {
    struct Sample: Sendable, Hashable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    /// - Parameter name: only samples of this name; nil for all.
    static func samples(_ text: String, named name: String? = nil) -> [Sample] {
        text.split(whereSeparator: \.isNewline).lazy.compactMap { sample(in: $0, named: name) }.prefix(APIServerLimits.scrapedSamples)
            .map { $0 }
    }

    /// `name{label="value",...} number [timestamp]`
    private static func sample(in line: Substring, named wanted: String?) -> Sample? {
        var rest = line.drop { $0 == " " || $0 == "\t" }
        guard rest.first != "#" else { return nil }
        let name = rest.prefix { $0 != "{" && $0 != " " && $0 != "\t" }
        guard !name.isEmpty, wanted == nil || name == wanted ?? "" else { return nil }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            guard let (read, after) = readLabels(rest.dropFirst()) else { return nil }
            labels = read
            rest = after
        }
        guard let number = rest.split(whereSeparator: { $0 == " " || $0 == "\t" }).first, let value = Double(number), value.isFinite else {
            return nil
        }
        return Sample(name: String(name), labels: labels, value: value)
    }

    private static func readLabels(_ text: Substring) -> (labels: [String: String], rest: Substring)? {
        var labels: [String: String] = [:]
        var rest = text
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            if rest.first == "}" { return (labels, rest.dropFirst()) }
            let key = rest.prefix { $0 != "=" && $0 != "}" }
            rest = rest.dropFirst(key.count)
            guard rest.hasPrefix("=\"") else { return nil }
            rest = rest.dropFirst(2)
            var value = ""
            while let next = rest.first, next != "\"" {
                rest = rest.dropFirst()
                if next == "\\", let escaped = rest.first {
                    value.append(escaped == "n" ? "\n" : escaped)
                    rest = rest.dropFirst()
                } else {
                    value.append(next)
                }
            }
            guard rest.first == "\"" else { return nil }
            rest = rest.dropFirst()
            labels[key.filter { $0 != " " }] = value
        }
    }

    /// As the API writes an amount: whole, or in thousandths.
    static func quantity(_ value: Double) -> String {
        let thousandths = (value * 1000).rounded()
        guard abs(thousandths) < 9e18 else { return value < 0 ? "-9223372036854775807" : "9223372036854775807" }
        let whole = Int64(thousandths)
        return whole % 1000 == 0 ? String(whole / 1000) : "\(whole)m"
    }
}
