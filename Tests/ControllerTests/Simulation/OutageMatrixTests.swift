import Controller
import Delivery
import Journal
import Synchronization
import Testing

/// What a Release needs goes away in each phase, for longer than any deadline, and comes back: it ends as if nothing had happened.
///
/// The simulated controller has no Git at all: what passes here needs none, in any phase.
@Suite(.timeLimit(.minutes(10))) struct OutageMatrixTests {
    enum Trouble: String, CaseIterable, Sendable {
        case apiServer = "the API server", metrics = "the metrics", apiServerAndProcess = "the API server, and the process is killed"
    }

    @Test("each phase in which something is done is in the table")
    func eachPhaseIsInTheTable() {
        let phases = Set(OutagePoint.allCases.map(\.place.phase))
        #expect(phases == Set(ReleasePhase.allCases.filter { $0.isActive || $0 == .verified }))
        #expect(Set(OutagePoint.allCases.compactMap(\.place.step)) == Set(RollbackStep.allCases))
    }

    @Test(arguments: OutagePoint.allCases)
    func `what is away for minutes changes no end`(_ point: OutagePoint) async throws {
        let story = story(point)
        let beginning = try await story.beginning()
        defer { beginning.forget() }
        let undisturbed = try await story.end(from: beginning)
        for trouble in Trouble.allCases {
            let end = try await end(of: story, from: beginning, with: trouble, at: point)
            #expect(end == undisturbed, "without \(trouble.rawValue)")
        }
    }

    private func end(of story: CrashStory, from beginning: Snapshot, with trouble: Trouble, at point: OutagePoint) async throws -> [String]
    {
        let documents = Dictionary(uniqueKeysWithValues: story.policies.map { ($0.name, $0.document) })
        let site = try await SimulatedSite(
            documents, world: SimulatedWorld(beginning.world), seed: 3, from: try beginning.takeFolder())
        var isOver = false
        let end = try await story.end(of: site) { site in
            guard !isOver, try await Self.isReached(point, site) else { return }
            isOver = true
            try await Self.outage(of: trouble, at: site)
        }
        return isOver ? end : ["the story never comes there"]
    }

    private static func isReached(_ point: OutagePoint, _ site: SimulatedSite) async throws -> Bool {
        let last = try await site.controller.journal.releases(environment: "production", limit: 1).first
        return last.map { point.isReached(by: $0) } ?? false
    }

    /// Five minutes: no phase has more than one.
    private static func outage(of trouble: Trouble, at site: SimulatedSite) async throws {
        let names = Set(site.names)
        site.world.state.withLock { state in
            if trouble == .metrics { state.withoutMetrics = names } else { state.away = names }
        }
        if trouble == .apiServerAndProcess { try await site.restart(seed: 4) }
        for _ in 0..<60 {
            for name in site.names { try await site.step(name) }
            site.world.pass(.seconds(5))
        }
        site.world.state.withLock { state in
            state.withoutMetrics = []
            state.away = []
        }
    }

    /// Staging, and production in steps with approvals, a soak time and a watch; one that fails there, or one that is taken back by hand.
    private func story(_ point: OutagePoint) -> CrashStory {
        let place = point.place
        let isBad = place.phase == .rollingBack
        return CrashStory(
            testDescription: "",
            policies: [
                CrashStory.environment("staging"), CrashStory.production("production", .canary, soak: "20s", watch: "30s"),
            ], quality: isBad ? .failsUnderTraffic : .good, badIn: "production",
            people: { site in
                try await CrashStory.approve(site)
                if place.kind == .rollback { try await CrashStory.goBack(site, in: "production", after: .verified) }
            }, ends: [:])
    }
}
