internal import Delivery
internal import Journal

/// Deadlines and waits are stored as moments of the machine's clock, since they outlive the process; how long they last is not for that clock
/// to say. While the process lives they move along when the clock is set. After a restart there is only what is stored.
extension Lane {
    /// The present moment.
    func now() -> Delivery.Timestamp {
        let reading = context.clock.reading()
        let step = reading.stepped - steppedSoFar
        guard step != .zero else { return reading.now }
        steppedSoFar = reading.stepped
        unstoredStep += step
        return reading.now
    }

    /// Moves what is stored.
    ///
    /// - Returns: whether anything had to be.
    func followClock(_ releases: [Release]) async throws -> Bool {
        let now = self.now()
        let step = unstoredStep
        guard step != .zero else { return false }
        let moved = releases.filter { $0.phase.isActive || $0.waitUntil != nil }.map { $0.moved(by: step) }
        if let first = moved.first {
            let seconds = step.wholeMilliseconds / 1000
            try await commit(
                StateChange(
                    releases: moved,
                    audit: [
                        AuditDraft(
                            at: now, actor: .controller, action: "clock.stepped", environment: name, release: first.id,
                            revision: first.revision.id, reason: "the machine's clock was set",
                            outcome: "\(seconds > 0 ? "+" : "")\(seconds) s; deadlines and waits moved with it")
                    ]))
        }
        unstoredStep -= step
        return !moved.isEmpty
    }
}

extension ClusterWorker {
    /// The present moment. What the worker remembers moves with the clock.
    func now() -> Delivery.Timestamp {
        let reading = context.clock.reading()
        let step = reading.stepped - steppedSoFar
        guard step != .zero else { return reading.now }
        steppedSoFar = reading.stepped
        healthAt = healthAt.map { $0 + step }
        healthySince = healthySince.map { $0 + step }
        unhealthySince = unhealthySince.map { $0 + step }
        comparedAt = comparedAt.map { $0 + step }
        return reading.now
    }
}
