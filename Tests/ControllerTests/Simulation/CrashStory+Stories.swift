import Controller
import Delivery
import Journal
import Manifests
import Synchronization

extension CrashStory {
    static let all: [CrashStory] = [
        CrashStory(testDescription: "a release", policies: [environment("only", soak: "5s")], ends: ["only": [.verified]]),
        CrashStory(
            testDescription: "an automatic rollback", policies: [environment("only")], quality: .failsItsTests,
            ends: ["only": [.rolledBack]]),
        CrashStory(
            testDescription: "a rollback after success", policies: [environment("only", watch: "60s")], quality: .degradesLater,
            ends: ["only": [.rolledBack]]),
        CrashStory(
            testDescription: "a rollback by hand", policies: [environment("only")], people: { try await goBack($0, after: .verified) },
            ends: ["only": [.verified, .verified]]),
        CrashStory(
            testDescription: "a promotion that two roles approve", policies: [environment("staging"), production()],
            people: { try await approve($0) }, ends: ["staging": [.verified], "production": [.verified]]),
        CrashStory(
            testDescription: "a promotion that is approved and fails", policies: [environment("staging"), production()],
            quality: .neverHealthy, badIn: "production", people: { try await approve($0) },
            ends: ["staging": [.verified], "production": [.rolledBack]]),
        CrashStory(testDescription: "a canary", policies: [environment("only", .canary)], ends: ["only": [.verified]]),
        CrashStory(
            testDescription: "a canary that never runs", policies: [environment("only", .canary)], quality: .neverHealthy,
            ends: ["only": [.rolledBack]]),
        CrashStory(
            testDescription: "a canary that fails when it has traffic", policies: [environment("only", .canary)],
            quality: .failsUnderTraffic, ends: ["only": [.rolledBack]]),
        CrashStory(
            testDescription: "a canary that is taken back by hand", policies: [environment("only", .canary)],
            people: { try await goBack($0, after: .stepping) }, ends: ["only": [.superseded, .verified]]),
        CrashStory(
            testDescription: "a canary whose step is passed over", policies: [environment("only", .canary)],
            people: { try await passOver($0) }, ends: ["only": [.verified]]),
        CrashStory(
            testDescription: "a canary that is held between its steps", policies: [environment("only", .canary)],
            people: { try await holdForAWhile($0) }, ends: ["only": [.verified]]),
        CrashStory(
            testDescription: "a canary that fails while it is held", policies: [environment("only", .canary)],
            quality: .failsUnderTraffic, people: { try await hold($0, at: 1) }, ends: ["only": [.rolledBack]]),
        CrashStory(
            testDescription: "a canary that a newer revision takes the place of",
            policies: [environment("only", .canary, promotion: ["supersede": "running"])],
            people: { site in
                var isDue = try await isKnown(3, site)
                if let active = try await site.active("only"), active.phase == .stepping, active.waitUntil != nil { isDue = true }
                if isDue { try await site.merge(3, .good) }
            }, ends: ["only": [.superseded, .verified]]),
        CrashStory(testDescription: "blue/green", policies: [environment("only", .blueGreen)], ends: ["only": [.verified]]),
        CrashStory(
            testDescription: "blue/green that fails when it has traffic", policies: [environment("only", .blueGreen)],
            quality: .failsUnderTraffic, ends: ["only": [.rolledBack]]),
        CrashStory(
            testDescription: "a group that is promoted in steps",
            policies: [
                environment("staging"), production("production-eu", .canary, group: "shop"), production("production-us", group: "shop"),
            ],
            people: { try await approve($0) },
            ends: ["staging": [.verified], "production-eu": [.verified], "production-us": [.verified]]),
        CrashStory(
            testDescription: "a group of which one fails",
            policies: [
                environment("staging"), production("production-eu", group: "shop"), production("production-us", .canary, group: "shop"),
            ], quality: .failsUnderTraffic, badIn: "production-us", people: { try await approve($0) },
            ends: ["staging": [.verified], "production-eu": [.rolledBack], "production-us": [.rolledBack]]),
    ]

    static func environment(
        _ name: String, _ strategy: SimulatedPolicy.Strategy? = nil, promotion: Value = [:], soak: String = "0s", watch: String = "0s"
    ) -> SimulatedPolicy {
        var policy = SimulatedPolicy(name)
        policy.promotion = promotion
        policy.promotion["soak"] = .string(soak)
        policy.strategy = strategy
        policy.watch = watch
        return policy
    }

    static func production(
        _ name: String = "production", _ strategy: SimulatedPolicy.Strategy? = nil, group: String? = nil, soak: String = "0s",
        watch: String = "0s"
    ) -> SimulatedPolicy {
        var promotion: Value = ["from": "staging"]
        promotion["approvals"] = ["rules": [["required": 1, "role": "release-manager"], ["required": 1, "role": "security"]]]
        if let group { promotion["group"] = .string(group) }
        return environment(name, strategy, promotion: promotion, soak: soak, watch: watch)
    }

    // MARK: People

    private static let ann = Actor(name: "ann", source: .token)

    private static func isKnown(_ number: Int, _ site: SimulatedSite) async throws -> Bool {
        try await site.controller.journal.latestRenderings(environment: "only", limit: 1).first?.revision.id.hasSuffix("\(number)") == true
    }

    /// Whoever got no answer looks, and asks again only when nothing of it is there.
    static func goBack(_ site: SimulatedSite, in name: String = "only", after phase: ReleasePhase) async throws {
        guard let last = try await site.controller.journal.releases(environment: name, limit: 1).first else { return }
        guard last.kind == .deploy, last.revision.id.hasSuffix("2"), last.phase == phase else { return }
        // Of a rollout in steps: when the second has its traffic.
        if phase == .stepping, last.step != 1 || last.waitUntil == nil { return }
        _ = try await site.controller.rollBack(name, to: nil, keepingBundle: false, by: ann, reason: "it is slow")
    }

    /// Whoever holds it looks until the step waits, and lets it go on.
    private static func holdForAWhile(_ site: SimulatedSite) async throws {
        try await hold(site, at: 0)
        guard let active = try await site.active("only"), active.blocker != nil else { return }
        try await site.controller.resume("only", by: ann, reason: "it is fine")
    }

    private static func hold(_ site: SimulatedSite, at step: Int) async throws {
        let now = site.world.state.withLock(\.wall)
        guard let active = try await site.active("only"), active.phase == .stepping, active.step == step, active.blocker == nil,
            active.phaseSince < now
        else { return }
        let log = try await site.controller.journal.auditEntries(filter: AuditFilter(environment: "only"), limit: 500)
        guard !log.contains(where: { $0.draft.action == "hold.set" }) else { return }
        try await site.controller.hold("only", until: nil, by: ann, reason: "look at it")
    }

    private static func passOver(_ site: SimulatedSite) async throws {
        guard let active = try await site.active("only"), active.phase == .stepping, active.step == 0, active.waitUntil != nil else {
            return
        }
        _ = try await site.controller.skip("only", by: ann, reason: "seen enough")
    }
}
