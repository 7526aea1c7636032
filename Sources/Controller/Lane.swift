internal import Delivery
internal import Journal
internal import Kubernetes
internal import Logging
internal import Synchronization

/// The loop of one Environment: reads what is stored, asks `Delivery` what is due, does one piece of it, stores what came of it.
///
/// It keeps nothing that matters in memory, so a controller that is killed goes on where the Journal says. Another Environment's cluster
/// that does not answer is another lane's trouble.
package actor Lane {
    let name: String
    let context: LaneContext
    let signal = WakeSignal()
    /// Why nothing is going on, or what is; for `status`.
    let note = LaneNote()
    /// What acts on the cluster.
    let worker: any EnvironmentWorker
    /// Where the Environment is, as its policy said last.
    private(set) var cluster: String?
    /// By how much the machine's clock was set, as far as what is remembered here has followed; and as far as what is stored has not yet.
    var steppedSoFar: Duration
    var unstoredStep: Duration = .zero
    private var work: Task<Duration, Never>?
    /// When the quarantine of what would come next is over.
    private var quarantineEnds: Delivery.Timestamp?
    private let dependence = Mutex(LaneDependence.unknown)

    init(name: String, context: LaneContext) {
        self.name = name
        self.context = context
        worker = context.makeWorker(context, name, note, signal)
        steppedSoFar = context.clock.reading().stepped
    }

    /// What it does or waits for, in words.
    nonisolated package var words: String { note.words }

    nonisolated package func wake() { signal.set() }

    /// Whether what was stored of another Environment may matter here.
    nonisolated func depends(on other: String) -> Bool { dependence.withLock { $0.isOn(other) } }

    /// Stops what is being done right now; the next look at the Journal decides what to do instead.
    package func preempt() {
        work?.cancel()
        signal.set()
    }

    package func run() async {
        while !Task.isCancelled {
            let step = Task { await self.step() }
            work = step
            let pause = await withTaskCancellationHandler {
                await step.value
            } onCancel: {
                step.cancel()
            }
            work = nil
            if pause > .zero { await signal.wait(atMost: pause) }
        }
    }

    /// One look and one piece of work.
    /// - Returns: how long nothing is due unless something wakes the lane.
    package func step() async -> Duration {
        do {
            return try await lookAndAct()
        } catch let error as JournalError where error.code == .stale {
            return .zero  // someone else moved the Release, a rollback by hand for one: look again
        } catch is CancellationError {
            return .zero
        } catch let error as JournalError {
            note.say("the journal cannot be used: \(error.message)")
            context.logger.error("the journal refused; nothing is done until it answers again", metadata: ["error": "\(error.message)"])
            return Limits.retryMost
        } catch {
            note.say("\(error)")
            context.logger.error("the lane could not go on; it tries again", metadata: ["error": "\(error)"])
            return Limits.retryMost
        }
    }

    private func lookAndAct() async throws -> Duration {
        let journal = context.journal
        let environment = try await journal.environment(name) ?? EnvironmentState(name: name)
        guard let policy = try await context.policy(of: name) else {
            note.say("no revision with a usable environments/\(name)/environment.yaml has been seen yet")
            return Limits.quietPoll
        }
        dependence.withLock { $0 = LaneDependence(policy.promotion) }
        let recent = try await journal.openReleases(environment: name, and: environment.verifiedRelease)
        if try await followClock(recent) { return .zero }
        let active = recent.first { $0.phase.isActive }
        let site = WorkSite(environment: environment, policy: policy, newestRelease: recent.first?.id)
        cluster = policy.target.cluster
        if let obstacle = context.leadership.obstacle(policy.target.cluster) {
            return try await standBy(obstacle, active: active, at: site)
        }
        let expired = OperatorRequests.expire(environment, quarantine: nil, at: self.now())
        if !expired.isEmpty {
            try await commit(expired)
            return .zero
        }
        if let created = try await admit(policy: policy, environment: environment, active: active, last: recent.first) {
            return created
        }
        let proven = recent.first { $0.phase == .verified && $0.id == environment.verifiedRelease }
        if let gone = try await withGroup(active ?? proven, at: site) { return gone }
        if let active {
            let pause = try await advance(active, at: site)
            guard pause > .zero, active.phase == .blocked else { return pause }
            // Whatever it waits for, what is verified is kept and watched meanwhile.
            return min(pause, try await keepVerified(proven, besides: active, at: site))
        }
        if let change = endingWatches(recent, in: environment, isLeft: false) {
            try await commit(change)
            return .zero
        }
        if let last = recent.first, try await isLeftForAPerson(last) {
            if let change = endingWatches(recent, in: environment, isLeft: true) { try await commit(change) }
            note.say("left as it is: release \(last.id) ended as \(last.phase.rawValue). Go back: slipway rollback \(name)")
            return untilKnownMoment(Limits.quietPoll, at: site)
        }
        return untilKnownMoment(try await keepVerified(proven, besides: nil, at: site), at: site)
    }

    private func untilKnownMoment(_ pause: Duration, at site: WorkSite) -> Duration {
        QuietPause(
            longest: pause, isInGroup: site.policy.promotion.group != nil,
            ends: [site.environment.hold?.until, site.environment.freeze?.until, quarantineEnds].compactMap(\.self)
        ).from(now())
    }

    /// - Parameter waiting: a newer Release that has not begun. When what is verified has to go back, it gives way.
    private func keepVerified(_ proven: Release?, besides waiting: Release?, at site: WorkSite) async throws -> Duration {
        if waiting != nil, let gone = try await withGroup(proven, besides: waiting, at: site) { return gone }
        guard let proven, proven.waitUntil != nil else { return try await worker.rest(at: site) }
        return try await advance(proven, besides: waiting, at: site)
    }

    /// Another controller leads, or may. Nothing is decided; a Release under way does not lose the time. Whoever learns that we lead wakes
    /// the lane.
    private func standBy(
        _ obstacle: String, active: Release?, at site: WorkSite
    ) async throws -> Duration {
        note.say(obstacle)
        await worker.forget()  // the other one may apply something else
        guard let active, active.deadline != nil else { return Limits.quietPoll }
        let now = self.now()
        if let retryAt = active.retryAt, now < retryAt { return min(retryAt - now, Limits.retryMost) }
        let waiting = ReleaseEvent.transientError(message: obstacle, retryAt: retry(active), isOutage: true)
        _ = try await store(waiting, of: active, at: site, now: now)
        return Limits.retryFirst
    }

    /// Makes a Release when a Revision has come far enough.
    private func admit(
        policy: EnvironmentPolicy, environment: EnvironmentState, active: Release?, last: Release?
    ) async throws -> Duration? {
        quarantineEnds = nil
        let found = try await context.candidate(for: policy)
        let candidate: Admission.Candidate?
        switch found {
        case .none(let reason):
            if active == nil { note.say(reason) }
            return nil
        case .found(let value): candidate = value
        }
        var quarantine: Quarantine?
        if let candidate { quarantine = try await context.journal.quarantine(environment: name, bundle: candidate.bundle) }
        quarantineEnds = quarantine?.until
        let now = self.now()
        if let over = quarantine, over.isOver(at: now) {
            try await commit(OperatorRequests.lift(over, in: environment, by: .controller, reason: "its time is over", at: now))
            return .zero
        }
        let decision = try await context.guarded(
            Admission.decide(
                candidate: candidate, environment: environment, active: active, last: last, quarantine: quarantine,
                promotion: policy.promotion), candidate, in: environment, last: last)
        switch decision {
        case .nothing(let reason):
            if active == nil { note.say(reason) }
            return nil
        case .advance:
            guard let candidate else { return nil }
            try await context.journal.commit(OperatorRequests.advance(environment, to: candidate.revision, at: now))
            context.environmentMoved(name)
            return .zero
        case .withdraw:
            guard let active else { return nil }
            let reason = "the newest revision renders to what is verified here already"
            try await commit(try active.after(.cancelled(.controller, reason: reason), in: environment, policy: policy, at: now))
            return .zero
        case .release(let superseding):
            guard let candidate else { return nil }
            let id = try await context.journal.allocateReleaseID()
            let waiting = superseding == nil ? nil : active
            let change = try OperatorRequests.deploy(
                candidate, to: environment, releaseID: id, superseding: waiting, by: .controller, reason: "", isForced: false, at: now)
            try await commit(change)
            return .zero
        }
    }

    /// A watch is over when the cluster no longer shows what it watches.
    private func endingWatches(_ recent: [Release], in environment: EnvironmentState, isLeft: Bool) -> StateChange? {
        let over = recent.filter { $0.phase == .verified && $0.waitUntil != nil && (isLeft || $0.id != environment.verifiedRelease) }
        guard !over.isEmpty else { return nil }
        let now = self.now()
        return over.reduce(StateChange()) { $0 + $1.endingWatch("another release took its place", at: now) }
    }

    /// A Release that changed something, failed, and was not taken back: the cluster holds what a person must look at. Putting the last
    /// verified Bundle back here would be a rollback that nobody asked for.
    private func isLeftForAPerson(_ last: Release) async throws -> Bool {
        switch last.phase {
        case .rollbackFailed: true
        case .failed: try await context.journal.quarantine(environment: name, bundle: last.bundle)?.release == last.id
        case .queued, .blocked, .preflight, .stepping, .applying, .rollingOut, .verifying, .soaking, .pruning, .verified, .rollingBack,
            .rolledBack, .superseded, .cancelled:
            false
        }
    }

    // MARK: One piece of a Release

    private func advance(_ release: Release, besides waiting: Release? = nil, at site: WorkSite) async throws -> Duration {
        let now = self.now()
        if let retryAt = release.retryAt, now < retryAt { return min(retryAt - now, Limits.retryMost) }
        guard let work = release.work else { return Limits.idlePoll }
        if release.phase == .stepping, release.blocker != nil, stop(before: release, at: site) == nil {
            return try await store(.admitted, of: release, at: site, now: now)
        }
        let outcome: WorkOutcome
        do {
            outcome = work == .admit ? try await admission(of: release, at: site) : try await worker.perform(work, of: release, at: site)
        } catch let error as KubernetesError {
            try Task.checkCancellation()
            outcome = classify(error, of: release, during: work)
        } catch let error as ControllerError where error.code == .render {
            let origin: Failure.Origin = work == .preflight ? .preflight : .smokeTest
            outcome = .happened(.failed(Failure(origin: origin, message: error.message)))
        } catch let error as ControllerError where error.code == .cluster {
            outcome = .happened(.transientError(message: error.message, retryAt: retry(release), isOutage: true))
        }
        try Task.checkCancellation()
        let later = self.now()
        // The clock was set meanwhile: what is stored moves first. The work can be done again.
        guard unstoredStep == .zero else { return .zero }
        switch outcome {
        case .happened(.preflightPassed(let planHash)):
            let site = try await asItIsNow(site)
            let event = try await beforeFirstWrite(release, planHash: planHash, at: site)
            return try await store(event, of: release, at: site, now: later)
        case .happened(.stepPassed(let evidence)):
            return try await passStep(of: release, evidence: evidence, at: site, now: later)
        case .happened(.waitElapsed) where release.phase == .soaking:
            if let others = try await waitsForGroup(release, isProven: true, at: site) {
                note.say(others)
                return Limits.watchPoll
            }
            return try await store(.waitElapsed, of: release, at: site, now: later)
        case .happened(.transientError(let message, _, isOutage: false)) where isOverdue(release, at: later):
            return try await pass(release, saying: message, at: site, now: later)
        case .happened(let event): return try await store(event, of: release, besides: waiting, at: site, now: later)
        case .notYet(let pause):
            guard isOverdue(release, at: later) else { return pause }
            return try await pass(release, saying: note.words, at: site, now: later)
        }
    }

    private func isOverdue(_ release: Release, at now: Delivery.Timestamp) -> Bool { release.deadline.map { now > $0 } ?? false }

    /// The deadline of the phase has passed, with this as the last that was heard.
    private func pass(_ release: Release, saying words: String, at site: WorkSite, now: Delivery.Timestamp) async throws -> Duration {
        var overdue = release
        overdue.lastTransientError = words.isEmpty ? nil : words
        return try await store(.deadlinePassed, of: overdue, at: site, now: now)
    }

    func store(
        _ event: ReleaseEvent, of release: Release, besides waiting: Release? = nil, at site: WorkSite, now: Delivery.Timestamp
    ) async throws -> Duration {
        var change = try release.after(
            event, in: site.environment, policy: site.policy, isWayBackBanned: try await isWayBackBanned(release, after: event), at: now)
        if let waiting, change.releases.contains(where: { $0.phase.isActive }) {
            // One Release at a time: it comes again by itself when the way back has ended.
            change =
                try waiting.after(.superseded(by: release.id), in: site.environment, policy: site.policy, at: now) + change
        }
        guard change != StateChange() else { return Limits.idlePoll }
        try await commit(change)
        if let next = change.releases.first(where: { $0.id == release.id }), next.phase != release.phase {
            context.metrics.left(release.phase, of: name, after: now - release.phaseSince)
        }
        if case .transientError = event { return Limits.retryFirst }
        return .zero
    }

    private func isWayBackBanned(_ release: Release, after event: ReleaseEvent) async throws -> Bool {
        switch event {
        case .failed, .deadlinePassed:
            guard let previous = release.previousBundle else { return false }
            return try await context.journal.quarantine(environment: name, bundle: previous).map { !$0.isOver(at: now()) } ?? false
        default: return false
        }
    }

    func commit(_ change: StateChange) async throws {
        try await context.commit(change, about: name, failing: await worker.sight.failing)
    }

    /// The class of an error decides what happens, never its text.
    private func classify(_ error: KubernetesError, of release: Release, during work: ReleaseWork) -> WorkOutcome {
        note.say(error.message)
        if error.isTransient || error.isOutage {
            return .happened(.transientError(message: error.message, retryAt: retry(release), isOutage: error.isOutage))
        }
        // A right that is missing while we look is a person's affair, and no sign of a bad Release: it is waited for until the deadline.
        if error.code == .forbidden, work.onlyLooks, work != .preflight {
            return .happened(.transientError(message: error.message, retryAt: retry(release), isOutage: false))
        }
        switch work {
        case .admit, .preflight: return .happened(.failed(Failure(origin: .preflight, message: error.message)))
        case .apply, .step: return .happened(.failed(Failure(origin: .apply, message: error.message)))
        case .awaitHealth, .watch, .watchStep: return .happened(.failed(Failure(origin: .health, message: error.message)))
        case .verify: return .happened(.failed(Failure(origin: .smokeTest, message: error.message)))
        case .prune: return .happened(.failed(Failure(origin: .prune, message: error.message)))
        }
    }

    private func retry(_ release: Release) -> Delivery.Timestamp {
        let doublings = min(release.attempts, 10)
        let pause = min(Limits.retryFirst * (1 << doublings), Limits.retryMost)
        return now() + pause * (0.75 + context.clock.random() / 2)
    }
}
