internal import Manifests

/// Which differences that stay are in the record, so that another writer that changes a field each second makes one entry and not thousands.
/// Pure.
struct DriftLedger: Sendable {
    /// A difference that stays.
    struct Finding: Sendable, Hashable {
        var words: String
        /// In which fields the object differs, without the values.
        var sign: String
    }

    private struct Entry: Sendable {
        var finding: Finding
        var toldAt: ContinuousClock.Instant
        /// Of what was found, since it was told.
        var changes = 0
        /// Whether it was so at the last look.
        var isOpen = true
        /// Whether something is to be told as soon as it may be.
        var isDue = false
    }

    private var entries: [ObjectIdentity: Entry] = [:]

    /// What is to be written about what was found: new objects at once, and others when they differ in other fields or differ again, but each
    /// object once in `Limits.driftPause`.
    mutating func news(_ found: [ObjectIdentity: Finding], at now: ContinuousClock.Instant) -> [ObjectIdentity: String] {
        for (id, finding) in found {
            guard var entry = entries[id] else {
                entries[id] = Entry(finding: finding, toldAt: now - Limits.driftPause, isDue: true)
                continue
            }
            if entry.finding != finding || !entry.isOpen { entry.changes += 1 }
            if entry.finding.sign != finding.sign || !entry.isOpen { entry.isDue = true }
            entry.finding = finding
            entry.isOpen = true
            entries[id] = entry
        }
        return due(at: now)
    }

    /// It is as it should be.
    mutating func end(_ id: ObjectIdentity) { entries[id]?.isOpen = false }

    /// Something else is to be kept from now on.
    mutating func endAll() {
        for id in entries.keys { end(id) }
    }

    private mutating func due(at now: ContinuousClock.Instant) -> [ObjectIdentity: String] {
        var told: [ObjectIdentity: String] = [:]
        for (id, entry) in entries where now - entry.toldAt >= Limits.driftPause {
            guard entry.isOpen else {
                entries[id] = nil
                continue
            }
            guard entry.isDue else { continue }
            let often = entry.changes > 1 ? " (it changed \(entry.changes) times since the last entry)" : ""
            told[id] = entry.finding.words + often
            entries[id] = Entry(finding: entry.finding, toldAt: now)
        }
        return told
    }
}
