package import Manifests

extension EnvironmentPolicy.Promotion {
    init(reader: StrictReader, environment: String) {
        self.init()
        from = reader.label("from")
        if from == environment {
            reader.reject("from", "an environment cannot wait for itself; leave it out to take every revision of the branch")
        }
        approvals = reader.object("approvals", EnvironmentPolicy.Approvals.init(reader:))
        soak = reader.duration("soak", in: PolicyLimits.soak, default: soak)
        order = reader.choice("order", default: order)
        supersede = reader.choice("supersede", default: supersede)
        if order == .inOrder, supersede == .running {
            reader.reject("supersede", "cannot be running when order is inOrder: each revision is to be finished before the next")
        }
        group = reader.label("group")
        calendar.windows = reader.objects("windows", ChangeCalendar.Window.init(reader:))
        calendar.freezes = reader.objects("freezes", ChangeCalendar.Freeze.init(reader:))
        for (key, count) in [("windows", calendar.windows.count), ("freezes", calendar.freezes.count)]
        where count > PolicyLimits.calendarEntries {
            reader.reject(key, "has \(count) entries; at most \(PolicyLimits.calendarEntries) are allowed")
        }
    }
}

extension EnvironmentPolicy.Approvals {
    /// One rule written out, or several below `rules`.
    package init?(reader: StrictReader) {
        var rules: [Rule]
        if reader.has("rules") {
            rules = reader.objects("rules", Rule.init(reader:))
            for key in ["required", "role"] where reader.has(key) {
                reader.reject(key, "stands beside rules; write it as one of them")
            }
            if rules.isEmpty { reader.reject("rules", "must have at least one rule") }
            if rules.count > PolicyLimits.approvalRules {
                reader.reject("rules", "has \(rules.count) rules; at most \(PolicyLimits.approvalRules) are allowed")
            }
            let roles = rules.map(\.role)
            if let twice = roles.first(where: { role in roles.count { $0 == role } > 1 }) {
                reader.reject("rules", "asks for the role \(twice) twice; add up its required")
            }
        } else {
            rules = Rule(reader: reader).map { [$0] } ?? []
        }
        self.init(rules)
        expireAfter = reader.duration("expireAfter", in: PolicyLimits.approvalLife)
        allowsSelfApproval = reader.bool("selfApproval", default: allowsSelfApproval)
        guard !rules.isEmpty else { return nil }
    }
}

extension EnvironmentPolicy.Approvals.Rule {
    init?(reader: StrictReader) {
        let required = reader.requiredInteger("required", in: PolicyLimits.approvals)
        let role = reader.require("role", reader.label("role"))
        guard let required, let role else { return nil }
        self.init(required: required, role: role)
    }
}

extension ChangeCalendar.Window {
    init?(reader: StrictReader) {
        let days = reader.weekdays("days")
        let from = reader.require("from", reader.timeOfDay("from"))
        let to = reader.require("to", reader.timeOfDay("to"))
        if let from, from == to || from == 1440 { reader.reject("from", "must be another time of day than to, before 24:00") }
        let timeZone = reader.require("timeZone", reader.timeZone("timeZone"))
        guard let from, let to, let timeZone else { return nil }
        self.init(days: days, from: from, to: to, timeZone: timeZone)
    }
}

extension ChangeCalendar.Freeze {
    init?(reader: StrictReader) {
        let from = reader.require("from", reader.civilDate("from"))
        let through = reader.require("through", reader.civilDate("through"))
        if let from, let through, through < from { reader.reject("through", "must not be before from, \(from)") }
        let timeZone = reader.require("timeZone", reader.timeZone("timeZone"))
        let reason = reader.requiredString("reason")
        guard let from, let through, let timeZone, let reason else { return nil }
        self.init(from: from, through: through, timeZone: timeZone, reason: reason)
    }
}

extension StrictReader {
    /// `[Mon, Tue-Thu]`; all days when it is not there.
    fileprivate func weekdays(_ key: String) -> Set<Weekday> {
        guard has(key) else { return Set(Weekday.allCases) }
        var days: Set<Weekday> = []
        let texts = strings(key)
        if texts.isEmpty { reject(key, "must name at least one day, such as Mon or Mon-Fri") }
        for text in texts {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Weekday(rawValue: String($0)) }
            switch ends.count {
            case 1:
                if let day = ends[0] { days.insert(day) } else { rejectDay(key, text) }
            case 2:
                guard let first = ends[0], let last = ends[1] else {
                    rejectDay(key, text)
                    continue
                }
                days.formUnion(Weekday.days(from: first, through: last))
            default: rejectDay(key, text)
            }
        }
        return days
    }

    private func rejectDay(_ key: String, _ text: String) {
        let known = Weekday.allCases.map(\.rawValue)
        let near = NearestName.suggestion(for: text, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        reject(key, "\"\(text.prefix(80))\" is no day; write \(known.joined(separator: ", ")), or two of them as in Mon-Fri\(near)")
    }

    /// `HH:MM`, up to 24:00; minutes since midnight.
    fileprivate func timeOfDay(_ key: String) -> Int? {
        guard let text = nonEmptyString(key) else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.map(\.utf8.count) == [2, 2], text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x3A }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1440
        {
            return hour * 60 + minute
        }
        reject(key, "must be a time of day in quotes, such as \"09:30\", up to \"24:00\", not \"\(text.prefix(80))\"")
        return nil
    }

    fileprivate func civilDate(_ key: String) -> CivilDate? {
        guard let text = nonEmptyString(key) else { return nil }
        if let date = CivilDate(text) { return date }
        reject(key, "must be a day, such as 2026-12-24, not \"\(text.prefix(80))\"")
        return nil
    }

    /// Whether the machine knows it is looked at when it is used and by `slipway validate`; here only its form.
    fileprivate func timeZone(_ key: String) -> String? {
        guard let text = nonEmptyString(key) else { return nil }
        let isName = text.utf8.count <= 64 && text.wholeMatch(of: /[A-Za-z][A-Za-z0-9+_\-]*(?:\/[A-Za-z0-9+_\-]+)*/) != nil
        if isName { return text }
        reject(key, "must be a name of the time zone database, such as UTC or Europe/Berlin, not \"\(text.prefix(80))\"")
        return nil
    }
}

extension Weekday {
    /// Over the end of the week, too: `Sat-Mon`.
    static func days(from first: Weekday, through last: Weekday) -> Set<Weekday> {
        let all = allCases
        guard let start = all.firstIndex(of: first), let end = all.firstIndex(of: last) else { return [] }
        let count = (end - start + all.count) % all.count
        return Set((0...count).map { all[(start + $0) % all.count] })
    }
}
