import Controller
import Delivery
import Journal
import Manifests
import Synchronization
import TestSupport
import Testing

/// One story whose controller is killed at each write of its journal in turn, each time from a copy of the same beginning.
///
/// SQLite's and TigerBeetle's way: the Nth write fails for N = 1, 2, 3 and so on, until a run no longer meets its point.
struct CrashScenario: Sendable {
    var repository: WatchedRepository
    /// A state directory of a controller that has verified `running`.
    var prepared: String
    /// What the cluster has at the beginning.
    var running: SampleEnvironment
    var isAtEnd: @Sendable (Value) -> Bool
    /// What a person asks, if it is not known yet. It is called at each look.
    var request: (@Sendable (Installation, Value) async throws -> Void)?

    /// What must be the same however often the controller was killed.
    struct Ending: Sendable {
        var environment: [String]
        var releases: [String]
        var audit: [String]
        var quarantines: [String]
        var cluster: [String]

        /// One text a line, so that a difference shows as lines that were added or removed.
        var lines: [String] {
            let parts = [
                ("environment", environment), ("release", releases), ("audit", audit), ("quarantine", quarantines), ("cluster", cluster),
            ]
            return parts.flatMap { name, lines in lines.map { "\(name): \($0)" } }
        }
    }

    struct Report: Sendable {
        var reference: Ending
        /// Journal writes of the story.
        var writes: Int
        var cases: Int
    }

    /// Runs the story undisturbed, then killed before and after each write, three at a time as they mostly wait, and compares.
    func run(in folder: String) async throws -> Report {
        let (reference, _) = try await play(crashAt: nil, in: "\(folder)/undisturbed")
        let points = Points()
        try await withThrowingTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    while let point = points.next() {
                        let (ending, crashed) = try await play(crashAt: point, in: "\(folder)/\(point.replacing(":", with: "-"))")
                        points.ended(point, crashed: crashed)
                        #expect(ending.lines == reference.lines, "killed \(point)")
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
    private func play(crashAt point: String?, in folder: String) async throws -> (Ending, crashed: Bool) {
        try Files.makeFolder(folder)
        let cluster = try await SampleCluster.start(in: folder + "/cluster")
        do {
            try await cluster.furnish(with: running)
            let result = try await play(crashAt: point, in: folder, on: cluster)
            await cluster.stop()
            try Files.remove(folder)
            return result
        } catch {
            await cluster.stop()
            throw LargeFailure("\(point ?? "undisturbed"): \(error)")
        }
    }

    private func play(crashAt point: String?, in folder: String, on cluster: SampleCluster) async throws -> (Ending, crashed: Bool) {
        let installation = try Installation(in: folder, repository: repository, kubeconfig: cluster.kubeconfig)
        try await tool("cp", "-a", prepared, installation.state)
        var controller = try await installation.start(crashAt: point)
        var crashed = false
        if try await !reachesEnd(installation, controller) {
            #expect(controller.ending == .killed(signal: 9), "\(point ?? "undisturbed"): it ended by itself: \(installation.logEnd())")
            crashed = true
            controller = try await installation.start()
            let reached = try await reachesEnd(installation, controller)
            #expect(reached, "\(point ?? ""): the second start ended by itself: \(installation.logEnd())")
        }
        let ending = try await ending(installation, cluster)
        try await controller.crash()
        let verification = try await installation.slipway("audit", "verify")
        #expect(verification.ending == .exited(0), "\(point ?? "undisturbed"): \(verification.text)")
        return (ending, crashed)
    }

    /// - Returns: false when the controller ended before.
    private func reachesEnd(_ installation: Installation, _ controller: Child) async throws -> Bool {
        do {
            return try await eventually("the story ends", within: .seconds(60)) { () -> Bool? in
                if controller.ending != nil { return false }
                let status = try await installation.environment(running.name)
                if isAtEnd(status), status["health"]?.string == "healthy" { return true }
                try await request?(installation, status)
                return nil
            }
        } catch {
            if controller.ending != nil { return false }
            throw LargeFailure("\(error)\n\(installation.logEnd())")
        }
    }

    private func ending(_ installation: Installation, _ cluster: SampleCluster) async throws -> Ending {
        // The old Pod may still be ending.
        try await eventually("no Pod is ending", within: .seconds(30)) {
            !cluster.picture(of: running.namespace).contains { $0.hasSuffix(" ending") }
        }
        let status = try await installation.environment(running.name)
        let releases = try await installation.get("/api/v1/history")["releases"]?.array ?? []
        let audit = try await installation.get("/api/v1/audit?limit=1000")["entries"]?.array ?? []
        let journal = try #require(StateDirectory(existing: installation.state)).openJournal(readOnly: true)
        let quarantines = try await journal.quarantines(environment: running.name)
        try journal.close()
        return Ending(
            environment: [
                "verified \(status["verified", "id"]?.string ?? "-") \(status["verified", "bundle"]?.string ?? "-")",
                "held by \(status["hold", "by"]?.string ?? "nobody")", "phase \(status["release", "phase"]?.string ?? "")",
            ],
            releases: releases.reversed().map { release in
                [release["kind"], release["revision", "id"], release["bundle"], release["phase"], release["failure", "origin"]]
                    .map { $0?.string ?? "-" }.joined(separator: " ")
            },
            audit: audit.map { entry in
                let action = entry["action"]?.string ?? ""
                // What was drift says best itself what went wrong.
                let words = action.hasPrefix("drift.") ? " \(entry["outcome"]?.string ?? "")" : ""
                return "\(action) \(entry["actor"]?.string ?? "") \(entry["revision"]?.string ?? "-")\(words)"
            },
            quarantines: quarantines.map { "\($0.revision.id) \($0.bundle)" }, cluster: cluster.picture(of: running.namespace))
    }
}

/// The next point to be killed at, until a run was not killed before a write because there was no such write.
private final class Points: Sendable {
    private struct State {
        var next = 0
        var survived: Int?
        var crashed: Set<String> = []
    }
    private let state = Mutex(State())

    func next() -> String? {
        state.withLock { state in
            guard state.survived == nil, state.next < 200 else { return nil }
            defer { state.next += 1 }
            return "\(state.next % 2 == 0 ? "before" : "after"):\(state.next / 2 + 1)"
        }
    }

    func ended(_ point: String, crashed: Bool) {
        state.withLock { state in
            if crashed {
                state.crashed.insert(point)
            } else if point.hasPrefix("before:"), let number = Int(point.dropFirst("before:".count)) {
                state.survived = min(state.survived ?? number, number)
            }
        }
    }

    var result: (writes: Int, crashed: Set<String>) { state.withLock { (($0.survived ?? 1) - 1, $0.crashed) } }
}
