#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The process metrics under the names that all Prometheus clients use. Memory and descriptors come from /proc and are absent elsewhere.
package enum ProcessMetrics {
    package static func register(in registry: MetricsRegistry, clock: UnixClock = .system) {
        let start = Double(clock.nowMilliseconds()) / 1000
        registry.gauge("process_start_time_seconds", "Start of the process, seconds since 1970.") { start }
        registry.counter("process_cpu_seconds_total", "User and system CPU time spent, in seconds.") { cpuSeconds() }
        if residentBytes() != nil {
            registry.gauge("process_resident_memory_bytes", "Resident memory, in bytes.") { residentBytes() ?? .nan }
        }
    }

    static func cpuSeconds() -> Double {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return .nan }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The second number of /proc/self/statm counts resident pages.
    static func residentBytes() -> Double? {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let fields = buffer.prefix(count).split(separator: 0x20)
        guard fields.count > 1, let pages = Double(String(decoding: fields[1], as: UTF8.self)) else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
}
