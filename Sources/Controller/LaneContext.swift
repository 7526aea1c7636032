internal import Delivery
internal import Health
internal import Journal
internal import Kubernetes
internal import Logging
internal import Manifests

/// What a lane is given: the adapters, the clock, and how it tells the others.
package struct LaneContext: Sendable {
    let journal: Journal
    let clusters: Clusters
    let healthRules: HealthRules
    let events: EventWriter
    /// Who may write to which cluster.
    let leadership: Leadership
    let clock: ControllerClock
    var zones = TimeZones.ofThisMachine
    let logger: Logger
    let metrics: ControllerMetrics
    let policies = DecodedPolicies()
    var verification = VerificationTools()
    /// `nil` where the operator asks for nothing, and in a simulation.
    var protection: CommitProtection?
    /// Called after an Environment or a Release of it has moved, so that those that promote from it or go together with it look.
    let environmentMoved: @Sendable (String) -> Void
    /// Made once a lane. A simulation gives its own.
    var makeWorker: @Sendable (LaneContext, _ environment: String, LaneNote, WakeSignal) -> any EnvironmentWorker = {
        ClusterWorker(name: $1, context: $0, note: $2, signal: $3)
    }

    /// The policy of the newest Revision that has a usable one, at the place where the Environment is.
    func policy(of name: String) async throws -> EnvironmentPolicy? {
        guard let newest = try await journal.latestBundle(environment: name), var policy = try policy(in: newest) else { return nil }
        if let proven = try await policyOfWhatRuns(in: name, besides: newest) { policy.stay(where: proven) }
        return protection?.pinning(policy) ?? policy
    }

    private func policy(in rendering: StoredRendering) throws -> EnvironmentPolicy? {
        guard case .bundle(_, let document, _) = rendering.outcome else { return nil }
        do throws(PolicyErrors) {
            return try policies.decode(document, of: rendering.environment)
        } catch {
            throw ControllerError(.journal, "the stored policy of \(rendering.environment) cannot be read: \(error)")
        }
    }

    /// - Returns: `nil` when nothing is proven, or by `newest` itself.
    private func policyOfWhatRuns(in name: String, besides newest: StoredRendering) async throws -> EnvironmentPolicy? {
        guard let state = try await journal.environment(name), let bundle = state.verifiedBundle else { return nil }
        var brought: Release?
        if let id = state.verifiedRelease { brought = try await journal.release(id) }
        if brought == nil {
            brought = try await journal.releases(environment: name, limit: Limits.historyDepth).first {
                $0.phase == .verified && $0.bundle == bundle
            }
        }
        guard let revision = brought?.revision.id, revision != newest.revision.id,
            let rendering = try await journal.rendering(environment: name, revisionID: revision)
        else { return nil }
        return try policy(in: rendering)
    }

    /// Stores a change, says it in the log and in the metrics, and wakes whoever waits on this Environment.
    func commit(_ change: StateChange, about name: String, failing: ObjectIdentity? = nil) async throws {
        try await journal.commit(change)
        metrics.stored(change)
        for entry in change.audit {
            logger.info(
                "\(entry.action)",
                metadata: [
                    "environment": "\(name)", "release": "\(entry.release.map(String.init) ?? "-")",
                    "revision": "\(entry.revision?.prefix(10) ?? "-")", "outcome": "\(entry.outcome)",
                ])
        }
        // Others of a group go by how far its Releases have come. What is only tried again moves nobody.
        if !change.environments.isEmpty || (!change.releases.isEmpty && !change.audit.isEmpty) { environmentMoved(name) }
        await tell(change, about: name, failing: failing)
    }

    /// Tells of a decision in the Environment's namespace.
    ///
    /// - Parameter failing: the object that made a Release fail, when one did.
    func tell(_ change: StateChange, about name: String, failing: ObjectIdentity?) async {
        guard !change.audit.isEmpty else { return }
        do {
            guard let target = try await policy(of: name)?.target else { return }
            let inventory = ObjectIdentity(group: "", kind: "ConfigMap", namespace: target.namespace, name: Inventory.name(name))
            await events.write(ReleaseEvents.events(of: change, inventory: inventory, failing: failing), cluster: target.cluster)
        } catch {
            logger.notice("no event could be written", metadata: ["environment": "\(name)", "error": "\(error)"])
        }
    }

    /// - Throws: `render` when they are not known: nothing counts as tested for having no tests.
    func smokeTests(environment: String, revision: String) async throws -> [SmokeTest] {
        switch try await journal.rendering(environment: environment, revisionID: revision)?.outcome {
        case .bundle(_, _, let documents): return try documents.map { try SmokeTest.decode($0) }
        case .failed(let message):
            throw ControllerError(.render, "the smoke tests of \(revision.prefix(10)) are not to be had: \(message)")
        case nil: throw ControllerError(.render, "the smoke tests of \(revision.prefix(10)) are not in the journal any more")
        }
    }

    /// - Parameter waits: whether an apply waits for the health of one wave before the next.
    /// - Parameter release: the newest Release of the Environment.
    func applier(
        for policy: EnvironmentPolicy, isReturning: Bool = false, waits: Bool = false, release: Int64? = nil
    ) throws -> EnvironmentApplier {
        let conflicts: ConflictPolicy =
            switch policy.rollout.conflicts {
            case _ where isReturning: .force
            case .fail: .fail
            case .force: .force
            case .takeOver(let managers): .takeOver(managers)
            }
        var settings = EnvironmentSettings(
            environment: policy.name, namespace: policy.target.namespace, conflictPolicy: conflicts,
            createNamespace: policy.target.createNamespace, failFast: FailFastPolicy(crashes: policy.rollout.maxRestarts),
            healthRules: healthRules)
        settings.controller = journal.identity
        settings.release = release
        // What was pruned may have been made again by hand meanwhile: a way back takes it, as it takes fields.
        settings.adopt = policy.rollout.adopt || isReturning
        settings.isReturning = isReturning
        if waits {
            settings.waves = WaveWaiting(deadline: policy.rollout.deadline) { [clock] in clock.reading().forAges.milliseconds / 1000 }
        }
        settings.prunePropagation = policy.rollout.prunePropagation == .foreground ? .foreground : .background
        settings.ignored = policy.reconcile.ignore.map {
            IgnoredFields(group: $0.group, kind: $0.kind, name: $0.name, fields: $0.fields)
        }
        settings.pruneTimeout = policy.rollout.pruneTimeout
        return EnvironmentApplier(client: try clusters.client(policy.target.cluster), settings: settings)
    }
}
