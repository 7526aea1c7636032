import Delivery
import Testing

/// One Environment with people, merges and Releases: every sequence of happenings up to a length, each stored as the Journal stores.
@Suite struct WorldInvariantTests {
    struct World: Hashable {
        var environment = Samples.environment()
        var releases: [Release] = []
        var quarantines: [String: Quarantine] = [:]
        var nextID: Int64 = 2

        var active: Release? { releases.first { $0.phase.isActive } }
        /// The health of an older one is no longer what the Environment shows.
        var watched: Release? {
            releases.last { $0.phase == .verified && $0.waitUntil != nil && $0.id == environment.verifiedRelease }
        }

        var normal: World {
            var world = self
            world.environment.version = 0
            for index in world.releases.indices {
                world.releases[index].version = 0
                world.releases[index].deadline = nil
            }
            return world
        }
    }

    /// What can happen; deciding is left to the rules.
    enum Happening: CaseIterable {
        case mergeB, mergeC, progress, fail, hold, resume, rollBack, forceB, liftB
    }

    @Test func noSequenceBreaksTheRules() throws {
        var worlds: Set<World> = [World()]
        var count = 0
        for _ in 0..<9 {
            var next: Set<World> = []
            for world in worlds {
                for happening in Happening.allCases {
                    guard let after = try happen(happening, world) else { continue }
                    count += 1
                    next.insert(after.normal)
                }
            }
            worlds = next
        }
        #expect(count > 5000)
    }

    private func happen(_ happening: Happening, _ world: World) throws -> World? {
        let change: StateChange
        switch happening {
        case .mergeB: change = try merge("b", world)
        case .mergeC: change = try merge("c", world)
        case .progress: change = try progress(world)
        case .fail: change = try fail(world)
        case .hold: change = OperatorRequests.hold(world.environment, by: Samples.ann, reason: "freeze", at: Samples.now)
        case .resume:
            guard world.environment.hold != nil else { return nil }
            change = try OperatorRequests.resume(world.environment, by: Samples.ann, reason: "fixed", at: Samples.now)
        case .rollBack: change = try rollBack(world)
        case .forceB: change = try force("b", world)
        case .liftB:
            guard world.quarantines["bundle-b"] != nil else { return nil }
            change = StateChange(liftedQuarantines: [QuarantineLift(environment: "production", bundle: "bundle-b")])
        }
        if change.isEmpty { return nil }
        var after = try store(change, in: world)
        if after.releases.contains(where: { $0.id >= after.nextID }) { after.nextID += 1 }
        check(world, happening, after)
        return after
    }

    private func merge(_ name: String, _ world: World) throws -> StateChange {
        let candidate = Samples.candidate(name)
        let decision = Admission.decide(
            candidate: candidate, environment: world.environment, active: world.active, last: world.releases.last,
            quarantine: world.quarantines[candidate.bundle])
        switch decision {
        case .nothing: return StateChange()
        case .advance: return OperatorRequests.advance(world.environment, to: candidate.revision, at: Samples.now)
        case .withdraw:
            guard let active = world.active else { return StateChange() }
            return try active.after(
                .cancelled(.controller, reason: "no longer wanted"), in: world.environment, policy: Samples.policy(soak: .zero),
                at: Samples.now)
        case .release:
            return try OperatorRequests.deploy(
                candidate, to: world.environment, releaseID: world.nextID, superseding: world.active, by: .controller, reason: "merge",
                isForced: false, at: Samples.now)
        }
    }

    private func force(_ name: String, _ world: World) throws -> StateChange {
        guard world.active == nil else { return StateChange() }
        return try OperatorRequests.deploy(
            Samples.candidate(name), to: world.environment, releaseID: world.nextID, superseding: nil, by: Samples.ann,
            reason: "needed", isForced: true, at: Samples.now)
    }

    private func rollBack(_ world: World) throws -> StateChange {
        let target = OperatorRequests.RollbackTarget(bundle: "bundle-a", revision: Samples.revision("a"))
        if world.active == nil, world.environment.verifiedBundle == target.bundle { return StateChange() }
        let leaving = world.active.map { OperatorRequests.RollbackTarget(bundle: $0.bundle, revision: $0.revision) }
        return try OperatorRequests.rollBack(
            world.environment, to: target, releaseID: world.nextID, active: world.active, leaving: leaving, by: Samples.ann,
            reason: "looks bad", at: Samples.now)
    }

    private func progress(_ world: World) throws -> StateChange {
        guard let release = world.active ?? world.watched else { return StateChange() }
        let event: ReleaseEvent
        switch release.work {
        case .admit: event = Admission.blocker(of: release, in: world.environment).map { .blocked($0) } ?? .admitted
        case .preflight: event = .preflightPassed(planHash: "plan")
        case .apply: event = .applied
        case .awaitHealth: event = .healthy
        case .verify: event = .verificationPassed
        case .watch: event = .waitElapsed
        case .prune: event = .pruned
        case nil: return StateChange()
        }
        return try release.after(event, in: world.environment, policy: Samples.policy(soak: .zero), at: Samples.now)
    }

    private func fail(_ world: World) throws -> StateChange {
        guard let release = world.active ?? world.watched else { return StateChange() }
        return try release.after(.failed(Samples.failure), in: world.environment, policy: Samples.policy(soak: .zero), at: Samples.now)
    }

    private func store(_ change: StateChange, in world: World) throws -> World {
        var world = world
        for release in change.releases {
            if let index = world.releases.firstIndex(where: { $0.id == release.id }) {
                try #require(release.version == world.releases[index].version + 1)
                world.releases[index] = release
            } else {
                try #require(release.version == 0)
                world.releases.append(release)
            }
        }
        for environment in change.environments {
            try #require(environment.version == world.environment.version + 1)
            world.environment = environment
        }
        for lift in change.liftedQuarantines { world.quarantines[lift.bundle] = nil }
        for quarantine in change.quarantines { world.quarantines[quarantine.bundle] = quarantine }
        return world
    }

    private func check(_ before: World, _ happening: Happening, _ after: World) {
        let place: Comment = "\(happening): \(before.releases.map(\.phase)) -> \(after.releases.map(\.phase))"
        #expect(after.releases.count { $0.phase.isActive } <= 1, "two active releases: \(place)")
        for release in after.releases where release.kind == .deploy && !release.isForced {
            guard let old = before.releases.first(where: { $0.id == release.id }) else {
                #expect(before.quarantines[release.bundle] == nil, "a quarantined bundle was released: \(place)")
                continue
            }
            let beginsToWrite = !old.phase.mayHaveWritten && release.phase.mayHaveWritten
            if beginsToWrite { #expect(before.environment.hold == nil, "a held environment moved forward: \(place)") }
        }
        if let bundle = after.environment.verifiedBundle, after.active == nil, after.environment.verifiedRelease != nil {
            let isForced = after.releases.contains { $0.bundle == bundle && $0.isForced }
            #expect(after.quarantines[bundle] == nil || isForced, "what is kept in the cluster is quarantined: \(place)")
        }
    }
}
