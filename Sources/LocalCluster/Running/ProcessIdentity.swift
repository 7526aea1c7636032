package import Manifests

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One process and no other: its number alone is given to another one some day, together with its start and the machine's boot it is not.
package struct ProcessIdentity: Sendable, Hashable {
    package let pid: Int32
    /// Clock ticks since the machine's boot.
    private let startTicks: Int64
    private let bootID: String

    package static func current() -> ProcessIdentity? { ProcessIdentity(running: getpid()) }

    /// Nil when no such process runs.
    package init?(running pid: Int32) {
        guard pid > 1, let ticks = Self.startTicks(pid) else { return nil }
        self.pid = pid
        startTicks = ticks
        bootID = Self.bootID()
    }

    package init?(_ document: Value?) {
        guard let pid = document?["pid"]?.integer.flatMap({ Int32(exactly: $0) }), let ticks = document?["startTicks"]?.integer,
            let bootID = document?["bootID"]?.string
        else { return nil }
        self.pid = pid
        startTicks = ticks
        self.bootID = bootID
    }

    package var document: Value { ["pid": .integer(Int64(pid)), "startTicks": .integer(startTicks), "bootID": .string(bootID)] }

    package var isRunning: Bool { ProcessIdentity(running: pid) == self }

    /// - Returns: false when this very process does not run any more; no other one is ever signalled.
    @discardableResult
    package func signal(_ number: Int32) -> Bool { isRunning && kill(pid, number) == 0 }

    package func terminate() -> Bool { signal(SIGTERM) }
    package func killNow() -> Bool { signal(SIGKILL) }

    /// The 22nd field of `/proc/PID/stat`; the second is in parentheses and may contain anything. A zombie does not run.
    private static func startTicks(_ pid: Int32) -> Int64? {
        guard let bytes = FileTree.read("/proc/\(pid)/stat", limit: 4096), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
            return nil
        }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return Int64(fields[19])
    }

    private static func bootID() -> String {
        let bytes = FileTree.read("/proc/sys/kernel/random/boot_id", limit: 64) ?? []
        return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    }
}
