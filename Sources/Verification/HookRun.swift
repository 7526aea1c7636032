internal import ChildProcesses
internal import HTTPTransport
internal import Synchronization

/// One run of an executable: no input, an environment of our facts alone, bounds on time and output, and the whole process group ended
/// afterwards, whatever is left of it.
struct HookRun: Sendable {
    enum Ending: Sendable, Hashable {
        case exited(status: Int)
        case timedOut
        case tooMuchOutput
        case cancelled
        case notStarted(reason: String)
    }

    var ending: Ending
    /// The end of what it wrote, to both of its outputs, in the order of writing.
    var output: String

    /// Runs in a thread of its own. Cancelling the task ends the run.
    static func run(
        executable: [UInt8], name: String, arguments: [String], variables: [(name: String, value: String)], timeout: Duration
    ) async -> HookRun {
        let stop = StopFlag()
        let deadline = ContinuousClock.now + timeout
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isStarted = NativeThread.start(name: "hook") {
                    continuation.resume(returning: runs(executable, name, arguments, variables, deadline, stop))
                }
                if !isStarted {
                    continuation.resume(
                        returning: HookRun(ending: .notStarted(reason: "the system grants no more threads"), output: ""))
                }
            }
        } onCancel: {
            stop.set()
        }
    }

    private static func runs(
        _ executable: [UInt8], _ name: String, _ arguments: [String], _ variables: [(name: String, value: String)],
        _ deadline: ContinuousClock.Instant, _ stop: StopFlag
    ) -> HookRun {
        do {
            let folder = try PrivateFolder()
            let file = try folder.write(executable: executable, as: name)
            var run = HookRun(ending: .notStarted(reason: "it was not tried"), output: "")
            for _ in 0..<VerificationLimits.hookStarts {
                run = try once(file, folder.path, arguments, variables, deadline, stop)
                guard run.ending == .exited(status: 126), run.output.contains("Text file busy") else { break }
            }
            return withExtendedLifetime(folder) { run }
        } catch let error as VerificationError {
            return HookRun(ending: .notStarted(reason: error.message), output: "")
        } catch let error as SystemFailure {
            return HookRun(ending: .notStarted(reason: error.reason), output: "")
        } catch {
            return HookRun(ending: .notStarted(reason: "\(error)"), output: "")
        }
    }

    private static func once(
        _ file: String, _ folder: String, _ arguments: [String], _ variables: [(name: String, value: String)],
        _ deadline: ContinuousClock.Instant, _ stop: StopFlag
    ) throws -> HookRun {
        // The shell only moves into the folder and joins the two outputs; what follows are arguments, never its text.
        let process = try ChildProcess(
            program: "/bin/sh", arguments: ["-c", "cd \"$1\" || exit 126; shift; exec \"$@\" 2>&1", "sh", folder, file] + arguments,
            environment: variables.map { "\($0.name)=\($0.value)" })
        process.closeInput()
        var tail: [UInt8] = []
        var total = 0
        func ended(_ ending: Ending) -> HookRun {
            process.group.kill()
            return HookRun(ending: ending, output: String(decoding: tail, as: UTF8.self))
        }
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            if stop.isSet { return ended(.cancelled) }
            let left = Int((deadline - .now) / .milliseconds(1))
            if left <= 0 { return ended(.timedOut) }
            let ready = try process.wait(for: .output, milliseconds: min(left, VerificationLimits.hookPoll))
            if ready == .output {
                guard let count = try buffer.withUnsafeMutableBytes({ try process.readOutput(into: $0) }) else { continue }
                if count == 0 { break }
                total += count
                tail += buffer[..<count]
                if tail.count > VerificationLimits.hookTailBytes { tail = Array(tail.suffix(VerificationLimits.hookTailBytes)) }
                if total > VerificationLimits.hookOutputBytes { return ended(.tooMuchOutput) }
            } else if let status = process.outcome(milliseconds: 0).status {
                // It has ended; what it left behind may hold its output open for ever.
                return ended(.exited(status: status))
            }
        }
        let left = min(VerificationLimits.hookEnding, max(.zero, deadline - .now))
        guard let status = process.outcome(milliseconds: Int(left / .milliseconds(1))).status else { return ended(.timedOut) }
        return ended(.exited(status: status))
    }
}

/// Told from one thread, asked from another.
private final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
