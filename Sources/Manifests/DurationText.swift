/// Spans of time as people write them in configuration: `90s`, `5m`, `1h30m`, `250ms`, `1.5h`.
package enum DurationText {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("h", 3_600e9), ("m", 60e9), ("s", 1e9), ("ms", 1e6), ("us", 1e3), ("ns", 1),
    ]

    /// One or more numbers with a unit each (`h`, `m`, `s`, `ms`, `us`, `ns`), as Go's and Kubernetes' durations. `0` needs no unit. `nil` for
    /// anything else, for a negative span, and for one over 10 000 days.
    package static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        var nanoseconds = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(letters.count)
            guard let number = Double(digits), let unit = units.first(where: { $0.name == letters }) else { return nil }
            nanoseconds += number * unit.nanoseconds
        }
        guard nanoseconds <= 864e15 else { return nil }
        return .nanoseconds(Int64(nanoseconds.rounded()))
    }

    /// The same, and whole days (`90d`), which Go does not know: for what people count in days.
    package static func parseDays(_ text: String) -> Duration? {
        guard text.hasSuffix("d"), text.utf8.count <= 6, let days = UInt32(text.dropLast()) else { return parse(text) }
        return days <= 10_000 ? .seconds(Int64(days) * 86_400) : nil
    }

    /// The shortest such text: `1h30m`, `90ms`, `0s`. What is below a nanosecond is dropped.
    package static func string(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        if seconds < 0 || attoseconds < 0 { return "-" + string(.zero - duration) }
        var text = ""
        if seconds >= 3600 { text += "\(seconds / 3600)h" }
        if seconds % 3600 >= 60 { text += "\(seconds % 3600 / 60)m" }
        if seconds % 60 > 0 { text += "\(seconds % 60)s" }
        let nanoseconds = attoseconds / 1_000_000_000
        if nanoseconds > 0 {
            switch (nanoseconds % 1_000_000, nanoseconds % 1000) {
            case (0, _): text += "\(nanoseconds / 1_000_000)ms"
            case (_, 0): text += "\(nanoseconds / 1000)us"
            default: text += "\(nanoseconds)ns"
            }
        }
        return text.isEmpty ? "0s" : text
    }
}
