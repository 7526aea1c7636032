import Foundation
import Subprocess
import SystemPackage
import Testing

extension Tag {
    /// Runs built executables against real servers: seconds, not milliseconds.
    @Tag static var large: Self
}

/// The main job as a newcomer sees it: `scripts/demo` with the programs that were just built.
@Suite(.tags(.large), .timeLimit(.minutes(5))) struct DemoTests {
    @Test func `the demo goes through, and production answers all the time`() async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let arguments = CommandLine.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        let programs = URL(fileURLWithPath: bundle).deletingLastPathComponent().path
        var options = PlatformOptions()
        // At SIGTERM the demo stops all that it has started.
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(30))]
        let result = try await run(
            .path("/bin/bash"), arguments: [root.appendingPathComponent("scripts/demo").path],
            environment: .inherit.updating(["SLIPWAY_BIN": programs]), platformOptions: options, input: .none,
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let output = result.standardOutput + result.standardError
        #expect(result.terminationStatus.isSuccess, "\(output)")
        let expected = [
            "staging verified", "in the same pods", "staging is held and answers with 1.0.0; production is untouched", "production is back",
            "without Git", "1.2.1 is in production", "the record is whole", "== done in",
        ]
        for line in expected { #expect(output.contains(line), "\"\(line)\" is missing in:\n\(output)") }
        let requests = try #require(output.firstMatch(of: /requests to production during all of this: (\d+), failed: (\d+)/), "\(output)")
        #expect(requests.2 == "0")
        #expect((Int(requests.1) ?? 0) > 100)
    }
}
