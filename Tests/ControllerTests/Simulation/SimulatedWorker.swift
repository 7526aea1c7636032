import Controller
import Delivery
import Synchronization

/// Acts on a cluster that is two words: the digest of what it runs, and of what stands beside it.
struct SimulatedWorker: EnvironmentWorker {
    let name: String
    let world: SimulatedWorld
    let isQuarantined: @Sendable (_ bundle: String) async throws -> Quarantine?

    var sight: WorkerSight { WorkerSight() }
    func forget() {}

    func rest(at site: WorkSite) async throws -> Duration {
        guard let bundle = site.environment.verifiedBundle else { return .seconds(30) }
        world.state.withLock { state in
            guard !state.away.contains(name) else { return }
            state.beside[name] = nil
            if state.running[name] != bundle { write(bundle, &state) }
        }
        return .seconds(30)
    }

    func perform(_ work: ReleaseWork, of release: Release, at site: WorkSite) async throws -> WorkOutcome {
        if !work.onlyLooks { try await check(work, release, site) }
        return try world.state.withLock { state in
            if state.away.contains(name) {
                let retryAt = state.wall + .seconds(5)
                return .happened(.transientError(message: "no route to the API server", retryAt: retryAt, isOutage: true))
            }
            return try act(work, release, site, &state)
        }
    }

    private func act(_ work: ReleaseWork, _ release: Release, _ site: WorkSite, _ state: inout SimulatedWorld.State) throws -> WorkOutcome {
        switch work {
        case .admit: return .happened(.admitted)
        case .preflight:
            // What a Release before it left half way.
            if release.previousBundle != nil { state.beside[name] = nil }
            if state.qualities[release.bundle] == .refusedByTheDryRun { return failed(.preflight, "the dry run refuses it") }
            return .happened(.preflightPassed(planHash: "plan of \(release.bundle) over \(state.running[name] ?? "nothing")"))
        case .apply(let bundle):
            if release.kind == .rollback || release.phase == .rollingBack { state.beside[name] = nil }
            write(bundle, &state)
            try dieIfDue(&state)
            return .happened(.applied)
        case .step(let bundle, let index):
            try bringUp(bundle, &state)
            let outcome = health(of: bundle, since: state.beside[name]?.since, state)
            if case .happened(.healthy) = outcome { route(bundle, step(index, site)?.weight ?? 0, &state) }
            return outcome
        case .awaitHealth(let bundle): return health(of: bundle, since: state.since[name], state)
        case .watchStep(let bundle, let index, let until):
            return try watchStep(bundle, step(index, site)?.weight ?? 0, until, release, &state)
        case .verify(let bundle, _): return tests(of: bundle, state)
        case .watch(let bundle, let until):
            if release.phase == .verified { state.beside[name] = nil }
            return watch(bundle, until, state)
        case .prune:
            state.beside[name] = nil
            state.writes += 1
            try dieIfDue(&state)
            return .happened(.pruned)
        }
    }

    private func health(of bundle: String, since: Duration?, _ state: SimulatedWorld.State) -> WorkOutcome {
        if state.qualities[bundle] == .neverHealthy { return failed(.health, "crash loop") }
        guard let since, state.sinceStart - since >= .seconds(2) else { return .notYet(.seconds(1)) }
        return .happened(.healthy)
    }

    private func tests(of bundle: String, _ state: SimulatedWorld.State) -> WorkOutcome {
        if state.withoutMetrics.contains(name) { return noData(state) }
        return state.qualities[bundle] == .failsItsTests ? failed(.smokeTest, "answers 500") : .happened(.verificationPassed())
    }

    private func noData(_ state: SimulatedWorld.State) -> WorkOutcome {
        .happened(.transientError(message: "no data", retryAt: state.wall + .seconds(5), isOutage: true))
    }

    private func watch(_ bundle: String, _ until: Timestamp, _ state: SimulatedWorld.State) -> WorkOutcome {
        let age = state.sinceStart - (state.since[name] ?? state.sinceStart)
        if state.qualities[bundle] == .degradesLater, age > .seconds(20) { return failed(.health, "degraded") }
        return state.wall >= until ? .happened(.waitElapsed) : .notYet(min(until - state.wall, .seconds(5)))
    }

    private func write(_ bundle: String, _ state: inout SimulatedWorld.State) {
        if state.running[name] != bundle {
            state.since[name] = state.sinceStart
            state.seen[name, default: []].append(bundle)
        }
        state.running[name] = bundle
        state.writes += 1
    }

    /// The process ends after the write and before anybody hears of it.
    private func dieIfDue(_ state: inout SimulatedWorld.State) throws {
        if state.dies.remove(name) != nil { throw CancellationError() }
    }

    private func failed(_ origin: Failure.Origin, _ message: String) -> WorkOutcome {
        .happened(.failed(Failure(origin: origin, message: message)))
    }

    // MARK: Steps

    private func step(_ index: Int, _ site: WorkSite) -> RolloutStrategy.Step? {
        guard let steps = site.policy.rollout.strategy?.steps, steps.indices.contains(index) else { return nil }
        return steps[index]
    }

    private func bringUp(_ bundle: String, _ state: inout SimulatedWorld.State) throws {
        guard state.beside[name]?.bundle != bundle else { return }
        state.beside[name] = .init(bundle: bundle, since: state.sinceStart)
        state.writes += 1
        try dieIfDue(&state)
    }

    private func route(_ bundle: String, _ weight: Int, _ state: inout SimulatedWorld.State) {
        guard state.beside[name]?.weight != weight else { return }
        state.beside[name]?.weight = weight
        state.seen[name, default: []].append("\(weight) % of \(bundle)")
        state.writes += 1
    }

    private func watchStep(
        _ bundle: String, _ weight: Int, _ until: Timestamp, _ release: Release, _ state: inout SimulatedWorld.State
    ) throws -> WorkOutcome {
        // What somebody took away comes again.
        try bringUp(bundle, &state)
        route(bundle, weight, &state)
        let quality = state.qualities[bundle]
        let age = state.sinceStart - (state.beside[name]?.since ?? state.sinceStart)
        if quality == .failsUnderTraffic, weight > 0, age >= .seconds(3) { return failed(.health, "out of memory") }
        if quality == .failsItsTests { return failed(.smokeTest, "answers 500") }
        guard state.wall >= until else { return .notYet(min(until - state.wall, .seconds(1))) }
        return state.withoutMetrics.contains(name) ? noData(state) : .happened(.stepPassed())
    }

    // MARK: The rules

    private func check(_ work: ReleaseWork, _ release: Release, _ site: WorkSite) async throws {
        let place = "\(name) release \(release.id) (\(release.phase.rawValue), \(release.bundle))"
        guard release.kind == .deploy, release.phase != .rollingBack, !release.isForced else { return }
        if let quarantine = try await isQuarantined(release.bundle), quarantine.since <= release.createdAt {
            world.violation("a quarantined bundle is written: \(place)")
        }
        let hasProof = world.state.withLock { state in
            site.policy.promotion.from.map { state.proven[$0]?.contains(release.revision.id) ?? false } ?? true
        }
        if !hasProof { world.violation("what is not proven before is written: \(place)") }
        guard release.phase == .applying || release.phase == .stepping else { return }
        if let hold = site.environment.hold, hold.since <= release.phaseSince {
            world.violation("a held environment moves forward: \(place)")
        }
    }
}
