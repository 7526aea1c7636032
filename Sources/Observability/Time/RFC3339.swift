/// Times as RFC 3339 text in UTC, without Foundation. Days are counted as in Howard Hinnant's description of the civil calendar.
package enum RFC3339 {
    /// `2026-01-31T08:30:00Z`
    package static func string(fromUnixSeconds seconds: Int64) -> String {
        String(decoding: bytes(seconds: clamped(seconds)) + [UInt8(ascii: "Z")], as: UTF8.self)
    }

    /// `2026-01-31T08:30:00.125Z`
    package static func string(fromUnixMilliseconds milliseconds: Int64) -> String {
        // Clamped first: what four digits can say is far from where the arithmetic would overflow.
        let milliseconds = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let seconds = floorDivide(milliseconds, 1000)
        let rest = milliseconds - seconds * 1000
        var text = bytes(seconds: seconds)
        text.append(UInt8(ascii: "."))
        appendDigits(rest, width: 3, to: &text)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Seconds since 1970, fractions dropped; nil if the text is not an RFC 3339 date-time.
    package static func unixSeconds(from text: String) -> Int64? {
        unixMilliseconds(from: text).map { floorDivide($0, 1000) }
    }

    /// Milliseconds since 1970, finer fractions dropped; offsets such as `+02:00` are understood, a leap second counts as the one before it.
    package static func unixMilliseconds(from text: String) -> Int64? {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"), let day = reader.number(2),
            reader.take("T") || reader.take("t") || reader.take(" "), let hour = reader.number(2), reader.take(":"),
            let minute = reader.number(2), reader.take(":"), let second = reader.number(2)
        else { return nil }
        guard (1...12).contains(month), day >= 1, day <= daysInMonth(month, year: year), hour <= 23, minute <= 59, second <= 60 else {
            return nil
        }
        guard let fraction = reader.fractionMilliseconds(), let offset = reader.offsetSeconds(), reader.isAtEnd else { return nil }
        let seconds = daysSinceEpoch(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + min(second, 59)
        return (seconds - offset) * 1000 + fraction
    }

    /// Years 0000 to 9999 are what four digits can say.
    private static func clamped(_ seconds: Int64) -> Int64 { min(max(seconds, -62_167_219_200), 253_402_300_799) }

    private static func bytes(seconds: Int64) -> [UInt8] {
        let days = floorDivide(seconds, 86_400)
        let rest = seconds - days * 86_400
        let date = civil(days: days)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        appendDigits(date.year, width: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        appendDigits(date.month, width: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        appendDigits(date.day, width: 2, to: &text)
        text.append(UInt8(ascii: "T"))
        appendDigits(rest / 3600, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendDigits(rest / 60 % 60, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendDigits(rest % 60, width: 2, to: &text)
        return text
    }

    private static func appendDigits(_ value: Int64, width: Int, to text: inout [UInt8]) {
        var digits: [UInt8] = []
        var rest = value
        for _ in 0..<width {
            digits.append(UInt8(48 + rest % 10))
            rest /= 10
        }
        text += digits.reversed()
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func daysInMonth(_ month: Int64, year: Int64) -> Int64 {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// The year is taken to begin in March, so that the leap day is its last.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
