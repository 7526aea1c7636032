/// What a Release waits for, before its first write or between two steps of its rollout.
package enum Blocker: Sendable, Hashable {
    /// People of one role that are still to say yes.
    package struct MissingApproval: Sendable, Hashable {
        package var role: String
        package var count: Int

        package init(role: String, count: Int) {
            self.role = role
            self.count = count
        }
    }

    case approval(planHash: String, missing: [MissingApproval])
    case hold(reason: String)
    /// Nothing is changed on these days, or until somebody thaws it.
    case freeze(reason: String, until: Timestamp?)
    /// No change window is open.
    case window(opensAt: Timestamp?)
    /// A window or freeze cannot be told from the clock of this machine, and so keeps closed.
    case unknownTimeZone(String)
    /// The others of its group have not come as far.
    case group(name: String, waitingFor: [String])

    /// An operator's sentence.
    package var explanation: String {
        switch self {
        case .approval(let planHash, let missing):
            let people = missing.map { "\($0.count) approval\($0.count == 1 ? "" : "s") by role \($0.role)" }.joined(separator: " and ")
            return "waits for \(people) of plan \(planHash.prefix(12))"
        case .hold(let reason): return "waits: the environment is held (\(reason))"
        case .freeze(let reason, let until):
            return "waits: the environment is frozen\(until.map { " until \($0.utc)" } ?? "") (\(reason))"
        case .window(let opensAt):
            return "waits for its change window\(opensAt.map { ", which opens at \($0.utc)" } ?? ", which never opens")"
        case .unknownTimeZone(let zone):
            return "waits: its change windows name the time zone \"\(zone)\", which this machine does not know; they count as closed"
        case .group(let name, let others): return "waits for its group \(name): \(others.joined(separator: "; "))"
        }
    }

    /// Whether a person may let the Release pass it with a reason.
    package var isOfTheCalendar: Bool {
        switch self {
        case .freeze, .window, .unknownTimeZone: true
        case .approval, .hold, .group: false
        }
    }
}
