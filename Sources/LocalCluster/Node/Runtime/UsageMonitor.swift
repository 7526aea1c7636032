package import NIOPosix
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Measures memory and processor time of each container's session, and kills those that outgrow their memory limit.
package final class UsageMonitor: Sendable {
    package struct Usage: Sendable, Hashable {
        package var memoryBytes: Int64
        package var cpuNanocores: Int64
    }

    private struct Entry {
        let memoryLimit: Int64?
        var usage: Usage?
        var ticks: Int64 = 0
        var measuredAt: ContinuousClock.Instant?
        var isOverLimit = false
    }

    /// By session, which is the process identifier of the container's first process.
    private let entries = Mutex<[Int32: Entry]>([:])
    /// Sessions of commands that clients run in a container, and the session of that container, which they count for.
    private let hosts = Mutex<[Int32: Int32]>([:])
    private let threads: NIOThreadPool

    package init(threads: NIOThreadPool) { self.threads = threads }

    package func add(session: Int32, memoryLimit: Int64?) { entries.withLock { $0[session] = Entry(memoryLimit: memoryLimit) } }

    /// - Returns: whether it was killed for its memory.
    package func remove(session: Int32) -> Bool { entries.withLock { $0.removeValue(forKey: session)?.isOverLimit ?? false } }

    package func add(guest session: Int32, of host: Int32) { hosts.withLock { $0[session] = host } }

    package func remove(guest session: Int32) { hosts.withLock { _ = $0.removeValue(forKey: session) } }

    /// Commands that run now.
    package var guests: Int { hosts.withLock(\.count) }

    package func usage(session: Int32) -> Usage? { entries.withLock { $0[session]?.usage } }

    /// Measures until the task is cancelled.
    package func run(every interval: Duration) async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: interval)
                if entries.withLock(\.isEmpty) { continue }
                try await threads.runIfActive { self.measure() }
            } catch {
                return
            }
        }
    }

    /// Blocks on reading `/proc`; runs on a thread of the pool.
    private func measure() {
        var totals: [Int32: (pages: Int64, ticks: Int64)] = [:]
        let hosts = hosts.withLock { $0 }
        for name in FileTree.names(in: "/proc") {
            guard Int32(name) != nil, let process = ProcessStatistics(processIdentifier: name) else { continue }
            let session = hosts[process.session] ?? process.session
            let total = totals[session] ?? (0, 0)
            totals[session] = (total.pages + process.residentPages, total.ticks + process.ticks)
        }
        let now = ContinuousClock.now
        let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))
        let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        let over = entries.withLock { entries -> [Int32] in
            var over: [Int32] = []
            for (session, var entry) in entries {
                guard let total = totals[session] else { continue }
                let memory = total.pages * pageSize
                var nanocores: Int64 = 0
                if let before = entry.measuredAt {
                    let (seconds, attoseconds) = (now - before).components
                    let elapsed = Double(seconds) + Double(attoseconds) / 1e18
                    // Children that ended take their time with them, so the sum can shrink.
                    let used = max(0, Double(total.ticks - entry.ticks)) / ticksPerSecond
                    if elapsed > 0 { nanocores = Int64(used / elapsed * 1e9) }
                }
                entry.usage = Usage(memoryBytes: memory, cpuNanocores: nanocores)
                entry.ticks = total.ticks
                entry.measuredAt = now
                if let limit = entry.memoryLimit, memory > limit, !entry.isOverLimit {
                    entry.isOverLimit = true
                    over.append(session)
                }
                entries[session] = entry
            }
            return over
        }
        for session in over { kill(-session, SIGKILL) }
    }
}

/// What `/proc/<pid>/stat` says of one process.
struct ProcessStatistics {
    let session: Int32
    let residentPages: Int64
    let ticks: Int64

    init?(processIdentifier: String) {
        guard let bytes = FileTree.read("/proc/\(processIdentifier)/stat", limit: 4096) else { return nil }
        // The second field is the command in parentheses and may contain anything, parentheses too.
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 21, let session = Int32(fields[3]), let user = Int64(fields[11]), let system = Int64(fields[12]),
            let pages = Int64(fields[21].filter(\.isNumber))
        else { return nil }
        self.session = session
        residentPages = pages
        ticks = user + system
    }
}
