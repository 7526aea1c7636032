import TestSupport
import Testing

extension LargeTests {
    /// The remote goes away in a phase of a Release, and stays away until after its end: that is the one of a Release that had it there.
    ///
    /// Real processes and a real remote, at each phase that lasts long enough to be seen from outside. In those that do not (queued, pruning,
    /// the ones of a way back) the simulated controllers of `OutageMatrixTests` have no Git at all.
    @Suite struct GitOutageTests {
        /// A canary, people, a soak time, a watch, and an executable of the repository, which the mirror has.
        private static func sample(_ version: String, pause: String = "1s") -> SampleEnvironment {
            let strategy = "{canary: {deployment: app, service: app, routing: replicas, steps: [{weight: 50, pause: \(pause)}]}}"
            var sample = SampleEnvironment(
                version: version, settings: ["settings": "of-\(version)"],
                policy: """
                      promotion: {soak: 1s, approvals: {role: admin, required: 1}}
                      rollback: {automatic: true, watch: 3s}
                      rollout: {deadline: 60s, maxRestarts: 1, strategy: \(strategy)}
                      verification: {deadline: 60s, hooks: [{path: hooks/check.sh, timeout: 20s}]}

                    """)
            sample.isServed = true
            sample.more = ["hooks/check.sh": "#!/bin/sh\nsleep 1\n"]
            return sample
        }

        /// What comes when the remote is back.
        private static var next: SampleEnvironment {
            var sample = sample("3")
            sample.policy = "  rollback: {watch: 0s}\n"
            return sample
        }

        private static let table: [GitOutage] = [
            GitOutage(.good, "preflight", isSlowed: true), GitOutage(.good, "blocked", restarts: true),
            GitOutage(.good, "stepping", restarts: true), GitOutage(.good, "applying", isSlowed: true),
            GitOutage(.good, "rollingOut", restarts: true), GitOutage(.good, "verifying"), GitOutage(.good, "soaking"),
            GitOutage(.good, "verified", restarts: true), GitOutage(.bad, "rollingBack"), GitOutage(.byHand, "verified"),
            GitOutage(.byHand, "rollingOut", restarts: true),
        ]

        @Test func `a remote that goes away in any phase changes no end, and what comes when it is back is deployed`() async throws {
            try await withTemporaryFolder("slipway-git") { folder in
                let stage = try await CrashStage(
                    [[Self.sample("1")]], in: folder.path, access: "hooks: {allow: true}\n", meanwhile: GitOutageStory.approve)
                var stories: [GitOutageStory.Kind: GitOutageStory] = [:]
                for kind in GitOutageStory.Kind.allCases {
                    let second = kind == .bad ? Self.sample("weak", pause: "40s") : Self.sample("2")
                    stories[kind] = try await GitOutageStory(kind, stage, second: second, next: Self.next, in: "\(folder.path)/\(kind)")
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, outage) in Self.table.enumerated() {
                        // So many at a time: they mostly wait.
                        if index >= 4 { try await group.next() }
                        guard let story = stories[outage.story] else { continue }
                        group.addTask { _ = try await story.play(outage, in: "\(folder.path)/case-\(index)") }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
}
