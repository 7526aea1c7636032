import Controller
import Delivery
import Journal
import Manifests
import Synchronization

/// One seeded life of a controller: merges, people, outages, crashes and clocks that are set, then peace, and what must be true in the end.
///
/// The lanes, the rules and the Journal are the real ones; only what acts on a cluster, and the clock, are simulated.
final class Scenario {
    let seed: UInt64
    private var dice: Dice
    private let world = SimulatedWorld()
    private let site: SimulatedSite
    private var controller: Controller { site.controller }
    private var names: [String] { site.names }
    private var revisions = 0
    /// What happened, for whoever reads a failure.
    private(set) var log: [String] = []

    init(seed: UInt64) async throws {
        self.seed = seed
        dice = Dice(seed: seed)
        site = try await SimulatedSite(Self.policies(&dice), world: world, seed: seed)
    }

    /// Staging and production; half of the time two productions that go together. Some roll out in steps.
    private static func policies(_ dice: inout Dice) -> [String: Value] {
        func policy(_ name: String, _ promotion: Value, _ dice: inout Dice) -> Value {
            var policy = SimulatedPolicy(name)
            policy.promotion = promotion
            policy.isAutomatic = dice.happens(85)
            policy.watch = dice.happens(70) ? "60s" : "0s"
            policy.strategy = dice.happens(40) ? dice.pick([.canary, .blueGreen]) : nil
            return policy.document
        }
        var staging: Value = ["soak": dice.happens(50) ? "10s" : "0s"]
        if dice.happens(25) { staging["supersede"] = "running" } else if dice.happens(25) { staging["order"] = "inOrder" }
        var production: Value = ["from": "staging", "soak": dice.happens(50) ? "10s" : "0s"]
        if dice.happens(40) { production["approvals"] = ["required": .integer(dice.happens(50) ? 1 : 2), "role": "release-manager"] }
        if dice.happens(25) { production["order"] = "inOrder" }
        var all = ["staging": policy("staging", staging, &dice)]
        if dice.happens(50) {
            production["group"] = "shop"
            for name in ["production-eu", "production-us"] { all[name] = policy(name, production, &dice) }
        } else {
            all["production"] = policy("production", production, &dice)
        }
        return all
    }

    // MARK: Life

    func live(for rounds: Int) async throws {
        for _ in 0..<rounds {
            try await happen()
            for name in names.shuffled(using: &dice) { try await site.step(name) }
            world.pass(.milliseconds(Int.random(in: 200...8000, using: &dice)))
        }
    }

    private func happen() async throws {
        switch Int.random(in: 0..<100, using: &dice) {
        case 0..<16: try await merge()
        case 16..<24: fault()
        case 24..<30: endFaults()
        case 30..<36: try await crash()
        case 36..<38: world.setClock(by: .seconds(Int.random(in: -7200...7200, using: &dice)))
        case 38..<70: try await person()
        default: break
        }
    }

    private func merge() async throws {
        revisions += 1
        let quality: SimulatedWorld.Quality = dice.happens(60) ? .good : dice.pick(SimulatedWorld.Quality.allCases) ?? .good
        // Some Revisions render to what an earlier one did: a revert, or a change of a comment.
        let content = dice.happens(20) ? Int.random(in: 1...revisions, using: &dice) : revisions
        try await site.merge(revisions, content: content, quality)
        log.append("merge \(revisions): content \(content), \(quality)")
    }

    private func fault() {
        guard let name = dice.pick(names) else { return }
        let kind = Int.random(in: 0..<3, using: &dice)
        log.append("fault \(kind) in \(name)")
        world.state.withLock { state in
            switch kind {
            case 0: state.away.formUnion([name])
            case 1: state.withoutMetrics.formUnion([name])
            default: state.dies.formUnion([name])
            }
        }
    }

    private func endFaults() {
        world.state.withLock { state in
            state.away = []
            state.withoutMetrics = []
        }
    }

    private func crash() async throws {
        log.append("crash")
        try await site.restart(seed: seed &+ UInt64(log.count))
    }

    private func person() async throws {
        guard let name = dice.pick(names) else { return }
        let who = Actor(name: dice.happens(50) ? "ann" : "bob", source: .token)
        let what = Int.random(in: 0..<12, using: &dice)
        do {
            switch what {
            case 0: try await controller.hold(name, until: dice.happens(50) ? soon() : nil, by: who, reason: "look")
            case 1, 2: try await controller.resume(name, by: who, reason: "fixed")
            case 3: try await controller.freeze(name, until: dice.happens(50) ? soon() : nil, by: who, reason: "sale")
            case 4: try await controller.thaw(name, by: who, reason: "over")
            case 5: _ = try await controller.rollBack(name, to: nil, keepingBundle: dice.happens(30), by: who, reason: "looks bad")
            case 6: try await retry(name, who)
            case 7: try await skip(name, who)
            case 8: _ = try await controller.deploy(name, revision: nil, force: dice.happens(20), by: who, reason: "again")
            case 9, 10: _ = try await controller.approve(name, planHash: nil, by: who, reason: "looked")
            default: _ = try await controller.cancel(name, by: who, reason: "not today")
            }
            log.append("\(who.name) does \(what) in \(name)")
        } catch is RequestRefused {
            // The rules say no to much of what is asked at random; that is what they are for.
        }
    }

    private func retry(_ name: String, _ who: Actor) async throws { _ = try await controller.retry(name, by: who, reason: "again") }

    private func skip(_ name: String, _ who: Actor) async throws {
        let release = try await controller.skip(name, by: who, reason: "known")
        world.passedOver.withLock { _ = $0.insert(release.targetBundle) }
    }

    private func soon() -> Timestamp { world.state.withLock { $0.wall } + .seconds(Int.random(in: 5...120, using: &dice)) }

    // MARK: Peace

    /// No more faults and no more people: everything comes to its end, and the end is right.
    /// - Returns: what is not as it should be.
    func settle() async throws -> [String] {
        endFaults()
        world.state.withLock { $0.dies = [] }
        guard try await site.settle() else {
            return ["it does not come to rest: \(names.map { "\($0): \(controller.lane($0)?.words ?? "")" })"]
        }
        var faults = world.state.withLock { $0.violations }
        for name in names { faults += try await faultsInTheEnd(name) }
        if case .broken(_, let what) = try await controller.journal.verifyAudit() { faults.append("the audit record is broken: \(what)") }
        return faults
    }

    private func faultsInTheEnd(_ name: String) async throws -> [String] {
        let releases = try await controller.journal.releases(environment: name, limit: 500)
        let state = try await controller.journal.environment(name) ?? EnvironmentState(name: name)
        var faults: [String] = []
        for release in releases where !release.phase.isActive && release.finishedAt == nil {
            faults.append("\(name) release \(release.id) ended without a time")
        }
        // One that is followed in steps is watched until these are over.
        let isFollowed = releases.first?.phase == .stepping
        for release in releases
        where !isFollowed && release.phase == .verified && release.waitUntil != nil && release.id == state.verifiedRelease {
            faults.append("\(name) release \(release.id) is watched for ever")
        }
        if let active = releases.first(where: { $0.phase.isActive }), try await !mayWait(active) {
            faults.append("\(name) release \(active.id) does not end: \(active.phase.rawValue), \(active.blocker?.explanation ?? "")")
        }
        let running = world.state.withLock { $0.running[name] }
        let quality = world.state.withLock { state in state.verifiedQuality(running) }
        switch releases.first?.phase {
        case .verified, .rolledBack:
            // Without anything that is verified, what failed is left for people to look at.
            if state.verifiedBundle != nil, running != state.verifiedBundle {
                faults.append("\(name) runs \(running ?? "-"), verified is \(state.verifiedBundle ?? "-")")
            }
        default: break
        }
        let beside = world.state.withLock { $0.beside[name] }
        let last = releases.first?.phase
        if let beside, last == .verified || last == .rolledBack || last == .superseded || last == .cancelled {
            faults.append("\(name) has \(beside.bundle) beside it for ever, with \(beside.weight) % of the traffic")
        }
        let wasPassedOver = running.map { bundle in world.passedOver.withLock { $0.contains(bundle) } } ?? false
        if state.verifiedBundle == running, quality == .neverHealthy || quality == .failsItsTests, !wasPassedOver {
            faults.append("\(name) keeps \(running ?? "-"), which \(quality.map { "\($0)" } ?? "")")
        }
        if !faults.isEmpty {
            let history = releases.prefix(8).map { "\($0.id) \($0.kind) \($0.bundle) \($0.phase)" }.joined(separator: ", ")
            faults.append("(\(name): \(history); verified \(state.verifiedRelease ?? 0) \(state.verifiedBundle ?? "-"))")
        }
        return faults
    }

    /// People are waited for, and what waits for people in another Environment of the group.
    private func mayWait(_ release: Release) async throws -> Bool {
        switch release.phase {
        case .blocked: true
        case .stepping: release.blocker != nil
        case .soaking: try await othersWaitForPeople(release)
        default: false
        }
    }

    private func othersWaitForPeople(_ release: Release) async throws -> Bool {
        for name in names where name.hasPrefix("production-") && name != release.environment {
            let releases = try await controller.journal.releases(environment: name, limit: 500)
            let state = try await controller.journal.environment(name) ?? EnvironmentState(name: name)
            if state.hold != nil || state.freeze != nil { return true }
            guard let twin = releases.first(where: { $0.revision.id == release.revision.id && $0.kind == .deploy && !$0.isForced }) else {
                continue
            }
            switch twin.blocker {
            case .approval, .hold, .freeze, .window, .unknownTimeZone: return true
            case .group, nil: break
            }
            // It may be tried again by whoever lets this one be tried again.
            if !twin.phase.isActive, twin.phase != .verified, release.retriedAt != nil { return true }
        }
        return false
    }
}

extension SimulatedWorld.State {
    fileprivate func verifiedQuality(_ bundle: String?) -> SimulatedWorld.Quality? { bundle.flatMap { qualities[$0] } }
}
