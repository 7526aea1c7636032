import Delivery
import Testing

@Suite struct ChangeCalendarTests {
    /// Berlin of 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    private static let zones = TimeZones { zone, at in
        guard zone == "Europe/Berlin" else { return zone == "UTC" ? 0 : nil }
        let summer = moment("2026-03-29", hour: 1)..<moment("2026-10-25", hour: 1)
        return summer.contains(at) ? 7200 : 3600
    }

    private static func moment(_ day: String, hour: Int, minute: Int = 0) -> Timestamp {
        Timestamp(milliseconds: Int64(CivilDate(day)?.days ?? 0) * 86_400_000 + Int64(hour * 60 + minute) * 60_000)
    }

    private func blocker(_ calendar: ChangeCalendar, _ at: Timestamp) -> Blocker? { calendar.blocker(at: at, zones: Self.zones) }

    private func calendar(
        _ from: Int, _ to: Int, days: Set<Weekday> = Set(Weekday.allCases), zone: String = "Europe/Berlin"
    ) -> ChangeCalendar {
        var calendar = ChangeCalendar()
        calendar.windows = [.init(days: days, from: from * 60, to: to * 60, timeZone: zone)]
        return calendar
    }

    @Test func everyDayOfFourCenturiesIsFoundAgain() throws {
        var date = try #require(CivilDate("1900-01-01"))
        var weekday = 0  // a Monday
        for _ in 0..<146_097 {
            let (year, month, day) = date.parts
            guard CivilDate(year: year, month: month, day: day) == date, date.weekday == Weekday.allCases[weekday] else {
                Issue.record("\(date) is not found again")
                return
            }
            date = date.next
            weekday = (weekday + 1) % 7
        }
        #expect(date.description == "2300-01-01")
        for wrong in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "2026-04-31", "x", ""] { #expect(CivilDate(wrong) == nil) }
        #expect(CivilDate("2024-02-29")?.description == "2024-02-29")
    }

    @Test func aWindowIsOpenInItsZone() {
        let office = calendar(9, 16, days: [.monday, .tuesday])
        // Monday in summer: 09:00 in Berlin is 07:00 UTC.
        #expect(blocker(office, Self.moment("2026-07-06", hour: 7)) == nil)
        #expect(blocker(office, Self.moment("2026-07-06", hour: 6, minute: 59)) == .window(opensAt: Self.moment("2026-07-06", hour: 7)))
        #expect(blocker(office, Self.moment("2026-07-06", hour: 14)) == .window(opensAt: Self.moment("2026-07-07", hour: 7)))
        #expect(blocker(office, Self.moment("2026-07-07", hour: 14)) == .window(opensAt: Self.moment("2026-07-13", hour: 7)))
        // From Friday over the end of summer time to Monday: an hour later in UTC.
        #expect(blocker(office, Self.moment("2026-10-23", hour: 12)) == .window(opensAt: Self.moment("2026-10-26", hour: 8)))
    }

    @Test func aWindowOverMidnightBelongsToTheDayOnWhichItOpens() {
        let night = calendar(22, 4, days: [.friday], zone: "UTC")
        #expect(blocker(night, Self.moment("2026-07-10", hour: 22)) == nil)
        #expect(blocker(night, Self.moment("2026-07-11", hour: 3, minute: 59)) == nil)
        #expect(blocker(night, Self.moment("2026-07-11", hour: 4)) == .window(opensAt: Self.moment("2026-07-17", hour: 22)))
        #expect(blocker(night, Self.moment("2026-07-10", hour: 3)) == .window(opensAt: Self.moment("2026-07-10", hour: 22)))
    }

    @Test func freezesWinAndEndWithTheirLastDay() throws {
        var calendar = calendar(0, 24, zone: "UTC")
        calendar.freezes = [
            .init(
                from: try #require(CivilDate("2026-12-20")), through: try #require(CivilDate("2026-12-24")), timeZone: "Europe/Berlin",
                reason: "holidays")
        ]
        let end = Self.moment("2026-12-24", hour: 23)
        #expect(blocker(calendar, Self.moment("2026-12-19", hour: 22, minute: 59)) == nil)
        #expect(blocker(calendar, Self.moment("2026-12-19", hour: 23)) == .freeze(reason: "holidays", until: end))
        #expect(blocker(calendar, Self.moment("2026-12-24", hour: 22, minute: 59)) == .freeze(reason: "holidays", until: end))
        #expect(blocker(calendar, end) == nil)
    }

    @Test func anUnknownZoneKeepsClosedAndForceAndRollbacksPass() {
        let strange = calendar(0, 24, zone: "Mars/Olympus")
        #expect(blocker(strange, Samples.now) == .unknownTimeZone("Mars/Olympus"))
        var policy = Samples.policy()
        policy.promotion.calendar = strange
        func verdict(_ release: Release) -> Blocker? {
            Admission.blocker(of: release, in: Samples.environment(), policy: policy, at: Samples.now, zones: Self.zones)
        }
        #expect(verdict(Samples.release()) == .unknownTimeZone("Mars/Olympus"))
        #expect(verdict(Samples.release(7, .rollback)) == nil)
        #expect(verdict(Samples.release(isForced: true)) == nil)
        var allowed = Samples.release()
        allowed.passesCalendar = true
        #expect(verdict(allowed) == nil)
    }

    @Test func whatWasSetForATimeEnds() throws {
        var state = Samples.environment()
        state = try #require(
            OperatorRequests.hold(state, by: Samples.ann, reason: "look", until: Samples.now + .seconds(60), at: Samples.now).environments
                .first)
        state = try #require(
            OperatorRequests.freeze(state, by: Samples.ann, reason: "sale", until: Samples.now + .seconds(120), at: Samples.now)
                .environments.first)
        #expect(OperatorRequests.expire(state, quarantine: nil, at: Samples.now + .seconds(59)).isEmpty)
        let first = OperatorRequests.expire(state, quarantine: nil, at: Samples.now + .seconds(60))
        #expect(first.environments.first?.hold == nil && first.environments.first?.freeze != nil)
        #expect(first.audit.map(\.action) == ["hold.expired"])
        let both = OperatorRequests.expire(state, quarantine: nil, at: Samples.now + .seconds(120))
        #expect(both.environments.first?.freeze == nil && both.audit.map(\.action) == ["hold.expired", "freeze.expired"])
    }
}
