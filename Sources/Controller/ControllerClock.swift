package import Delivery

/// The clock and the dice, passed in so that tests own them.
package struct ControllerClock: Sendable {
    /// As the machine's clock has it, which somebody may set.
    package var now: @Sendable () -> Timestamp
    /// A number in 0..<1.
    package var random: @Sendable () -> Double
    private let steps: ClockSteps

    /// - Parameter instant: a clock that nobody can set.
    package init(
        now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> Double,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.now = now
        self.random = random
        steps = ClockSteps(now: now, instant: instant)
    }

    /// The present moment, with what is known of when the machine's clock was set.
    func reading() -> ClockReading { steps.read() }
}
