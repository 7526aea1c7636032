#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The wall clock, as a value that can be replaced.
package struct UnixClock: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let nowMilliseconds: @Sendable () -> Int64

    package init(nowMilliseconds: @escaping @Sendable () -> Int64) { self.nowMilliseconds = nowMilliseconds }

    package var nowSeconds: Int64 { nowMilliseconds() / 1000 }

    package static let system = UnixClock {
        var time = timespec()
        guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    package static func fixed(milliseconds: Int64) -> UnixClock { UnixClock { milliseconds } }
}
