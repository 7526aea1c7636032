import Manifests
import TestSupport
import Testing

/// One story whose controller is killed at each write of its journal in turn, each time from a copy of the same beginning.
///
/// SQLite's and TigerBeetle's way: the Nth write fails for N = 1, 2, 3 and so on, until a run no longer meets its point.
struct CrashScenario: Sendable {
    var stage: CrashStage
    /// Of all Environments, by name.
    var isAtEnd: @Sendable ([String: Value]) -> Bool
    /// What people do, and what befalls the cluster, if it has not happened yet. Called at each look.
    var meanwhile: CrashStage.Meanwhile = { _, _ in }

    struct Report: Sendable {
        /// Of the story that nothing disturbed.
        var reference: CrashEnding
        /// Journal writes of the story.
        var writes: Int
        var cases: Int
    }

    /// So many at a time: they wait for half of their time.
    private static let atOnce = 4

    /// Runs the story undisturbed, then killed before and after each write, and compares.
    func run(in folder: String) async throws -> Report {
        let (reference, _) = try await play(crashAt: nil, in: "\(folder)/undisturbed")
        let points = CrashPoints()
        try await withThrowingTaskGroup { group in
            for _ in 0..<Self.atOnce {
                group.addTask {
                    while let point = points.next() {
                        let (ending, crashed) = try await play(crashAt: point, in: "\(folder)/\(point.replacing(":", with: "-"))")
                        points.ended(point, crashed: crashed)
                        #expect(ending.difference(from: reference) == [], "killed \(point)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let (writes, cases) = points.result
        let expected = (1...max(writes, 1)).flatMap { ["before:\($0)", "after:\($0)"] }.dropLast()
        #expect(Set(expected).subtracting(cases) == [], "each of these must have killed it")
        return Report(reference: reference, writes: writes, cases: cases.count)
    }

    /// - Returns: the end, and whether the controller was killed on the way.
    private func play(crashAt point: String?, in folder: String) async throws -> (CrashEnding, crashed: Bool) {
        try Files.makeFolder(folder)
        let images = SampleEnvironment.images(endingAt: CrashStage.sign(in: folder))
        let cluster = try await SampleCluster.start(in: folder + "/cluster", images: images)
        do {
            for sample in stage.running { try await cluster.furnish(with: sample) }
            let result = try await play(crashAt: point, in: folder, on: cluster)
            await cluster.stop()
            try Files.remove(folder)
            return result
        } catch {
            await cluster.stop()
            throw LargeFailure("\(point ?? "undisturbed"): \(error)")
        }
    }

    private func play(
        crashAt point: String?, in folder: String, on cluster: SampleCluster
    ) async throws -> (CrashEnding, crashed: Bool) {
        let installation = try stage.installation(in: folder, on: cluster)
        try await tool("cp", "-a", stage.prepared, installation.state)
        var controller = try await installation.start(crashAt: point)
        var crashed = false
        if try await !reachesEnd(installation, controller) {
            #expect(controller.ending == .killed(signal: 9), "\(point ?? "undisturbed"): it ended by itself: \(installation.logEnd())")
            crashed = true
            controller = try await installation.start()
            let reached = try await reachesEnd(installation, controller)
            #expect(reached, "\(point ?? ""): the second start ended by itself: \(installation.logEnd())")
        }
        let ending = try await CrashEnding(of: stage.running, installation, cluster)
        try await controller.crash()
        let verification = try await installation.slipway("audit", "verify")
        #expect(verification.ending == .exited(0), "\(point ?? "undisturbed"): \(verification.text)")
        return (ending, crashed)
    }

    /// - Returns: false when the controller ended before.
    private func reachesEnd(_ installation: Installation, _ controller: Child) async throws -> Bool {
        var last: [String: Value] = [:]
        do {
            // Several stories at a time: their looks must not take the time that they wait for.
            return try await eventually("the story ends", within: .seconds(60), pauses: .milliseconds(300)) { () -> Bool? in
                if controller.ending != nil { return false }
                last = try await installation.environments()
                if isAtEnd(last), last.values.allSatisfy({ $0["health"]?.string == "healthy" }) { return true }
                try await meanwhile(installation, last)
                return nil
            }
        } catch {
            if controller.ending != nil { return false }
            throw LargeFailure("\(error)\n\(last.values.map { JSON.string($0) })\n\(installation.logEnd())")
        }
    }
}
