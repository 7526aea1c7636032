/// When an Environment may be changed: in one of its windows, if it has any, and in none of its freezes. Ways back pass it.
package struct ChangeCalendar: Sendable, Hashable {
    /// A part of the day, on some days of the week. One that ends before it begins goes over midnight.
    package struct Window: Sendable, Hashable {
        package var days: Set<Weekday>
        /// Minutes since midnight.
        package var from: Int
        /// Not included; 1440 is the end of the day.
        package var to: Int
        /// A name of the IANA time zone database.
        package var timeZone: String

        package init(days: Set<Weekday>, from: Int, to: Int, timeZone: String) {
            self.days = days
            self.from = from
            self.to = to
            self.timeZone = timeZone
        }
    }

    /// Days on which nothing is changed, both included.
    package struct Freeze: Sendable, Hashable {
        package var from: CivilDate
        package var through: CivilDate
        package var timeZone: String
        package var reason: String

        package init(from: CivilDate, through: CivilDate, timeZone: String, reason: String) {
            self.from = from
            self.through = through
            self.timeZone = timeZone
            self.reason = reason
        }
    }

    package var windows: [Window] = []
    package var freezes: [Freeze] = []

    package init() {}

    package var isEmpty: Bool { windows.isEmpty && freezes.isEmpty }

    package var timeZones: [String] { windows.map(\.timeZone) + freezes.map(\.timeZone) }

    /// What stands in the way at a moment; `nil` when nothing does. A time zone that nobody knows keeps it closed.
    package func blocker(at now: Timestamp, zones: TimeZones) -> Blocker? {
        for freeze in freezes {
            guard let local = zones.local(now, in: freeze.timeZone) else { return .unknownTimeZone(freeze.timeZone) }
            guard freeze.from <= local.date, local.date <= freeze.through else { continue }
            let end = zones.moment(freeze.through.next, minute: 0, in: freeze.timeZone)
            return .freeze(reason: freeze.reason, until: end)
        }
        guard !windows.isEmpty else { return nil }
        for window in windows {
            guard let isOpen = window.isOpen(at: now, zones: zones) else { return .unknownTimeZone(window.timeZone) }
            if isOpen { return nil }
        }
        return .window(opensAt: windows.compactMap { $0.nextOpening(after: now, zones: zones) }.min())
    }
}

extension ChangeCalendar.Window {
    /// `nil` when its time zone is not known.
    func isOpen(at now: Timestamp, zones: TimeZones) -> Bool? {
        guard let local = zones.local(now, in: timeZone) else { return nil }
        if from < to { return days.contains(local.date.weekday) && from <= local.minute && local.minute < to }
        let isAfterStart = days.contains(local.date.weekday) && from <= local.minute
        let isBeforeEnd = days.contains(local.date.previous.weekday) && local.minute < to
        return isAfterStart || isBeforeEnd
    }

    /// The first moment after `now` at which it opens.
    func nextOpening(after now: Timestamp, zones: TimeZones) -> Timestamp? {
        guard var date = zones.local(now, in: timeZone)?.date else { return nil }
        // A week has every day; one more for what of today has passed.
        for _ in 0...7 {
            if days.contains(date.weekday), let opening = zones.moment(date, minute: from, in: timeZone), opening > now {
                return opening
            }
            date = date.next
        }
        return nil
    }
}
