/// A delay that doubles: none before the first repeat, `base` before the second, and so on up to `limit`. After `reset` without a failure
/// it starts over.
package struct Backoff: Sendable, Hashable {
    package var base: Duration
    package var limit: Duration
    package var reset: Duration

    package init(base: Duration, limit: Duration, reset: Duration) {
        self.base = base
        self.limit = limit
        self.reset = reset
    }

    /// The kubelet's numbers.
    package static let kubernetes = Backoff(base: .seconds(10), limit: .seconds(300), reset: .seconds(600))

    /// Before repeat number `count` (from 0).
    package func delay(before count: Int) -> Duration {
        if count <= 0 { return .zero }
        return min(base * (1 << min(count - 1, 20)), limit)
    }
}
