import Delivery
import Testing

/// Staging and production with people, merges and Releases: every sequence of happenings up to a length, each stored as the Journal stores.
@Suite struct WorldInvariantTests {
    struct World: Hashable {
        var environments = ["staging": Samples.environment(), "production": Samples.environment()]
        /// Of each Environment, oldest first.
        var releases: [String: [Release]] = [:]
        var quarantines: [String: [String: Quarantine]] = [:]
        var nextID: Int64 = 2
        /// What the last change was decided upon.
        var given: EnvironmentState?
        /// What staging has ever proven.
        var proven: Set<String> = ["bundle-a"]

        init() {
            for name in environments.keys { environments[name]?.name = name }
        }

        func state(_ name: String) -> EnvironmentState { environments[name] ?? EnvironmentState(name: name) }
        func last(_ name: String) -> Release? { releases[name]?.last }
        func active(_ name: String) -> Release? { releases[name]?.last { $0.phase.isActive } }
        /// The health of an older one is no longer what the Environment shows.
        func watched(_ name: String) -> Release? {
            releases[name]?.last { $0.phase == .verified && $0.waitUntil != nil && $0.id == environments[name]?.verifiedRelease }
        }

        /// Without what only counts, and without Releases that nothing will ask for any more: equal worlds have equal futures.
        var normal: World {
            var world = self
            world.given = nil
            for name in environments.keys {
                world.environments[name]?.version = 0
                let kept = (releases[name] ?? []).suffix(2)
                world.releases[name] = kept.map { release in
                    var release = release
                    release.version = 0
                    release.deadline = nil
                    return release
                }
            }
            return world
        }
    }

    /// What can happen in an Environment; deciding is left to the rules.
    enum Happening: CaseIterable {
        case mergeB, mergeC, progress, fail, hold, resume, freeze, thaw, skip, retry, rollBack, forceB, liftB
    }

    @Test(arguments: [0, 1])
    func noSequenceBreaksTheRules(steps: Int) throws {
        let policy = Samples.policy(soak: .zero, automatic: true, steps: steps)
        try walk(policy, depth: 6, least: 23_000)
    }

    @Test func noSequenceBreaksTheRulesWithoutAutomaticRollback() throws {
        try walk(Samples.policy(soak: .zero, automatic: false), depth: 5, least: 5000)
    }

    private func walk(_ policy: EnvironmentPolicy, depth: Int, least: Int) throws {
        var worlds: Set<World> = [World().normal]
        var count = 0
        for _ in 0..<depth {
            var next: Set<World> = []
            for world in worlds {
                for name in ["staging", "production"] {
                    for happening in Happening.allCases {
                        guard let after = try happen(happening, name, world, policy) else { continue }
                        count += 1
                        next.insert(after.normal)
                    }
                }
            }
            worlds = next
        }
        #expect(count > least, "rules that keep things from happening make this smaller: \(count)")
    }

    private func happen(_ happening: Happening, _ name: String, _ world: World, _ policy: EnvironmentPolicy) throws -> World? {
        let state = world.state(name)
        // Staging is not forced, held or frozen here: production is what people guard.
        let isGuarded = name == "production"
        var change = StateChange()
        switch happening {
        case .mergeB: change = try merge("b", name, world, policy)
        case .mergeC: change = try merge("c", name, world, policy)
        case .progress: change = try progress(name, world, policy)
        case .fail: change = try fail(name, world, policy)
        case .hold: if isGuarded { change = OperatorRequests.hold(state, by: Samples.ann, reason: "freeze", at: Samples.now) }
        case .resume:
            if state.hold != nil { change = try OperatorRequests.resume(state, by: Samples.ann, reason: "fixed", at: Samples.now) }
        case .freeze:
            if isGuarded, state.freeze == nil {
                change = OperatorRequests.freeze(state, by: Samples.ann, reason: "sale", until: nil, at: Samples.now)
            }
        case .thaw:
            if state.freeze != nil { change = try OperatorRequests.thaw(state, by: Samples.ann, reason: "over", at: Samples.now) }
        case .skip: change = try unlessRefused { try skip(name, world, policy) }
        case .retry: change = try unlessRefused { try retry(name, world, policy) }
        case .rollBack: change = try rollBack(name, world)
        case .forceB: if isGuarded { change = try force("b", name, world) }
        case .liftB:
            if let quarantine = world.quarantines[name]?["bundle-b"], world.active(name) == nil {
                change = OperatorRequests.lift(quarantine, in: state, by: Samples.ann, reason: "wrong alarm", at: Samples.now)
            }
        }
        if change.isEmpty { return nil }
        var after = try store(change, in: world, name)
        if after.releases[name]?.contains(where: { $0.id >= after.nextID }) == true { after.nextID += 1 }
        check(world, happening, name, after)
        return after
    }

    private func unlessRefused(_ body: () throws -> StateChange) throws -> StateChange {
        do {
            return try body()
        } catch is RequestRefused {
            return StateChange()
        }
    }

    /// Production takes what staging has proven at that moment.
    private func merge(_ revision: String, _ name: String, _ world: World, _ policy: EnvironmentPolicy) throws -> StateChange {
        let candidate = Samples.candidate(revision)
        if name == "production", world.state("staging").verifiedRevision?.id != candidate.revision.id { return StateChange() }
        let state = world.state(name)
        let decision = Admission.decide(
            candidate: candidate, environment: state, active: world.active(name), last: world.last(name),
            quarantine: world.quarantines[name]?[candidate.bundle])
        switch decision {
        case .nothing: return StateChange()
        case .advance: return OperatorRequests.advance(state, to: candidate.revision, at: Samples.now)
        case .withdraw:
            guard let active = world.active(name) else { return StateChange() }
            return try active.after(.cancelled(.controller, reason: "no longer wanted"), in: state, policy: policy, at: Samples.now)
        case .release:
            return try OperatorRequests.deploy(
                candidate, to: state, releaseID: world.nextID, superseding: world.active(name), by: .controller, reason: "merge",
                isForced: false, at: Samples.now)
        }
    }

    private func force(_ revision: String, _ name: String, _ world: World) throws -> StateChange {
        guard world.active(name) == nil else { return StateChange() }
        return try OperatorRequests.deploy(
            Samples.candidate(revision), to: world.state(name), releaseID: world.nextID, superseding: nil, by: Samples.ann,
            reason: "needed", isForced: true, at: Samples.now)
    }

    private func skip(_ name: String, _ world: World, _ policy: EnvironmentPolicy) throws -> StateChange {
        try OperatorRequests.skip(
            world.active(name), in: world.state(name), policy: policy, zones: Samples.zones, by: Samples.ann, reason: "known",
            at: Samples.now)
    }

    private func retry(_ name: String, _ world: World, _ policy: EnvironmentPolicy) throws -> StateChange {
        let last = world.last(name)
        return try OperatorRequests.retry(
            last, in: world.state(name), quarantine: last.flatMap { world.quarantines[name]?[$0.bundle] }, policy: policy,
            zones: Samples.zones, by: Samples.ann,
            reason: "again", at: Samples.now)
    }

    private func rollBack(_ name: String, _ world: World) throws -> StateChange {
        let target = OperatorRequests.RollbackTarget(bundle: "bundle-a", revision: Samples.revision("a"))
        let active = world.active(name)
        if active == nil, world.state(name).verifiedBundle == target.bundle { return StateChange() }
        let leaving = active.map { OperatorRequests.RollbackTarget(bundle: $0.bundle, revision: $0.revision) }
        return try OperatorRequests.rollBack(
            world.state(name), to: target, releaseID: world.nextID, active: active, leaving: leaving, by: Samples.ann,
            reason: "looks bad", at: Samples.now)
    }

    private func progress(_ name: String, _ world: World, _ policy: EnvironmentPolicy) throws -> StateChange {
        guard let release = world.active(name) ?? world.watched(name) else { return StateChange() }
        let event: ReleaseEvent
        switch release.work {
        case .admit: event = Admission.blocker(of: release, in: world.state(name)).map { .blocked($0) } ?? .admitted
        case .preflight: event = .preflightPassed(planHash: "plan")
        case .apply: event = .applied
        case .awaitHealth, .step: event = .healthy
        case .watchStep: event = .stepPassed()
        case .verify: event = .verificationPassed()
        case .watch: event = .waitElapsed
        case .prune: event = .pruned
        case nil: return StateChange()
        }
        return try release.after(event, in: world.state(name), policy: policy, at: Samples.now)
    }

    private func fail(_ name: String, _ world: World, _ policy: EnvironmentPolicy) throws -> StateChange {
        guard let release = world.active(name) ?? world.watched(name) else { return StateChange() }
        return try release.after(.failed(Samples.failure), in: world.state(name), policy: policy, at: Samples.now)
    }

    private func store(_ change: StateChange, in world: World, _ name: String) throws -> World {
        var world = world
        world.given = change.given.first
        for release in change.releases {
            if let index = world.releases[name]?.firstIndex(where: { $0.id == release.id }) {
                try #require(release.version == (world.releases[name]?[index].version ?? 0) + 1)
                world.releases[name]?[index] = release
            } else {
                try #require(release.version == 0)
                world.releases[name, default: []].append(release)
            }
        }
        for environment in change.environments {
            try #require(environment.name == name && environment.version == world.state(name).version + 1)
            world.environments[name] = environment
        }
        for lift in change.liftedQuarantines { world.quarantines[name]?[lift.bundle] = nil }
        for quarantine in change.quarantines { world.quarantines[name, default: [:]][quarantine.bundle] = quarantine }
        if name == "staging", let bundle = world.state(name).verifiedBundle { world.proven.insert(bundle) }
        return world
    }

    private func check(_ before: World, _ happening: Happening, _ name: String, _ after: World) {
        let old = before.releases[name] ?? []
        let new = after.releases[name] ?? []
        let place = "\(happening) in \(name): \(old.map(\.phase)) -> \(new.map(\.phase))"
        expect(new.count { $0.phase.isActive } <= 1, "two active releases: \(place)")
        for release in new where release.kind == .deploy && !release.isForced {
            guard let earlier = old.first(where: { $0.id == release.id }) else {
                expect(before.quarantines[name]?[release.bundle] == nil, "a quarantined bundle was released: \(place)")
                if name == "production" { expect(after.proven.contains(release.bundle), "staging has not proven it: \(place)") }
                continue
            }
            let beginsToWrite = !earlier.phase.mayHaveWritten && earlier.phase.isActive && release.phase.mayHaveWritten
            let goesFurther = earlier.phase == .stepping && (release.phase == .applying || release.step != earlier.step)
            guard beginsToWrite || goesFurther else { continue }
            let given = after.given.map { $0 == before.state(name) } ?? false
            expect(given, "a hold in between would be overtaken: \(place)")
            expect(before.state(name).hold == nil, "a held environment moved forward: \(place)")
            expect(before.state(name).freeze == nil || release.passesCalendar, "a frozen environment moved forward: \(place)")
        }
        checkRetry(happening, old, new, after.state(name), place)
        if let bundle = after.state(name).verifiedBundle, after.active(name) == nil, after.state(name).verifiedRelease != nil {
            let isForced = new.contains { $0.bundle == bundle && $0.isForced } || happening == .progress
            expect(after.quarantines[name]?[bundle] == nil || isForced, "what is kept in the cluster is quarantined: \(place)")
        }
    }

    /// A retry forward lifts exactly what stopped it; one of a way back leaves the Environment stopped.
    private func checkRetry(_ happening: Happening, _ old: [Release], _ new: [Release], _ state: EnvironmentState, _ place: String) {
        guard happening == .retry, let release = new.last, let earlier = old.last else { return }
        expect(earlier.id == release.id && !earlier.phase.isActive && release.phase.isActive, place)
        if release.phase == .rollingBack { expect(state.hold != nil, "a way back lifted the hold: \(place)") }
        if release.phase.mayHaveWritten, release.kind == .deploy, release.phase != .rollingBack {
            expect(state.hold?.release != release.id, "held for the failure that is tried again: \(place)")
        }
    }

    /// Cheap where it holds: it is asked some hundred thousand times.
    private func expect(_ holds: Bool, _ words: @autoclosure () -> String) {
        if !holds { Issue.record(Comment(rawValue: words())) }
    }
}
