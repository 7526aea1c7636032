internal import Glibc

/// A program that is run to its end in a thread that may block: its input first, then all of its output, within bounds.
package struct ProgramRun: Sendable {
    package enum Ending: Sendable, Hashable {
        /// With this status; 128 and the signal's number when a signal ended it.
        case exited(status: Int)
        /// It was killed with all that it had started.
        case timedOut
        case tooMuchOutput
    }

    package var ending: Ending
    package var output: [UInt8]
    /// The beginning of what it wrote to its error output.
    package var errors: String

    /// - Parameters:
    ///   - program: A path, or a name that is looked for in this process' `PATH`. Never a shell.
    ///   - environment: `NAME=VALUE`, and nothing else is passed on.
    ///   - input: for programs that read it to the end before they write more than a pipe holds. The thread must have SIGPIPE blocked, as the
    ///     threads of our pools have: a program may end without reading.
    package static func run(
        program: String, arguments: [String], environment: [String], input: [UInt8] = [], deadline: Duration, outputBytes: Int,
        errorBytes: Int = ProcessLimits.errorOutputBytes
    ) throws(SystemFailure) -> ProgramRun {
        let process = try ChildProcess(program: program, arguments: arguments, environment: environment, errorBytes: errorBytes)
        let end = ContinuousClock.now + deadline
        guard try give(input, to: process, until: end) else { return stop(process, .timedOut, []) }
        var output: [UInt8] = []
        while true {
            let left = end - .now
            if left <= .zero { return stop(process, .timedOut, output) }
            guard try process.wait(for: .output, milliseconds: Int(left / .milliseconds(1)) + 1) == .output else { continue }
            guard let chunk = try process.readOutput(atMost: 64 << 10) else { continue }
            if chunk.isEmpty { break }
            if output.count + chunk.count > outputBytes { return stop(process, .tooMuchOutput, output) }
            output += chunk
        }
        // Its output is closed; what it has started may still run, and goes with the group.
        let left = min(ProcessLimits.ending, max(.zero, end - .now))
        let (errors, status) = process.outcome(milliseconds: Int(left / .milliseconds(1)))
        guard let status else { return stop(process, .timedOut, output) }
        return ProgramRun(ending: .exited(status: status), output: output, errors: errors)
    }

    /// - Returns: false when the deadline has passed before.
    private static func give(
        _ input: [UInt8], to process: ChildProcess, until end: ContinuousClock.Instant
    ) throws(SystemFailure) -> Bool {
        var rest = input[...]
        while !rest.isEmpty {
            let left = end - .now
            if left <= .zero { return false }
            guard try process.wait(for: .input, milliseconds: Int(left / .milliseconds(1)) + 1) == .input else { continue }
            do throws(SystemFailure) {
                rest = rest.dropFirst(try process.writeInput(rest) ?? 0)
            } catch {
                // It has closed its input: what it says of that is in its output and status.
                guard error.number == EPIPE else { throw error }
                break
            }
        }
        process.closeInput()
        return true
    }

    private static func stop(_ process: ChildProcess, _ ending: Ending, _ output: [UInt8]) -> ProgramRun {
        process.group.kill()
        return ProgramRun(ending: ending, output: output, errors: process.outcome(milliseconds: 100).errors)
    }
}
