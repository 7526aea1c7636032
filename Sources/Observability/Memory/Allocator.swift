internal import CAllocator

/// Keeps glibc's allocator from holding on to what a burst of work needed: a controller works for seconds and rests for hours. It changes nothing
/// where another C library is used.
package enum Allocator {
    /// To be called first of all in a program that stays, before its threads have arenas of their own.
    package static func limit() {
        slipway_limit_allocator(
            ObservabilityLimits.allocatorArenas, ObservabilityLimits.allocatorMapBytes, ObservabilityLimits.allocatorTrimBytes)
    }

    /// Gives free pages back to the system after each burst of work, until the task is cancelled.
    package static func trimAfterWork() async {
        var rule = TrimRule()
        while !Task.isCancelled {
            do { try await Task.sleep(for: TrimRule.interval) } catch { return }
            if rule.isDue(cpuSeconds: ProcessMetrics.cpuSeconds()) { _ = slipway_trim_allocator() }
        }
    }
}

/// When to trim: once after work, as soon as it has ended, and now and then in work that does not end. Pure.
struct TrimRule: Sendable {
    static let interval: Duration = .seconds(5)
    /// Less work than this since the last time leaves too little behind.
    private static let worthwhileSeconds = 0.5
    /// So much of a core in one interval is rest.
    private static let restSeconds = 0.25
    /// A program that is never at rest is trimmed after so many seconds of work: it takes some milliseconds.
    private static let longestWorkSeconds = 20.0

    private var trimmedAt = 0.0
    private var last = 0.0

    mutating func isDue(cpuSeconds now: Double) -> Bool {
        let (work, recent) = (now - trimmedAt, now - last)
        last = now
        guard work >= Self.worthwhileSeconds, recent <= Self.restSeconds || work >= Self.longestWorkSeconds else { return false }
        trimmedAt = now
        return true
    }
}
