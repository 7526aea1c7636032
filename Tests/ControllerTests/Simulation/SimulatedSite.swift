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

/// A controller with real lanes, rules and Journal, over a simulated world. The Journal lies in memory.
final class SimulatedSite {
    let world: SimulatedWorld
    let policies: [String: Value]
    let names: [String]
    private(set) var controller: Controller
    let folder: String
    private let onCommit: (@Sendable (CommitMoment, Int64) -> Void)?

    /// - Parameters:
    ///   - beginning: a folder that a controller left; it is taken over.
    ///   - onCommit: called around each write of the Journal, with the folder.
    init(
        _ policies: [String: Value], world: SimulatedWorld, seed: UInt64, from beginning: String? = nil,
        onCommit: (@Sendable (_ folder: String, CommitMoment, Int64) -> Void)? = nil
    ) async throws {
        let folder = try beginning ?? Self.makeFolder()
        self.folder = folder
        if let onCommit {
            self.onCommit = { moment, number in onCommit(folder, moment, number) }
        } else {
            self.onCommit = nil
        }
        self.world = world
        self.policies = policies
        names = policies.keys.sorted()
        controller = try Self.open(folder, world, seed, self.onCommit)
        await controller.ensureLanes(names)
    }

    deinit { SimulatedFolder.remove(folder) }

    private static func makeFolder() throws -> String {
        let place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(place)/slipway-scenario-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw LargeFailure("no temporary folder") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func open(
        _ folder: String, _ world: SimulatedWorld, _ seed: UInt64, _ onCommit: (@Sendable (CommitMoment, Int64) -> Void)?
    ) throws -> Controller {
        var configuration = ControllerConfiguration(repository: .init(url: "file:///nowhere"), stateDirectory: folder)
        let people = ["ann": "admin", "bob": "admin", "rita": "release-manager", "sam": "security"]
        configuration.access = AccessPolicy(
            grants: people.map { .init(identity: "token:\($0.key)", roles: [$0.value], environments: []) }, tokens: [])
        let state = try StateDirectory(path: folder)
        // The workers ask the Journal that the controller has opened.
        let box = JournalBox()
        let controller = try Controller(
            configuration: configuration, state: state, clock: world.clock(seed: seed),
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }, registry: MetricsRegistry(), onCommit: onCommit,
            workers: { name, _, _ in
                SimulatedWorker(
                    name: name, world: world, isQuarantined: { try await box.journal?.quarantine(environment: name, bundle: $0) })
            })
        box.set(controller.journal)
        return controller
    }

    /// The process ends, whatever it does, and another starts on its Journal.
    func restart(seed: UInt64) async throws {
        try controller.journal.close()
        world.state.withLock { $0.dies = [] }
        controller = try Self.open(folder, world, seed, onCommit)
        await controller.ensureLanes(names)
    }

    /// A Revision comes to the branch. What is known of it already is left as it is.
    ///
    /// - Parameters:
    ///   - content: the number of the Bundle that it renders to.
    ///   - place: where it turns out so; elsewhere it is good. `nil`: everywhere.
    func merge(_ number: Int, content: Int? = nil, _ quality: SimulatedWorld.Quality, in place: String? = nil) async throws {
        let now = world.state.withLock { $0.wall }
        let revision = Self.revision(number, at: now)
        for name in names where try await controller.journal.rendering(environment: name, revisionID: revision.id) == nil {
            let digest = "\(name)-\(content ?? number)"
            world.state.withLock { $0.qualities[digest] = $0.qualities[digest] ?? (place ?? name == name ? quality : .good) }
            try await controller.journal.recordRendering(
                StoredRendering(
                    environment: name, revision: revision,
                    outcome: .bundle(digest: digest, policy: policies[name] ?? .null, smokeTests: []), at: now))
        }
    }

    private static func revision(_ number: Int, at now: Timestamp) -> Revision {
        Revision(
            id: String(repeating: "0", count: 40 - "\(number)".count) + "\(number)", subject: "change \(number)", author: "ann",
            committedAt: now)
    }

    /// - Returns: how long nothing is due.
    @discardableResult
    func step(_ name: String) async throws -> Duration {
        guard let lane = controller.lane(name) else { throw LargeFailure("no lane \(name)") }
        let pause = await lane.step()
        if let revision = try await controller.journal.environment(name)?.verifiedRevision {
            world.state.withLock { _ = $0.proven[name, default: []].insert(revision.id) }
        }
        return pause
    }

    /// Everything comes to its end.
    ///
    /// - Parameters:
    ///   - rest: longer than anything that is set for a time: what has not changed for so long does not change any more.
    ///   - people: called at each look.
    /// - Returns: whether it came to rest.
    func settle(
        within rest: Duration = .seconds(150), _ people: (SimulatedSite) async throws -> Void = { _ in }
    ) async throws -> Bool {
        var quiet = Duration.zero
        var last: Int64?
        for _ in 0..<1000 where quiet < rest {
            var pause = Duration.seconds(30)
            for name in names { pause = min(pause, try await step(name)) }
            try await people(self)
            pause = max(pause, .milliseconds(100))
            let end = try await controller.journal.auditHead()?.sequence
            quiet = end == last ? quiet + pause : .zero
            last = end
            world.pass(pause)
        }
        return quiet >= rest
    }

    func active(_ name: String) async throws -> Release? {
        try await controller.journal.openReleases(environment: name, and: nil).first { $0.phase.isActive }
    }
}
