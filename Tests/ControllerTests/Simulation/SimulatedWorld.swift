import Controller
import Delivery
import Synchronization

/// What the simulated workers act on, and the rules that every act is held against.
final class SimulatedWorld: Sendable {
    /// How a Bundle turns out; known by the world alone.
    enum Quality: CaseIterable {
        case good, refusedByTheDryRun, neverHealthy, failsItsTests, degradesLater
    }

    struct State {
        /// What each Environment's cluster runs.
        var running: [String: String] = [:]
        var qualities: [String: Quality] = [:]
        /// Whose API server is away.
        var away: Set<String> = []
        /// Whose metrics answer nothing.
        var withoutMetrics: Set<String> = []
        /// The next act there is done and then the process ends.
        var dies: Set<String> = []
        /// Since when a Bundle runs, by a clock that nobody sets.
        var since: [String: Duration] = [:]
        var proven: [String: Set<String>] = [:]
        var violations: [String] = []
        var writes = 0
        var wall = Timestamp(milliseconds: 1_800_000_000_000)
        var sinceStart: Duration = .zero
    }

    let state = Mutex(State())
    private let start = ContinuousClock.now

    /// A person may let a bad Bundle pass its tests.
    let passedOver = Mutex<Set<String>>([])

    func clock(seed: UInt64) -> ControllerClock {
        let dice = Mutex(Dice(seed: seed))
        return ControllerClock(
            now: { self.state.withLock { $0.wall } }, random: { dice.withLock { Double.random(in: 0..<1, using: &$0) } },
            instant: { self.state.withLock { self.start + $0.sinceStart } })
    }

    func pass(_ time: Duration) {
        state.withLock {
            $0.wall = $0.wall + time
            $0.sinceStart += time
        }
    }

    /// Somebody sets the machine's clock.
    func setClock(by step: Duration) { state.withLock { $0.wall = $0.wall + step } }

    func violation(_ words: String) { state.withLock { $0.violations.append(words) } }
}

/// Acts on a cluster that is one word: the digest of what it runs.
struct SimulatedWorker: EnvironmentWorker {
    let name: String
    let world: SimulatedWorld
    let isQuarantined: @Sendable (_ bundle: String) async throws -> Quarantine?

    var sight: WorkerSight { WorkerSight() }
    func forget() {}

    func rest(at site: WorkSite) async throws -> Duration {
        guard let bundle = site.environment.verifiedBundle else { return .seconds(30) }
        world.state.withLock { state in
            if !state.away.contains(name), state.running[name] != bundle { write(bundle, &state) }
        }
        return .seconds(30)
    }

    func perform(_ work: ReleaseWork, of release: Release, at site: WorkSite) async throws -> WorkOutcome {
        if work.writes { try await check(work, release, site) }
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
            if state.qualities[release.bundle] == .refusedByTheDryRun { return failed(.preflight, "the dry run refuses it") }
            return .happened(.preflightPassed(planHash: "plan of \(release.bundle) over \(state.running[name] ?? "nothing")"))
        case .apply(let bundle):
            write(bundle, &state)
            try dieIfDue(&state)
            return .happened(.applied)
        case .step(let bundle, _):
            state.writes += 1
            try dieIfDue(&state)
            return health(of: bundle, state)
        case .awaitHealth(let bundle): return health(of: bundle, state)
        case .watchStep(let bundle, _, let until):
            if case .happened(.failed(let failure)) = tests(of: bundle, release, state) { return .happened(.failed(failure)) }
            return state.wall >= until ? .happened(.stepPassed()) : .notYet(min(until - state.wall, .seconds(5)))
        case .verify(let bundle, _): return tests(of: bundle, release, state)
        case .watch(let bundle, let until): return watch(bundle, until, release, state)
        case .prune:
            state.writes += 1
            try dieIfDue(&state)
            return .happened(.pruned)
        }
    }

    private func health(of bundle: String, _ state: SimulatedWorld.State) -> WorkOutcome {
        if state.qualities[bundle] == .neverHealthy { return failed(.health, "crash loop") }
        guard let since = state.since[name], state.sinceStart - since >= .seconds(2) else { return .notYet(.seconds(1)) }
        return .happened(.healthy)
    }

    private func tests(of bundle: String, _ release: Release, _ state: SimulatedWorld.State) -> WorkOutcome {
        if state.withoutMetrics.contains(name) {
            return .happened(.transientError(message: "no data", retryAt: state.wall + .seconds(5), isOutage: true))
        }
        return state.qualities[bundle] == .failsItsTests ? failed(.smokeTest, "answers 500") : .happened(.verificationPassed())
    }

    private func watch(_ bundle: String, _ until: Timestamp, _ release: Release, _ state: SimulatedWorld.State) -> WorkOutcome {
        let age = state.sinceStart - (state.since[name] ?? state.sinceStart)
        if state.qualities[bundle] == .degradesLater, age > .seconds(20) { return failed(.health, "degraded") }
        return state.wall >= until ? .happened(.waitElapsed) : .notYet(min(until - state.wall, .seconds(5)))
    }

    private func write(_ bundle: String, _ state: inout SimulatedWorld.State) {
        if state.running[name] != bundle { state.since[name] = state.sinceStart }
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
        if let hold = site.environment.hold, hold.since <= release.phaseSince, release.phase == .applying {
            world.violation("a held environment moves forward: \(place)")
        }
    }
}

extension ReleaseWork {
    fileprivate var writes: Bool {
        switch self {
        case .apply, .step, .prune: true
        case .admit, .preflight, .awaitHealth, .verify, .watch, .watchStep: false
        }
    }
}
