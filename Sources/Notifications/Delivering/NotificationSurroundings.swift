package import Delivery

/// What the deliverer needs of the world, passed in so that tests own it.
package struct NotificationSurroundings: Sendable {
    package var now: @Sendable () -> Timestamp
    /// A number in 0..<1.
    package var random: @Sendable () -> Double
    /// The bytes of a file; `nil` when it cannot be read.
    package var readFile: @Sendable (_ path: String) -> [UInt8]?
    package var makeSignal: @Sendable () -> NotificationSignal

    package init(
        now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> Double,
        readFile: @escaping @Sendable (String) -> [UInt8]?, makeSignal: @escaping @Sendable () -> NotificationSignal
    ) {
        self.now = now
        self.random = random
        self.readFile = readFile
        self.makeSignal = makeSignal
    }
}

/// One waiter, many wakers; a wake that comes while nobody waits is kept.
package struct NotificationSignal: Sendable {
    package var set: @Sendable () -> Void
    /// Returns when woken, after the time, or when the task is cancelled.
    package var wait: @Sendable (_ atMost: Duration) async -> Void

    package init(set: @escaping @Sendable () -> Void, wait: @escaping @Sendable (Duration) async -> Void) {
        self.set = set
        self.wait = wait
    }
}
