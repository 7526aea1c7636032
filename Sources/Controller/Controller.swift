internal import Delivery
internal import Git
internal import HTTPTransport
internal import Helm
package import Journal
package import Logging
internal import Notifications
package import Observability
internal import ServiceLifecycle
internal import Synchronization

/// The loops that wire everything: one watcher of the repository, one lane an Environment.
package final class Controller: Service, Sendable {
    package let configuration: ControllerConfiguration
    package let journal: Journal
    package let clock: ControllerClock
    package let logger: Logger
    package let metrics: ControllerMetrics
    let clusters: Clusters
    let context: LaneContext
    package let leadership: Leadership
    /// `nil` where one command acts by itself: nothing new is to come then, and Git may be what is broken.
    private let watcher: RepositoryWatcher?
    let mirror: Mirror?
    /// `nil` where the remote is not followed.
    let reverter: Reverter?
    let lanes: LaneSet
    let deliverer: Deliverer
    let denials = DenialLedger()
    /// The Environments that the Journal knows, where no lane runs for them.
    let storedNames = Mutex<[String]>([])

    /// What acts on an Environment's cluster, in a simulation.
    package typealias WorkerFactory = @Sendable (_ environment: String, LaneNote, WakeSignal) -> any EnvironmentWorker

    /// Everything.
    ///
    /// - Parameters:
    ///   - onCommit: for crash tests.
    ///   - workers: `nil` acts on the clusters of the configuration.
    package convenience init(
        configuration: ControllerConfiguration, state: StateDirectory, clock: ControllerClock, logger: Logger, registry: MetricsRegistry,
        onCommit: (@Sendable (CommitMoment, Int64) -> Void)? = nil, workers: WorkerFactory? = nil
    ) throws(ControllerError) {
        let mirror: Mirror
        do throws(GitError) {
            mirror = try Mirror(path: state.mirror, remote: try configuration.repository.gitRemote())
        } catch {
            throw ControllerError(.repository, error.message)
        }
        try self.init(
            configuration, state, journal: try state.openJournal(onCommit: onCommit), mirror: mirror,
            readFile: VerificationTools.files(of: mirror), clock: clock, logger: logger, registry: registry, workers: workers)
    }

    /// - Parameter mirror: what is watched; `nil` for a command that acts by itself.
    init(
        _ configuration: ControllerConfiguration, _ state: StateDirectory, journal: Journal, mirror: Mirror?,
        readFile: @escaping VerificationTools.ReadFile, clock: ControllerClock, logger: Logger, registry: MetricsRegistry,
        workers: WorkerFactory? = nil
    ) throws(ControllerError) {
        let metrics = ControllerMetrics(registry: registry)
        let leadership = Leadership(configuration.clusters, clock: clock, logger: logger)
        let clusters = Clusters(configuration.clusters, fence: leadership.fence, warn: { logger.warning("\($0)") }) {
            metrics.requested($0, method: $1)
        }
        metrics.count(watches: { clusters.watchCount })
        let events = EventWriter(clusters: clusters, logger: logger)
        let lanes = LaneSet()
        self.configuration = configuration
        self.journal = journal
        self.clock = clock
        self.logger = logger
        self.metrics = metrics
        self.clusters = clusters
        self.leadership = leadership
        self.lanes = lanes
        deliverer = Deliverer(configuration.notifications, journal: journal, clock: clock, logger: logger, registry: registry)
        let verification = VerificationTools(
            options: configuration.verification, http: HTTPClient(), readFile: readFile)
        var context = LaneContext(
            journal: journal, clusters: clusters, healthRules: configuration.healthRules, events: events, leadership: leadership,
            clock: clock, logger: logger, metrics: metrics, verification: verification,
            environmentMoved: { name in lanes.wakeOthers(than: name) })
        context.protection = CommitProtection(configuration, mirror: mirror)
        if let workers { context.makeWorker = { [workers] _, name, note, signal in workers(name, note, signal) } }
        self.context = context
        self.mirror = mirror
        guard let mirror else {
            watcher = nil
            reverter = nil
            lanes.context.withLock { [context] in $0 = context }
            return
        }
        do {
            let remotes = RemoteBases(
                hosts: configuration.render.remoteHosts, folder: state.remotes, caFile: configuration.render.remoteCAFile)
            let commits = CommitPolicy(
                configuration.repository.commits.signatures, mirror: mirror, branch: configuration.repository.branch,
                accepted: AcceptedCommit(path: state.acceptedCommit), lastDeployable: { try await Self.lastDeployable(in: journal) })
            let renderer = RevisionRenderer(mirror: mirror, helm: HelmProgram(configuration.render.helm), remotes: remotes)
            let watcher = RepositoryWatcher(
                mirror: mirror, policy: commits, renderer: renderer,
                configuration: configuration.repository, journal: journal, clock: clock, logger: logger, metrics: metrics,
                revisionSeen: { [context] names in await lanes.ensure(names, context: context) })
            self.watcher = watcher
            let maker = RevertMaker(
                mirror: mirror, renderer: renderer, policy: commits, configuration: configuration.repository, clock: clock,
                mayRollBack: { actor, environment in
                    let access = try await Self.access(of: actor, configuration.access, journal, clock)
                    return access.allows(actor, .rollBack, environment: environment)
                })
            reverter = Reverter(
                maker: maker, mirror: mirror, context: context, pushed: { watcher.notify() }, wake: { lanes.lane($0)?.wake() })
        }
        lanes.context.withLock { [context] in $0 = context }
    }

    /// The newest Revision that was rendered to anything.
    private static func lastDeployable(in journal: Journal) async throws -> CommitID? {
        var newest: StoredRendering?
        for name in try await journal.renderedEnvironments() {
            let found = try await journal.latestBundle(environment: name)
            if let found, newest.map({ $0.at < found.at }) ?? true { newest = found }
        }
        return newest.flatMap { CommitID($0.revision.id) }
    }

    /// Runs until the service group shuts down. A Release in the middle is left as it stands; the next start goes on with it.
    package func run() async throws {
        let states = try await journal.environments()
        for state in states {
            metrics.hold(state)
            let open = try await journal.openReleases(environment: state.name, and: nil)
            if let active = open.first(where: \.phase.isActive) { metrics.waits(active) }
        }
        let known = states.map(\.name)
        let rendered = try await journal.renderedEnvironments()
        await lanes.ensure(Array(Set(known + rendered)).sorted())
        // The leases are given back last, when no lane can have a write under way any more.
        let election = Task { await leadership.run(clusters: clusters) { [lanes] in await lanes.leadershipMoved($0) } }
        let keeper = JournalKeeper(journal: journal, retention: configuration.retention, clock: clock, logger: logger)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await keeper.run() }
                group.addTask { await self.writeDenials() }
                group.addTask { await self.watcher?.run() }
                group.addTask { await self.reverter?.run() }
                group.addTask { await self.lanes.run() }
                group.addTask { await self.deliverer.run() }
                await group.waitForAll()
            }
        }
        clusters.stopWatching()
        election.cancel()
        await election.value
        _ = try await journal.signCheckpoint(at: clock.now())
    }

    /// Makes the lanes of these Environments, without running them.
    package func ensureLanes(_ names: [String]) async { await lanes.ensure(names) }
    package func lane(_ name: String) -> Lane? { lanes.lane(name) }
    package var environmentNames: [String] {
        let stored = storedNames.withLock(\.self)
        return stored.isEmpty ? lanes.names : Set(stored + lanes.names).sorted()
    }

    package func notify() { watcher?.notify() }
    package func repositoryStatus() async -> RepositoryWatcher.Status { await watcher?.status ?? .init() }
}
