import Delivery
import Manifests
import TestSupport
import Testing
import Verification

@Suite struct HookRunnerTests {
    private let facts: ReleaseFacts = {
        var facts = ReleaseFacts(
            environment: "staging", namespace: "nova", release: 7, revision: "abc", bundle: "d1", since: Timestamp(milliseconds: 0))
        facts.previousRevision = "aaa"
        return facts
    }()

    private func run(
        _ script: String, arguments: [String] = [], timeout: Duration = .seconds(20), isAllowed: Bool = true
    ) async -> GateResult {
        var hook = EnvironmentPolicy.Verification.Hook(path: "hooks/check.sh")
        hook.arguments = arguments
        hook.timeout = timeout
        let runner = HookRunner(isAllowed: isAllowed) { $0.split(separator: "\n").map(String.init) }
        return await runner.run(hook, of: facts) { _ throws(VerificationError) in Array(script.utf8) }
    }

    @Test func theExitCodeDecidesAndTheLastLinesTell() async {
        let good = await run("#!/bin/sh\necho all is well\n")
        #expect(good.outcome == .pass && good.sentence == "hook hooks/check.sh: ended with 0: all is well")
        let bad = await run("#!/bin/sh\necho one\necho two >&2\nexit 3\n")
        #expect(bad.outcome == .fail && bad.reason == "ended with 3: one | two")
        let killed = await run("#!/bin/sh\nkill -9 $$\n")
        #expect(killed.outcome == .fail && killed.reason == "was ended by signal 9")
    }

    @Test func itIsGivenOurFactsAndNothingElse() async {
        let result = await run(
            "#!/bin/sh\nenv | grep -v -e ^PWD= -e ^OLDPWD= -e ^_= -e ^SHLVL= | sort\necho \"$# $1\"\n", arguments: ["a; b", "$(c)"])
        let told = result.reason
        #expect(told.contains("SLIPWAY_PREVIOUS_REVISION=aaa | SLIPWAY_RELEASE=7 | SLIPWAY_REVISION=abc | 2 a; b"), "\(told)")
        let only = await run("#!/bin/sh\nenv | grep -v -e ^SLIPWAY_ -e ^PWD= -e ^OLDPWD= -e ^_= -e ^SHLVL=\ntrue\n")
        #expect(only.outcome == .pass && only.reason == "ended with 0", "\(only.reason)")
    }

    @Test func itHasNoInputAndAFolderOfItsOwn() async {
        let result = await run("#!/bin/sh\nread line && exit 1\nls\nstat -c %a .\n")
        #expect(result.outcome == .pass && result.reason == "ended with 0: check.sh | 700", "\(result.reason)")
    }

    @Test func whatTakesTooLongIsEndedWithAllThatItStarted() async throws {
        try await withTemporaryFolder { folder in
            let began = ContinuousClock.now
            let result = await run(
                "#!/bin/sh\nsleep 600 &\necho $! > \(folder.file("child"))\necho waiting\nwait\n", timeout: .seconds(1))
            #expect(result.outcome == .fail && result.reason == "did not end within 1s: waiting", "\(result.reason)")
            #expect(ContinuousClock.now - began < .seconds(300))
            let child = try folder.text("child").filter { $0 != "\n" }
            try await eventually("what it started is gone") { !Files.exists("/proc/\(child)/cmdline") }
        }
    }

    @Test func whatItLeavesBehindDoesNotHoldItUp() async throws {
        try await withTemporaryFolder { folder in
            let began = ContinuousClock.now
            let result = await run("#!/bin/sh\nsleep 600 &\necho $! > \(folder.file("child"))\nexit 0\n")
            #expect(result.outcome == .pass)
            #expect(ContinuousClock.now - began < .seconds(300))
            let child = try folder.text("child").filter { $0 != "\n" }
            try await eventually("what it started is gone") { !Files.exists("/proc/\(child)/cmdline") }
        }
    }

    @Test func endlessOutputIsEnded() async {
        let result = await run("#!/bin/sh\nexec yes\n")
        #expect(result.outcome == .fail && result.reason.contains("wrote more than 1048576 bytes"))
    }

    @Test func cancellingEndsIt() async {
        let task = Task { await run("#!/bin/sh\nexec sleep 600\n", timeout: .seconds(300)) }
        task.cancel()
        #expect(await task.value.outcome == .pending)
    }

    @Test func withoutTheOperatorsWordNothingIsRun() async throws {
        try await withTemporaryFolder { folder in
            let result = await run("#!/bin/sh\ntouch \(folder.file("ran"))\n", isAllowed: false)
            #expect(result.outcome == .error && result.reason.contains("hooks: {allow: true}"))
            #expect(!Files.exists(folder.file("ran")))
        }
    }

    @Test func whatCannotBeRunFails() async {
        let result = await run("#!/no/such/interpreter\n")
        #expect(result.outcome == .fail && result.reason.contains("ended with 12"), "\(result.reason)")
    }

    @Test func aFileThatIsNotThereIsSaid() async {
        let runner = HookRunner(isAllowed: true) { [$0] }
        let result = await runner.run(.init(path: "x"), of: facts) { _ throws(VerificationError) in
            throw VerificationError("x is not in the commit")
        }
        #expect(result.outcome == .error && result.reason == "x is not in the commit")
    }
}
