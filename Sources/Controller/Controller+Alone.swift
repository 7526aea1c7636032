internal import Delivery
internal import Git
package import Journal
package import Logging
internal import Notifications
package import Observability
internal import Synchronization
internal import Verification

/// A controller for the time of one command: nobody else runs, and a person wants something now. It has the lock of the Journal, leads in
/// the clusters that it writes to, and goes through the same authorisation, Gates, inventory and record. What it does not do is look for
/// new Revisions: neither the remote nor the mirror is needed.
extension Controller {
    /// - Parameter readOnly: for looking: takes no lock, and can store nothing.
    /// - Throws: `locked` while another process has the Journal.
    package convenience init(
        alone configuration: ControllerConfiguration, state: StateDirectory, readOnly: Bool = false, clock: ControllerClock, logger: Logger,
        registry: MetricsRegistry, onCommit: (@Sendable (CommitMoment, Int64) -> Void)? = nil
    ) throws(ControllerError) {
        let journal: Journal
        do throws(ControllerError) {
            journal = try state.openJournal(readOnly: readOnly, onCommit: onCommit)
        } catch {
            guard error.code == .locked else { throw error }
            throw ControllerError(
                .locked,
                "\(error.message). It does not answer on its socket: look at its log, or stop it and run this command again, which then acts by itself"
            )
        }
        try self.init(
            configuration, state, journal: journal, mirror: nil, readFile: Self.mirrorFiles(state, configuration), clock: clock,
            logger: logger, registry: registry)
    }

    /// The files of stored Revisions, as far as the mirror is there; the remote is not asked, and so needs no credentials.
    private static func mirrorFiles(_ state: StateDirectory, _ configuration: ControllerConfiguration) -> VerificationTools.ReadFile {
        do throws(GitError) {
            let remote = GitRemote(url: configuration.repository.url, branch: configuration.repository.branch)
            return VerificationTools.files(of: try Mirror(path: state.mirror, remote: remote))
        } catch {
            let message = error.message
            return { _, path throws(VerificationError) in throw VerificationError("\(path) cannot be read: \(message)") }
        }
    }

    /// Makes known which Environments there are, since no lane says so. Enough for looking.
    package func recall() async throws {
        let names = try await journal.environments().map(\.name) + journal.renderedEnvironments()
        storedNames.withLock { $0 = Set(names).sorted() }
    }

    /// Does `work` as the one controller that there is, and gives everything back whatever comes of it.
    ///
    /// - Parameters:
    ///   - environments: in whose clusters it has to lead.
    ///   - say: told what is waited for.
    /// - Throws: `RequestRefused` with code `held` when another controller leads there; what `work` throws.
    package func alone<Answer: Sendable>(
        for environments: [String], saying say: @escaping @Sendable (String) -> Void,
        _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await recall()
        let moved = WakeSignal()
        let election = Task {
            await leadership.run(clusters: clusters) { [lanes] cluster in
                moved.set()
                await lanes.leadershipMoved(cluster)
            }
        }
        let running = Task { await lanes.run() }
        let delivering = Task { await deliverer.run() }
        let result: Result<Answer, any Error>
        do {
            try await lead(in: environments, moved: moved, saying: say)
            result = .success(try await work())
        } catch {
            result = .failure(error)
        }
        // As when a controller stops: the leases last, when no write can be under way any more.
        running.cancel()
        await running.value
        clusters.stopWatching()
        election.cancel()
        await election.value
        await deliverWhatIsDue()
        delivering.cancel()
        await delivering.value
        _ = try await journal.signCheckpoint(at: clock.now())
        return try result.get()
    }

    /// Carries on the Releases of these Environments.
    package func work(on environments: [String]) async { await lanes.ensure(environments) }

    /// The Environments that a request for a group means.
    package func environments(ofGroup group: String) async throws -> [String] {
        try await context.members(of: group, besides: "").map(\.name)
    }

    /// A controller that was killed holds its lease until it runs out: that long it is waited for. One that goes on renewing leads.
    private func lead(in environments: [String], moved: WakeSignal, saying say: @Sendable (String) -> Void) async throws {
        var names: Set<String> = []
        for name in environments { if let cluster = try await policy(of: name)?.target.cluster { names.insert(cluster) } }
        var told: Set<String> = []
        for cluster in names.sorted() {
            let patience = (configuration.clusters[cluster]?.effectiveLease()?.duration ?? .zero) * 2
            let begun = ContinuousClock.now
            while let obstacle = leadership.obstacle(cluster) {
                if ContinuousClock.now - begun > patience {
                    throw RequestRefused(
                        .held,
                        "\(obstacle), for more than \(patience.components.seconds) s. Ask that controller, or stop it: two may not write to one cluster"
                    )
                }
                if told.insert(obstacle).inserted { say("\(obstacle); waiting for its lease to run out") }
                await moved.wait(atMost: .milliseconds(200))
                try Task.checkCancellation()
            }
        }
    }

    /// What is due is told now if the channels answer at once; else with the next start.
    private func deliverWhatIsDue() async {
        guard !configuration.notifications.channels.isEmpty else { return }
        let begun = ContinuousClock.now
        repeat {
            // The first pause is for what was stored a moment ago and has no channels yet.
            do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
            do throws(JournalError) {
                guard try await journal.outboxSummary().contains(where: { $0.pending > 0 }) else { return }
            } catch {
                return logger.warning("the outbox cannot be read", metadata: ["error": "\(error.message)"])
            }
        } while ContinuousClock.now - begun < Limits.lastDeliveries
    }
}
