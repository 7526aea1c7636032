import Controller
import Delivery
import Journal
import Logging
import Manifests
import Observability
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// One seeded life of a controller: merges, people, outages, crashes and clocks that are set, then peace, and what must be true in the end.
///
/// The lanes, the rules and the Journal are the real ones; only what acts on a cluster, and the clock, are simulated.
final class Scenario {
    let seed: UInt64
    private var dice: Dice
    private let world = SimulatedWorld()
    private let folder: String
    private var controller: Controller
    private var revisions = 0
    private let names: [String]
    private let policies: [String: Value]
    /// What happened, for whoever reads a failure.
    private(set) var log: [String] = []

    init(seed: UInt64) async throws {
        self.seed = seed
        dice = Dice(seed: seed)
        folder = try Self.makeFolder()
        policies = Self.policies(&dice)
        names = policies.keys.sorted()
        controller = try Self.open(folder, world, seed)
        await controller.ensureLanes(names)
    }

    deinit {
        if let names = try? readDirectory(folder) { for name in names { unlink("\(folder)/\(name)") } }
        rmdir(folder)
    }

    // MARK: Setting

    private static func makeFolder() throws -> String {
        let place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(place)/slipway-scenario-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw LargeFailure("no temporary folder") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func open(_ folder: String, _ world: SimulatedWorld, _ seed: UInt64) throws -> Controller {
        var configuration = ControllerConfiguration(repository: .init(url: "file:///nowhere"), stateDirectory: folder)
        configuration.access = AccessPolicy(
            grants: [
                .init(identity: "token:ann", roles: ["admin"], environments: []),
                .init(identity: "token:bob", roles: ["admin"], environments: []),
            ],
            tokens: [])
        let state = try StateDirectory(path: folder)
        // The workers ask the Journal that the controller has opened.
        let box = JournalBox()
        let controller = try Controller(
            configuration: configuration, state: state, clock: world.clock(seed: seed),
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }, registry: MetricsRegistry(),
            workers: { name, _, _ in
                SimulatedWorker(
                    name: name, world: world, isQuarantined: { try await box.journal?.quarantine(environment: name, bundle: $0) })
            })
        box.set(controller.journal)
        return controller
    }

    /// Staging and production; half of the time two productions that go together.
    private static func policies(_ dice: inout Dice) -> [String: Value] {
        func policy(_ name: String, _ promotion: Value, _ dice: inout Dice) -> Value {
            [
                "apiVersion": "slipway.dev/v1", "kind": "Environment", "metadata": ["name": .string(name)],
                "spec": [
                    "target": ["namespace": .string(name)], "promotion": promotion,
                    "rollout": ["deadline": "60s"], "verification": ["deadline": "60s"],
                    "rollback": ["automatic": .bool(dice.happens(85)), "watch": dice.happens(70) ? "60s" : "0s"],
                ],
            ]
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
            for name in names.shuffled(using: &dice) { try await step(name) }
            world.pass(.milliseconds(Int.random(in: 200...8000, using: &dice)))
        }
    }

    /// - Returns: how long nothing is due.
    @discardableResult
    private func step(_ name: String) async throws -> Duration {
        guard let lane = controller.lane(name) else { throw LargeFailure("no lane \(name)") }
        let pause = await lane.step()
        try await remember(name)
        return pause
    }

    /// What an Environment has ever verified.
    private func remember(_ name: String) async throws {
        guard let revision = try await controller.journal.environment(name)?.verifiedRevision else { return }
        world.state.withLock { _ = $0.proven[name, default: []].insert(revision.id) }
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
        let now = world.state.withLock { $0.wall }
        // Some Revisions render to what an earlier one did: a revert, or a change of a comment.
        let content = dice.happens(20) ? Int.random(in: 1...revisions, using: &dice) : revisions
        let revision = Revision(
            id: String(repeating: "0", count: 40 - "\(revisions)".count) + "\(revisions)", subject: "change \(revisions)", author: "ann",
            committedAt: now)
        for name in names {
            let digest = "\(name)-\(content)"
            world.state.withLock { $0.qualities[digest] = $0.qualities[digest] ?? quality }
            try await controller.journal.recordRendering(
                StoredRendering(
                    environment: name, revision: revision,
                    outcome: .bundle(digest: digest, policy: policies[name] ?? .null, smokeTests: []), at: now))
        }
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

    /// The process ends, whatever it does, and another starts on its Journal.
    private func crash() async throws {
        log.append("crash")
        try controller.journal.close()
        world.state.withLock { $0.dies = [] }
        controller = try Self.open(folder, world, seed &+ UInt64(log.count))
        await controller.ensureLanes(names)
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
        // Nothing that is set for a time lasts longer than two minutes here: what has not changed for longer does not change any more.
        var quiet = Duration.zero
        var last: Int64?
        for _ in 0..<1000 where quiet < .seconds(150) {
            var pause = Duration.seconds(30)
            for name in names { pause = min(pause, try await step(name)) }
            pause = max(pause, .milliseconds(100))
            let end = try await controller.journal.auditHead()?.sequence
            quiet = end == last ? quiet + pause : .zero
            last = end
            world.pass(pause)
        }
        if quiet < .seconds(150) {
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
        for release in releases where release.phase == .verified && release.waitUntil != nil && release.id == state.verifiedRelease {
            faults.append("\(name) release \(release.id) is watched for ever")
        }
        if let active = releases.first(where: { $0.phase.isActive }), !mayWait(active) {
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
    private func mayWait(_ release: Release) -> Bool {
        switch release.phase {
        case .blocked: true
        case .soaking: names.contains("production-eu")
        default: false
        }
    }
}

extension SimulatedWorld.State {
    fileprivate func verifiedQuality(_ bundle: String?) -> SimulatedWorld.Quality? { bundle.flatMap { qualities[$0] } }
}

private func readDirectory(_ folder: String) throws -> [String] {
    guard let directory = opendir(folder) else { throw LargeFailure("\(folder) cannot be read") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
        if name != "." && name != ".." { names.append(name) }
    }
    return names
}
