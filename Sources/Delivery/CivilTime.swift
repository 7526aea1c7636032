/// A day of the Gregorian calendar, without a time zone.
package struct CivilDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package var days: Int

    package init(days: Int) { self.days = days }

    /// `nil` unless the calendar has this day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Years begin in March, so that the leap day is the last of one.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        days = era * 146_097 + dayOfEra - 719_468
        guard parts == (year, month, day) else { return nil }
    }

    /// `2026-12-24`.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool { left.days < right.days }

    package var next: CivilDate { CivilDate(days: days + 1) }
    package var previous: CivilDate { CivilDate(days: days - 1) }

    package var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let index = ((days + 3) % 7 + 7) % 7
        return Weekday.allCases[index]
    }

    package var parts: (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    package var description: String {
        let (year, month, day) = parts
        func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

package enum Weekday: String, Sendable, Hashable, CaseIterable {
    case monday = "Mon"
    case tuesday = "Tue"
    case wednesday = "Wed"
    case thursday = "Thu"
    case friday = "Fri"
    case saturday = "Sat"
    case sunday = "Sun"
}

/// How far clocks are ahead of UTC, by zone and moment: the rules of it are data of the machine, and so are given.
package struct TimeZones: Sendable {
    /// Seconds east of UTC; `nil` when there is no such zone.
    package var offset: @Sendable (_ zone: String, _ at: Timestamp) -> Int?

    package init(offset: @escaping @Sendable (_ zone: String, _ at: Timestamp) -> Int?) { self.offset = offset }

    package static let utcOnly = TimeZones { zone, _ in zone == "UTC" ? 0 : nil }

    struct Local: Hashable {
        var date: CivilDate
        /// Since midnight.
        var minute: Int
    }

    func local(_ moment: Timestamp, in zone: String) -> Local? {
        guard let offset = offset(zone, moment) else { return nil }
        let seconds = moment.milliseconds.floored(by: 1000) + Int64(offset)
        let days = seconds.floored(by: 86_400)
        return Local(date: CivilDate(days: Int(days)), minute: Int((seconds - days * 86_400) / 60))
    }

    /// The moment at which clocks show this. Of the two that a clock set back makes it is the later; one that a clock set forward leaves
    /// out is taken for as much after the change.
    func moment(_ date: CivilDate, minute: Int, in zone: String) -> Timestamp? {
        let shown = (Int64(date.days) * 86_400 + Int64(minute) * 60) * 1000
        guard let first = offset(zone, Timestamp(milliseconds: shown)) else { return nil }
        let guess = Timestamp(milliseconds: shown - Int64(first) * 1000)
        guard let second = offset(zone, guess) else { return nil }
        return Timestamp(milliseconds: shown - Int64(second) * 1000)
    }
}

extension Int64 {
    /// Division that rounds down, as calendars count.
    fileprivate func floored(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
