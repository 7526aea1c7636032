internal import Delivery
internal import Synchronization

/// What was denied lately, so that whoever is denied a thousand times does not fill the record: the first denial of a kind is written at
/// once, its repetitions are counted, and the count is written when its time is over.
final class DenialLedger: Sendable {
    private struct Counted {
        var since: Timestamp
        var repetitions = 0
    }

    private let counted = Mutex<[AuditDraft: Counted]>([:])

    /// - Returns: what is to be written now.
    func note(_ denial: AuditDraft) -> [AuditDraft] {
        counted.withLock { counted in
            var due = Self.sweep(&counted, at: denial.at)
            let key = Self.key(denial, counted)
            if counted[key] != nil {
                counted[key]?.repetitions += 1
                return due
            }
            counted[key] = Counted(since: denial.at)
            var first = key
            first.at = denial.at
            due.append(first)
            return due
        }
    }

    /// - Parameter all: also what may still be repeated, at the end.
    func sweep(at now: Timestamp, all: Bool = false) -> [AuditDraft] {
        counted.withLock { Self.sweep(&$0, at: now, all: all) }
    }

    /// Whoever tries many things, and too many at once, are counted as one each: names of Environments are the asker's to invent.
    private static func key(_ denial: AuditDraft, _ counted: [AuditDraft: Counted]) -> AuditDraft {
        var key = denial
        key.at = Timestamp(milliseconds: 0)
        if counted[key] != nil { return key }
        guard counted.count < Limits.denials else {
            return AuditDraft(
                at: key.at, actor: .controller, action: key.action, reason: "many", outcome: "too many were denied to tell them apart")
        }
        guard counted.keys.filter({ $0.actor == key.actor }).count >= Limits.denialsOfOne else { return key }
        return AuditDraft(
            at: key.at, actor: key.actor, action: key.action, reason: "many", outcome: "many different requests of this actor are denied")
    }

    private static func sweep(_ counted: inout [AuditDraft: Counted], at now: Timestamp, all: Bool = false) -> [AuditDraft] {
        var due: [AuditDraft] = []
        for (key, value) in counted where all || now < value.since || now - value.since >= Limits.denialWindow {
            counted[key] = nil
            guard value.repetitions > 0 else { continue }
            var summary = key
            summary.at = now
            summary.outcome = "\(value.repetitions) more times since \(value.since.utc): \(key.outcome)"
            due.append(summary)
        }
        return due.sorted { ($0.actor.name, $0.reason, $0.environment ?? "") < ($1.actor.name, $1.reason, $1.environment ?? "") }
    }
}
