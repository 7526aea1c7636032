package import Delivery

/// The clock and the dice, passed in so that tests own them.
package struct ControllerClock: Sendable {
    package var now: @Sendable () -> Timestamp
    /// A number in 0..<1.
    package var random: @Sendable () -> Double

    package init(now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> Double) {
        self.now = now
        self.random = random
    }
}
