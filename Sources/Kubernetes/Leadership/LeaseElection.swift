/// What is to be done about a lease, given how it looks. Pure: the elector asks, sends and sleeps.
///
/// Moments are those of our own monotonic clock, taken when a lease was *seen* to change. The times in the lease are never compared with
/// any clock: clocks of two machines differ, and wall clocks jump.
struct LeaseElection: Sendable {
    enum Step: Sendable, Hashable {
        case create(LeaseRecord)
        /// The record carries the resourceVersion that it replaces.
        case replace(LeaseRecord)
        /// Another holds it; it can be taken after the pause, when it does not change before.
        case wait(holder: String, atMost: Duration)
    }

    let identity: String
    let timing: LeaseTiming
    private let empty: LeaseRecord
    private var seen: (record: LeaseRecord, at: ContinuousClock.Instant)?

    init(identity: String, timing: LeaseTiming, namespace: String, name: String) {
        self.identity = identity
        self.timing = timing
        empty = LeaseRecord(namespace: namespace, name: name)
    }

    /// - Parameter time: for people, see ``MicroTime``.
    mutating func step(live: LeaseRecord?, at now: ContinuousClock.Instant, time: String) -> Step {
        guard let live else {
            // A lease that somebody deleted under its holder: that one may have writes under way.
            if let seen, let rest = remaining(seen, at: now) { return .wait(holder: seen.record.holder, atMost: rest) }
            return .create(empty.held(by: identity, timing: timing, time: time))
        }
        if seen?.record.resourceVersion != live.resourceVersion || seen?.record.uid != live.uid { seen = (live, now) }
        if let seen, let rest = remaining(seen, at: now) { return .wait(holder: live.holder, atMost: rest) }
        return .replace(live.held(by: identity, timing: timing, time: time))
    }

    /// The lease was written by us.
    mutating func stored(_ record: LeaseRecord, at now: ContinuousClock.Instant) {
        seen = (record, now)
    }

    /// How much longer another holder's lease counts; `nil` when it is free or ours.
    private func remaining(
        _ seen: (record: LeaseRecord, at: ContinuousClock.Instant), at now: ContinuousClock.Instant
    ) -> Duration? {
        guard !seen.record.holder.isEmpty, seen.record.holder != identity else { return nil }
        // The longer of what it says and what we would take: a holder with other settings must not be cut short.
        let duration = max(seen.record.duration ?? timing.duration, timing.duration)
        let rest = duration - (now - seen.at)
        return rest > .zero ? rest : nil
    }
}
