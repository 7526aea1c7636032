/// Why the commit of a rollback was not made.
package struct RevertObstacle: Sendable, Hashable {
    package var message: String
    /// It may go away without anybody doing anything about it, such as a remote that is away. A rule that refuses does not.
    package var isTransient: Bool

    package init(_ message: String, isTransient: Bool) {
        self.message = message
        self.isTransient = isTransient
    }
}

/// For how long, and how often, a commit that could not be made is tried again by itself. Pure.
package struct RevertPatience: Sendable, Hashable {
    package var first: Duration
    package var most: Duration
    /// Tries in all. They are counted, and not the time, which somebody may set.
    package var attempts: Int
    /// After so many people are told.
    package var tellsAfter: Int

    package init(first: Duration, most: Duration, attempts: Int, tellsAfter: Int) {
        self.first = first
        self.most = most
        self.attempts = attempts
        self.tellsAfter = tellsAfter
    }

    /// Doubles from the first to the longest, give or take a quarter.
    ///
    /// - Parameter random: in 0..<1.
    package func pause(after attempts: Int, random: Double) -> Duration {
        min(first * (1 << min(max(attempts - 1, 0), 20)), most) * (0.75 + random / 2)
    }

    /// How long to wait yet; zero when it is time.
    package func pause(until revert: Revert, from now: Timestamp) -> Duration {
        guard let delay = revert.delay, delay.retryAt > now else { return .zero }
        let pause = delay.retryAt - now
        // No pause is so long: the clock was set back meanwhile.
        return pause > most * 1.25 ? .zero : pause
    }
}
