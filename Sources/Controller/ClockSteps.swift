internal import Delivery
internal import Synchronization

/// One look at the machine's clock.
struct ClockReading: Sendable, Hashable {
    var now: Timestamp
    /// By how much the clock was set since the start, all in all.
    var stepped: Duration
    /// The moment that ages in a cluster are counted up to. For a while after the clock was set it is the earlier of what it says and what it
    /// would say without: an age that is too long makes something fail that is well, one that is too short only waits longer.
    var forAges: Timestamp
}

/// Finds out when the machine's clock was set, by comparing it with one that nobody can set.
final class ClockSteps: Sendable {
    private struct State {
        var last: (wall: Timestamp, instant: ContinuousClock.Instant)?
        var stepped: Duration = .zero
        /// The steps of which ages have to beware, and when the last of them was seen.
        var recent: Duration = .zero
        var seen: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Timestamp
    private let instant: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> Timestamp, instant: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.now = now
        self.instant = instant
        _ = read()
    }

    func read() -> ClockReading {
        state.withLock { state in
            let (wall, instant) = (now(), instant())
            if let last = state.last {
                let step = (wall - last.wall) - (instant - last.instant)
                if abs(step) >= Limits.clockStep {
                    state.stepped += step
                    state.recent += step
                    state.seen = instant
                }
            }
            state.last = (wall, instant)
            if let seen = state.seen, instant - seen > Limits.clockCaution {
                state.recent = .zero
                state.seen = nil
            }
            return ClockReading(now: wall, stepped: state.stepped, forAges: state.recent > .zero ? wall + (.zero - state.recent) : wall)
        }
    }

    private func abs(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
}
