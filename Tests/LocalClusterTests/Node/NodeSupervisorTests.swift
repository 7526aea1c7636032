import Foundation
import Logging
import Manifests
import NIOPosix
import SystemPackage
import TestSupport
import Testing

@testable import LocalCluster

/// No process outlives the cluster.
@Suite(.timeLimit(.minutes(1))) struct NodeSupervisorTests {
    /// Zombies have ended; whoever adopted them has only not looked yet.
    private func isAlive(_ pid: Int32) -> Bool {
        guard let bytes = FileTree.read("/proc/\(pid)/stat", limit: 4096), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
            return false
        }
        return bytes[(end + 1)...].first { $0 != UInt8(ascii: " ") } != UInt8(ascii: "Z")
    }

    private func waitUntilDead(_ pids: [Int32]) async throws {
        try await eventually("the processes \(pids) have ended", within: .seconds(10)) { !pids.contains(where: isAlive) }
    }

    private func withRunner(_ body: (ProcessRunner, Supervisor, String) async throws -> Void) async throws {
        let supervisor = try await Supervisor.start()
        let directory = NSTemporaryDirectory() + "supervisor-" + UUID().uuidString
        try FileTree.makeDirectory(directory)
        try await body(ProcessRunner(supervisor: supervisor, group: MultiThreadedEventLoopGroup.singleton), supervisor, directory)
        await supervisor.stop()
        FileTree.remove(directory)
    }

    private func start(_ script: String, _ runner: ProcessRunner, _ directory: String) async throws -> (RunningProcess, ContainerLog) {
        let log = try ContainerLog(path: FilePath("\(directory)/log"), limit: 1 << 20, now: Timestamp.now)
        let plan = ProcessPlan(
            executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"], workingDirectory: directory)
        return (try await runner.start(plan, log: log), log)
    }

    private func firstNumber(_ log: ContainerLog) async throws -> Int32 {
        try await eventually("the process prints a number", within: .seconds(10)) {
            LogReader.lines(of: log).first.flatMap { Int32(String(decoding: $0.text, as: UTF8.self).dropLast()) }
        }
    }

    /// When the socket ends, as it does when this process is killed, the shell kills what is on its list.
    @Test func theSupervisorKillsWhatIsLeft() async throws {
        try await withRunner { runner, supervisor, directory in
            let (process, log) = try await start("trap '' TERM HUP INT; sleep 1000 & echo $!; while :; do wait; done", runner, directory)
            let child = try await firstNumber(log)
            #expect(isAlive(process.pid) && isAlive(child))
            await supervisor.stop()
            try await waitUntilDead([process.pid, child])
            #expect(await process.end.value() == .signalled(9))
        }
    }

    @Test func theSupervisorSparesWhatIsForgotten() async throws {
        try await withRunner { runner, supervisor, directory in
            let (process, _) = try await start("exec sleep 1000", runner, directory)
            supervisor.forget(group: process.pid)
            await supervisor.stop()
            #expect(isAlive(process.pid))
            process.killNow()
            _ = await process.end.value()
        }
    }

    @Test func childrenEndWithTheirContainer() async throws {
        try await withRunner { runner, _, directory in
            let (process, log) = try await start("sleep 1000 & echo $!; exit 7", runner, directory)
            #expect(await process.end.value() == .exited(7))
            try await waitUntilDead([try await firstNumber(log)])
        }
    }

    @Test func theLogIsRotatedAndLongLinesArePieced() async throws {
        let directory = NSTemporaryDirectory() + "log-" + UUID().uuidString
        try FileTree.makeDirectory(directory)
        defer { FileTree.remove(directory) }
        let log = try ContainerLog(path: FilePath("\(directory)/log"), limit: 4096, now: { Timestamp(seconds: 1_800_000_000) })
        for number in 0..<200 { log.append(Array("line number \(number)\n".utf8), from: number.isMultiple(of: 2) ? .stdout : .stderr) }
        let text = LogReader.lines(of: log).map { String(decoding: $0.text, as: UTF8.self) }
        #expect(text.last == "line number 199\n")
        #expect(text.count < 200 && text.count > 60)
        #expect(log.position.rotations > 0)
        log.append([UInt8](repeating: UInt8(ascii: "x"), count: NodeLimits.logLineBytes + 10), from: .stdout)
        log.finish()
        let pieces = LogReader.lines(of: log).suffix(2).map(\.text.count)
        #expect(pieces == [NodeLimits.logLineBytes, 11])
    }

    @Test func aFollowerSeesEveryLine() async throws {
        let directory = NSTemporaryDirectory() + "log-" + UUID().uuidString
        try FileTree.makeDirectory(directory)
        defer { FileTree.remove(directory) }
        let log = try ContainerLog(path: FilePath("\(directory)/log"), limit: 1 << 20, now: Timestamp.now)
        log.append(Array("0\n".utf8), from: .stdout)
        var options = LogOptions()
        options.follow = true
        let threads = NIOThreadPool.singleton
        let reader = Task {
            var text = ""
            for await chunk in LogReader.stream(log, options, threads: threads) { text += String(decoding: chunk, as: UTF8.self) }
            return text
        }
        for number in 1..<500 {
            log.append(Array("\(number)\n".utf8), from: .stdout)
            if number.isMultiple(of: 50) { await Task.yield() }
        }
        log.finish()
        #expect(await reader.value == (0..<500).map { "\($0)\n" }.joined())
    }

    @Test func logOptions() {
        let lines = LogReader.parse(
            Array("2026-01-01T00:00:00.000000000Z stdout F one\n2026-01-01T00:00:05.000000000Z stderr F two\nbroken\n".utf8))
        func text(_ change: (inout LogOptions) -> Void) -> String {
            var options = LogOptions()
            change(&options)
            var formatter = LogFormatter(options)
            return String(decoding: formatter.format(lines), as: UTF8.self)
        }
        #expect(text { _ in } == "one\ntwo\n")
        #expect(text { $0.timestamps = true }.hasPrefix("2026-01-01T00:00:00.000000000Z one\n"))
        #expect(text { $0.since = Timestamp(rfc3339: "2026-01-01T00:00:03Z") } == "two\n")
        #expect(text { $0.limitBytes = 5 } == "one\nt")
    }
}
