import ChildProcesses
import TestSupport
import Testing

@Suite("Programs run to their end")
struct ProgramRunTests {
    private static func shell(
        _ script: String, deadline: Duration = .seconds(20), outputBytes: Int = 1 << 20, environment: [String] = []
    ) throws -> ProgramRun {
        try ProgramRun.run(
            program: "/bin/sh", arguments: ["-c", script], environment: environment, deadline: deadline, outputBytes: outputBytes)
    }

    @Test func outputErrorsAndStatusComeBack() throws {
        let run = try Self.shell("echo out; echo problem >&2; exit 3")
        #expect(run.ending == .exited(status: 3) && run.output == Array("out\n".utf8) && run.errors == "problem\n")
    }

    @Test func theInputIsEmptyAndTheEnvironmentIsOurs() throws {
        #expect(
            try Self.shell("cat; /usr/bin/env | /usr/bin/sort | /bin/grep -v ^_ | /bin/grep -v ^PWD", environment: ["A=b"]).output
                == Array("A=b\n".utf8))
    }

    @Test func muchOutputAndManyErrorsAtOnceDoNotStandStill() throws {
        let run = try Self.shell(
            "i=0; while [ $i -lt 3000 ]; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; echo b >&2; i=$((i+1)); done")
        #expect(run.ending == .exited(status: 0) && run.output.count == 3000 * 55)
    }

    @Test func aSignalIsNamedByItsNumber() throws {
        #expect(try Self.shell("kill -TERM $$").ending == .exited(status: 143))
    }

    /// What the program has started is gone with it: its child would otherwise hold the output open.
    @Test func atTheDeadlineTheWholeGroupIsKilled() throws {
        let start = ContinuousClock.now
        let run = try Self.shell("/bin/sleep 600 & echo begun; wait", deadline: .seconds(3))
        #expect(run.ending == .timedOut && run.output == Array("begun\n".utf8))
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func aProgramThatGoesOnWithoutOutputIsEnded() throws {
        #expect(try Self.shell("exec >&- 2>&-; exec /bin/sleep 600", deadline: .milliseconds(300)).ending == .timedOut)
    }

    @Test func tooMuchOutputEndsIt() throws {
        let run = try Self.shell("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done", outputBytes: 100_000)
        #expect(run.ending == .tooMuchOutput && run.output.count <= 100_000)
    }

    @Test func aMissingProgramIsAnError() {
        #expect(throws: SystemFailure.self) {
            try ProgramRun.run(program: "/nonexistent/x", arguments: [], environment: [], deadline: .seconds(1), outputBytes: 1)
        }
    }
}
