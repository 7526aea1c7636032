/// A schedule as CronJobs have it: five fields, or one of the words that begin with `@`; pure.
///
/// Minute, hour, day of month, month, day of week, with lists, ranges, steps and English names; `?` is `*`. Of the two days one has to match when
/// both are restricted, else both.
package struct CronSchedule: Sendable, Hashable {
    package struct Problem: Error, Sendable, Hashable {
        package var message: String
    }

    private struct Field: Sendable, Hashable {
        var values: Set<Int>
        var isAny: Bool
    }

    private var minutes = Field(values: [], isAny: false)
    private var hours = Field(values: [], isAny: false)
    private var days = Field(values: [], isAny: false)
    private var months = Field(values: [], isAny: false)
    private var weekdays = Field(values: [], isAny: false)
    /// `@every`: so many seconds after the last time.
    private var interval: Int64?

    private static let words = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]
    private static let monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    package init(_ text: String) throws(Problem) {
        if text.hasPrefix("TZ=") || text.hasPrefix("CRON_TZ=") {
            throw Problem(message: "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
        }
        var text = text
        if text.hasPrefix("@every ") {
            guard let seconds = Self.duration(text.dropFirst(7)), seconds >= 1 else {
                throw Problem(message: "failed to parse duration \(text): time: invalid duration")
            }
            interval = seconds
            return
        }
        if text.hasPrefix("@") {
            guard let expression = Self.words[text] else { throw Problem(message: "unrecognized descriptor: \(text)") }
            text = expression
        }
        let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard fields.count == 5 else {
            throw Problem(message: "expected exactly 5 fields, found \(fields.count): [\(fields.joined(separator: " "))]")
        }
        minutes = try Self.field(fields[0], 0...59)
        hours = try Self.field(fields[1], 0...23)
        days = try Self.field(fields[2], 1...31)
        months = try Self.field(fields[3], 1...12, names: Self.monthNames, firstName: 1)
        weekdays = try Self.field(fields[4], 0...6, names: Self.dayNames, firstName: 0)
    }

    /// The first time after `time`; nil when there is none in five years (30 February).
    ///
    /// - Parameter offset: seconds east of UTC that the time zone has at a moment. A local time that a zone skips is skipped, one that it
    ///   has twice comes twice, as Kubernetes has it.
    package func next(after time: Timestamp, offset: (Int64) -> Int64) -> Timestamp? {
        if let interval { return Timestamp(seconds: time.seconds + interval) }
        var moment = (time.seconds / 60 + 1) * 60
        let end = moment + 5 * 366 * 86_400
        while moment < end {
            let local = moment + offset(moment)
            let minute = Int((local / 60) % 60)
            let hour = Int((local / 3600) % 24)
            let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
            if !matches(day: Int(day)) {
                // To the next local midnight; an hour at a time near the end of the day, where a zone may shift.
                moment += hour < 20 ? Int64((20 - hour) * 3600 - minute * 60) : Int64((60 - minute) * 60)
            } else if !hours.values.contains(hour) {
                moment += Int64((60 - minute) * 60)
            } else if !minutes.values.contains(minute) {
                moment += 60
            } else {
                return Timestamp(seconds: moment)
            }
        }
        return nil
    }

    private func matches(day: Int) -> Bool {
        let date = Timestamp(seconds: Int64(day) * 86_400).rfc3339
        guard let month = Int(date.dropFirst(5).prefix(2)), let number = Int(date.dropFirst(8).prefix(2)) else { return false }
        guard months.values.contains(month) else { return false }
        // 1 January 1970 was a Thursday.
        let weekday = ((day + 4) % 7 + 7) % 7
        let (isDay, isWeekday) = (days.values.contains(number), weekdays.values.contains(weekday))
        return days.isAny || weekdays.isAny ? isDay && isWeekday : isDay || isWeekday
    }

    // MARK: Reading

    private static func field(
        _ text: Substring, _ range: ClosedRange<Int>, names: [String] = [], firstName: Int = 0
    ) throws(Problem) -> Field {
        var field = Field(values: [], isAny: false)
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let first = pieces.first, pieces.count <= 2 else { throw Problem(message: "too many slashes: \(part)") }
            let ends = first.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count <= 2 else { throw Problem(message: "too many hyphens: \(part)") }
            var low: Int
            var high: Int
            if first == "*" || first == "?" {
                (low, high) = (range.lowerBound, range.upperBound)
                if pieces.count == 1 { field.isAny = true }
            } else {
                low = try number(ends[0], names, firstName)
                high = ends.count == 2 ? try number(ends[1], names, firstName) : pieces.count == 2 ? range.upperBound : low
            }
            let step = pieces.count == 2 ? try number(pieces[1], [], 0) : 1
            guard low >= range.lowerBound else {
                throw Problem(message: "beginning of range (\(low)) below minimum (\(range.lowerBound)): \(part)")
            }
            guard high <= range.upperBound else {
                throw Problem(message: "end of range (\(high)) above maximum (\(range.upperBound)): \(part)")
            }
            guard low <= high else { throw Problem(message: "beginning of range (\(low)) beyond end of range (\(high)): \(part)") }
            guard step > 0 else { throw Problem(message: "step of range should be a positive number: \(part)") }
            field.values.formUnion(stride(from: low, through: high, by: step))
        }
        return field
    }

    private static func number(_ text: Substring, _ names: [String], _ firstName: Int) throws(Problem) -> Int {
        if let index = names.firstIndex(of: text.lowercased()) { return index + firstName }
        guard let number = Int(text), number >= 0, text.first != "+" else {
            throw Problem(message: "failed to parse int from \(text): strconv.Atoi: parsing \"\(text)\": invalid syntax")
        }
        return number
    }

    /// `1h30m10s` in seconds.
    private static func duration(_ text: Substring) -> Int64? {
        var total: Int64 = 0
        var rest = text
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let count = Int64(digits), count < 1_000_000, let unit = rest.dropFirst(digits.count).first,
                let factor = ["h": 3600, "m": 60, "s": 1][unit] as Int64?
            else { return nil }
            total += count * factor
            rest = rest.dropFirst(digits.count + 1)
        }
        return total
    }
}
