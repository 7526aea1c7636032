/// The state machine. Pure: a Release, its Environment and an event go in; what changes comes out, for the Journal to store whole.
///
/// The phase alone says what work is due (see `Release.work`), so a controller that was killed anywhere reads the Release and goes on.
extension Release {
    /// - Parameter isWayBackBanned: what it would be taken back to is quarantined by now.
    /// - Throws: `IllegalTransition` when the event cannot happen in this phase.
    package func after(
        _ event: ReleaseEvent, in environment: EnvironmentState, policy: EnvironmentPolicy, isWayBackBanned: Bool = false, at now: Timestamp
    ) throws(IllegalTransition) -> StateChange {
        switch event {
        case .transientError(let message, let retryAt, let isOutage):
            return try afterTransientError(message, retryAt: retryAt, isOutage: isOutage, at: now)
        case .failed(let failure): return try afterFailure(failure, in: environment, policy: policy, isWayBackBanned, at: now)
        case .deadlinePassed:
            guard deadline != nil else { throw illegal(event) }
            return try afterFailure(deadlineFailure, in: environment, policy: policy, isWayBackBanned, at: now)
        case .superseded(let successor): return try ending(event, as: .superseded, outcome: "superseded by release \(successor)", at: now)
        case .cancelled(let actor, let reason):
            return try ending(event, as: .cancelled, outcome: "cancelled: \(reason)", by: actor, at: now)
        case .skipped(let actor, let reason): return try afterSkip(by: actor, reason: reason, in: environment, policy: policy, at: now)
        case .retried(let actor, let reason): return try afterRetry(by: actor, reason: reason, policy: policy, at: now)
        case .admitted, .blocked, .preflightPassed, .applied, .healthy, .verificationPassed, .waitElapsed, .stepPassed, .pruned: break
        }
        var change =
            phase == .rollingBack
            ? try afterRollbackProgress(event, in: environment, policy: policy, at: now)
            : try afterProgress(event, in: environment, policy: policy, at: now)
        if let evidence = event.evidence, !change.isEmpty { change.audit.insert(draft("release.gates", at: now, outcome: evidence), at: 0) }
        return change
    }

    private func afterProgress(
        _ event: ReleaseEvent, in environment: EnvironmentState, policy: EnvironmentPolicy, at now: Timestamp
    ) throws(IllegalTransition) -> StateChange {
        switch (phase, event) {
        case (.queued, .admitted), (.blocked, .admitted):
            if let hold = Admission.blocker(of: self, in: environment) { return blocking(on: hold, at: now) }
            return leaving(environment).moving(to: .preflight, policy: policy, at: now) + starting(at: now)
        case (.queued, .blocked(let blocker)), (.blocked, .blocked(let blocker)), (.preflight, .blocked(let blocker)):
            return blocking(on: blocker, at: now)
        case (.preflight, .preflightPassed(let planHash)):
            // A Hold that was set during the dry run stops it here, before the first write.
            if let hold = Admission.blocker(of: self, in: environment) { return blocking(on: hold, at: now) }
            var next = leaving(environment)
            next.planHash = planHash
            let begun =
                next.takesSteps(policy) ? next.stepping(0, policy: policy, at: now) : next.moving(to: .applying, policy: policy, at: now)
            return begun.given(environment)
        case (.stepping, .healthy):
            guard waitUntil == nil else { throw illegal(event) }
            return watchingStep(policy: policy, at: now)
        case (.stepping, .stepPassed):
            guard waitUntil != nil else { throw illegal(event) }
            if let stop = Admission.blocker(of: self, in: environment) { return waitingInStep(for: stop, policy: policy, at: now) }
            return afterStep(policy: policy, at: now).given(environment)
        case (.stepping, .blocked(let blocker)):
            guard waitUntil != nil else { throw illegal(event) }
            return waitingInStep(for: blocker, policy: policy, at: now)
        case (.stepping, .admitted):
            guard blocker != nil else { throw illegal(event) }
            return goingOnInStep(policy: policy, at: now)
        case (.applying, .applied): return moving(to: .rollingOut, policy: policy, at: now)
        case (.rollingOut, .healthy): return moving(to: .verifying, policy: policy, at: now)
        case (.verifying, .verificationPassed): return afterVerification(policy: policy, at: now)
        case (.soaking, .waitElapsed): return moving(to: .pruning, policy: policy, at: now)
        case (.pruning, .pruned): return proving(in: environment, policy: policy, at: now)
        case (.verified, .waitElapsed):
            guard waitUntil != nil else { throw illegal(event) }
            return endingWatch("stayed healthy", at: now)
        default: throw illegal(event)
        }
    }

    private func afterRollbackProgress(
        _ event: ReleaseEvent, in environment: EnvironmentState, policy: EnvironmentPolicy, at now: Timestamp
    ) throws(IllegalTransition) -> StateChange {
        switch (rollbackStep, event) {
        case (.applying, .applied): return returning(.rollingOut, policy: policy, at: now)
        case (.rollingOut, .healthy): return returning(.verifying, policy: policy, at: now)
        case (.verifying, .verificationPassed): return returning(.pruning, policy: policy, at: now)
        case (.pruning, .pruned): return rolledBack(in: environment, at: now)
        default: throw illegal(event)
        }
    }

    package func endingWatch(_ outcome: String, at now: Timestamp) -> StateChange {
        var release = self
        release.waitUntil = nil
        release.version += 1
        return StateChange(releases: [release], audit: [release.draft("release.watched", at: now, outcome: outcome)])
    }

    // MARK: Forward

    func moving(to next: ReleasePhase, policy: EnvironmentPolicy, at now: Timestamp) -> StateChange {
        let waitUntil = next == .soaking ? now + policy.promotion.soak : nil
        let release = entering(next, deadline: deadline(of: next, policy: policy, at: now), waitUntil: waitUntil, at: now)
        return StateChange(releases: [release], audit: [release.draft("release.\(next.rawValue)", at: now)])
    }

    /// A way back is told of where it is asked for.
    private func starting(at now: Timestamp) -> StateChange {
        guard kind == .deploy else { return StateChange() }
        let text = "\(environment): release \(id) of \(revision.short) begins (\(revision.subject))"
        return StateChange(notices: [notice(.info, .releaseStarted, text, key: "started", at: now)])
    }

    /// Whether people were told that it begins, or asked for their approval.
    private var wasAnnounced: Bool { kind == .deploy && phase != .queued && (phase != .blocked || planHash != nil) }

    /// What is proven in the Environment now is what a way back goes to: while it waited, that may have changed or proven bad.
    private func leaving(_ environment: EnvironmentState) -> Release {
        var release = self
        release.previousBundle = environment.verifiedBundle
        release.previousRevision = environment.verifiedRevision
        return release
    }

    /// When a phase that begins now fails for taking too long; those that wait for people or for time alone never do.
    func deadline(of phase: ReleasePhase, policy: EnvironmentPolicy, at now: Timestamp) -> Timestamp? {
        let policy = kind == .rollback || phase == .rollingBack ? policy.forWayBack : policy
        return switch phase {
        case .preflight, .stepping, .applying, .rollingOut, .pruning, .rollingBack: now + policy.rollout.deadline
        case .verifying: now + policy.verification.deadline
        case .queued, .blocked, .soaking, .verified, .rolledBack, .rollbackFailed, .failed, .superseded, .cancelled: nil
        }
    }

    /// A group is waited for while soaking, however short.
    func afterVerification(policy: EnvironmentPolicy, at now: Timestamp) -> StateChange {
        let soaks = kind == .deploy && (policy.promotion.soak > .zero || policy.promotion.group != nil)
        return moving(to: soaks ? .soaking : .pruning, policy: policy, at: now)
    }

    private func blocking(on blocker: Blocker, at now: Timestamp) -> StateChange {
        if phase == .blocked, self.blocker == blocker { return StateChange() }
        var release = entering(.blocked, deadline: nil, waitUntil: nil, at: now)
        release.blocker = blocker
        if case .group = blocker { release.isReadyForGroup = true } else { release.isReadyForGroup = false }
        var notices: [Notice] = []
        if case .approval(let planHash, _) = blocker {
            release.planHash = planHash
            notices = [
                release.notice(
                    .info, .approvalNeeded,
                    "\(environment): \(revision.short) \(blocker.explanation). Look: slipway diff \(environment); then: slipway approve \(environment)",
                    key: "approval-\(planHash)", at: now)
            ]
        }
        return StateChange(
            releases: [release], audit: [release.draft("release.blocked", at: now, outcome: blocker.explanation)], notices: notices)
    }

    private func proving(in environment: EnvironmentState, policy: EnvironmentPolicy, at now: Timestamp) -> StateChange {
        let watch = kind == .deploy && policy.rollback.watch > .zero ? now + policy.rollback.watch : nil
        var release = entering(.verified, deadline: nil, waitUntil: watch, at: now)
        release.finishedAt = now
        var state = environment
        state.verifiedBundle = bundle
        state.verifiedRevision = revision
        state.verifiedRelease = id
        state.verifiedAt = now
        state.version += 1
        let took = (now - createdAt).wholeMilliseconds / 1000
        return StateChange(
            releases: [release], environments: [state], audit: [release.draft("release.verified", at: now)],
            notices: [
                release.notice(
                    .info, .releaseVerified,
                    "\(release.environment): \(revision.short) \"\(revision.subject)\" is verified after \(took) s", key: "verified",
                    incident: .resolves(key: environment.incidentKey), at: now)
            ])
    }

    // MARK: Failing

    private func afterTransientError(
        _ message: String, retryAt: Timestamp, isOutage: Bool, at now: Timestamp
    ) throws(IllegalTransition) -> StateChange {
        guard phase.isActive || (phase == .verified && waitUntil != nil) else {
            throw illegal(.transientError(message: message, retryAt: retryAt, isOutage: isOutage))
        }
        var release = self
        if isOutage, let deadline { release.deadline = deadline + lostTime(until: retryAt, at: now) }
        release.attempts += 1
        release.retryAt = retryAt
        release.lastTransientError = message
        release.version += 1
        return StateChange(releases: [release])
    }

    /// What an outage takes from a phase: from the end of the last wait (the attempt that failed counts too) to the next attempt. An older
    /// wait belongs to another trouble, and a clock that was set back takes nothing.
    private func lostTime(until retryAt: Timestamp, at now: Timestamp) -> Duration {
        let attempt = min(max(now - (self.retryAt ?? now), .zero), Self.longestAttempt)
        return max(retryAt - now, .zero) + attempt
    }

    /// No single request to a cluster is given longer than this.
    private static let longestAttempt = Duration.seconds(60)

    private func afterFailure(
        _ failure: Failure, in environment: EnvironmentState, policy: EnvironmentPolicy, _ isWayBackBanned: Bool, at now: Timestamp
    ) throws(IllegalTransition) -> StateChange {
        switch phase {
        case .queued, .blocked, .preflight:
            // Whoever asked for a rollback needs to know now that it is not coming.
            return kind == .rollback ? rollbackFailing(failure, at: now) : failing(failure, at: now)
        case .rollingBack: return rollbackFailing(failure, at: now)
        case .stepping, .applying, .rollingOut, .verifying, .soaking, .pruning:
            if kind == .rollback { return rollbackFailing(failure, at: now) }
            return takingBack(failure, in: environment, policy: policy, isWayBackBanned, at: now)
        case .verified:
            // When another Release has been proven since, this one's health is no longer what the Environment shows.
            guard kind == .deploy, waitUntil != nil || failure.origin == .group, environment.verifiedRelease == id else {
                throw illegal(.failed(failure))
            }
            return takingBack(failure, in: environment, policy: policy, isWayBackBanned, at: now)
        case .rolledBack, .rollbackFailed, .failed, .superseded, .cancelled: throw illegal(.failed(failure))
        }
    }

    /// Before the first write: nothing to undo.
    private func failing(_ failure: Failure, at now: Timestamp) -> StateChange {
        var release = entering(.failed, deadline: nil, waitUntil: nil, at: now)
        release.fail(with: failure, from: self)
        release.finishedAt = now
        return StateChange(
            releases: [release], audit: [release.draft("release.failed", at: now, outcome: failure.message)],
            notices: [
                release.notice(
                    .warning, .releaseFailed,
                    "\(self.environment): \(revision.short) was stopped before any change: \(failure.message)", key: "failed",
                    at: now)
            ])
    }

    /// Something was written: the digest is quarantined and the Environment held in the same transaction that starts the way back,
    /// so that no merge and no crash can get between.
    private func takingBack(
        _ failure: Failure, in environment: EnvironmentState, policy: EnvironmentPolicy, _ isWayBackBanned: Bool, at now: Timestamp
    ) -> StateChange {
        let canReturn = policy.rollback.automatic && previousBundle != nil && !isWayBackBanned
        var release =
            canReturn
            ? entering(.rollingBack, deadline: deadline(of: .rollingBack, policy: policy, at: now), waitUntil: nil, at: now)
            : entering(.failed, deadline: nil, waitUntil: nil, at: now)
        release.fail(with: failure, from: self)
        release.rollbackStep = canReturn ? .applying : nil
        if !canReturn { release.finishedAt = now }
        var state = environment
        // One that ends by itself would let the next Revision in unseen.
        if state.hold == nil || state.hold?.until != nil {
            state.hold = Hold(reason: "\(revision.short) failed: \(failure.message)", by: .controller, since: now, release: id)
        }
        if phase == .verified {
            // A Revision that degraded after its success is not to be promoted further.
            state.verifiedBundle = previousBundle
            state.verifiedRevision = previousRevision
            state.verifiedRelease = nil
            state.verifiedAt = nil
        }
        state.version += 1
        let quarantine = Quarantine(
            environment: self.environment, bundle: bundle, revision: revision, release: id, reason: failure.message, since: now)
        let what =
            canReturn
            ? "is being taken back to \(previousRevision?.short ?? "the last verified bundle")"
            : notTakenBack(isWayBackBanned)
        return StateChange(
            releases: [release], environments: [state], quarantines: [quarantine],
            audit: [
                release.draft(canReturn ? "release.rollingBack" : "release.failed", at: now, outcome: failure.message),
                release.draft("bundle.quarantined", at: now, outcome: String(bundle.prefix(12))),
                release.draft("hold.set", at: now, outcome: state.hold?.reason ?? ""),
            ],
            notices: [
                release.notice(
                    canReturn ? .warning : .page, canReturn ? .rollbackStarted : .releaseFailed,
                    "\(self.environment): \(revision.short) \"\(revision.subject)\" \(what): \(failure.message)",
                    key: "failing", incident: .opens(key: environment.incidentKey), at: now)
            ])
    }

    private func notTakenBack(_ isWayBackBanned: Bool) -> String {
        if previousBundle == nil { return "failed, and there is no earlier verified bundle to go back to" }
        guard isWayBackBanned else { return "failed; automatic rollback is off" }
        return
            "failed, and \(previousRevision?.short ?? "what was verified before it") is quarantined. Choose: slipway history \(environment), slipway rollback \(environment) --to REVISION; it"
    }

    private func rollbackFailing(_ failure: Failure, at now: Timestamp) -> StateChange {
        var release = entering(.rollbackFailed, deadline: nil, waitUntil: nil, at: now)
        release.fail(with: failure, from: self)
        release.finishedAt = now
        let goal = targetRevision.short
        return StateChange(
            releases: [release], audit: [release.draft("release.rollbackFailed", at: now, outcome: failure.message)],
            notices: [
                release.notice(
                    .page, .rollbackFailed,
                    "\(self.environment): going back to \(goal) FAILED: \(failure.message). The environment is held. Look: slipway status \(self.environment); then try again: slipway retry \(self.environment), or choose a proven revision: slipway history \(self.environment), slipway rollback \(self.environment) --to REVISION",
                    key: "rollback-failed", incident: .opens(key: EnvironmentState.incidentKey(self.environment)), at: now)
            ])
    }

    // MARK: The way back

    func returning(_ step: RollbackStep, policy: EnvironmentPolicy, at now: Timestamp) -> StateChange {
        let policy = policy.forWayBack
        let time = step == .verifying ? policy.verification.deadline : policy.rollout.deadline
        var release = entering(.rollingBack, deadline: now + time, waitUntil: nil, at: now)
        release.rollbackStep = step
        return StateChange(releases: [release], audit: [release.draft("release.rollingBack.\(step.rawValue)", at: now)])
    }

    private func rolledBack(in environment: EnvironmentState, at now: Timestamp) -> StateChange {
        var release = entering(.rolledBack, deadline: nil, waitUntil: nil, at: now)
        release.finishedAt = now
        var state = environment
        state.verifiedBundle = previousBundle
        state.verifiedRevision = state.verifiedRevision ?? previousRevision
        state.version += 1
        let took = (now - phaseSince).wholeMilliseconds / 1000
        return StateChange(
            releases: [release], environments: [state], audit: [release.draft("release.rolledBack", at: now)],
            notices: [
                release.notice(
                    .warning, .rolledBack,
                    "\(self.environment): rolled back to \(previousRevision?.short ?? "the last verified bundle") (last step \(took) s) and held. Reason: \(failure?.message ?? "unknown"). Lift: slipway resume \(self.environment)",
                    key: "rolled-back", incident: .resolves(key: environment.incidentKey), at: now)
            ])
    }

    // MARK: Small parts

    private func ending(
        _ event: ReleaseEvent, as phase: ReleasePhase, outcome: String, by actor: Actor = .controller, at now: Timestamp
    ) throws(IllegalTransition) -> StateChange {
        guard self.phase.isActive else { throw illegal(event) }
        var release = entering(phase, deadline: nil, waitUntil: nil, at: now)
        release.finishedAt = now
        var entry = release.draft("release.\(phase.rawValue)", at: now, outcome: outcome)
        entry.actor = actor
        let text = "\(environment): release \(id) of \(revision.short) ends before it was verified: \(outcome)"
        let notices = wasAnnounced ? [notice(.info, .releaseEnded, text, key: phase.rawValue, at: now)] : []
        return StateChange(releases: [release], audit: [entry], notices: notices)
    }

    func entering(_ phase: ReleasePhase, deadline: Timestamp?, waitUntil: Timestamp?, at now: Timestamp) -> Release {
        var release = self
        release.phase = phase
        release.rollbackStep = nil
        release.blocker = nil
        release.phaseSince = now
        release.deadline = deadline
        release.waitUntil = waitUntil
        release.attempts = 0
        release.retryAt = nil
        release.lastTransientError = nil
        release.version += 1
        return release
    }

    /// - Parameter earlier: itself, before it failed.
    private mutating func fail(with failure: Failure, from earlier: Release) {
        self.failure = failure
        failedPhase = earlier.phase
        failedStep = earlier.rollbackStep
    }

    private var deadlineFailure: Failure {
        let last = lastTransientError.map { "; last: \($0)" } ?? ""
        let work = rollbackStep.map { "rollback step \($0.rawValue)" } ?? "phase \(phase.rawValue)"
        return Failure(origin: .deadline, message: "\(work) did not finish before its deadline\(last)")
    }

    func illegal(_ event: ReleaseEvent) -> IllegalTransition {
        IllegalTransition(release: id, phase: phase, event: event.name)
    }

    package func draft(_ action: String, at now: Timestamp, outcome: String = "ok") -> AuditDraft {
        AuditDraft(
            at: now, actor: .controller, action: action, environment: environment, release: id, revision: targetRevision.id,
            planHash: planHash, reason: reason, outcome: outcome)
    }

    private func notice(
        _ severity: Notice.Severity, _ event: Notice.Event, _ text: String, key: String, incident: Notice.Incident? = nil,
        at now: Timestamp
    ) -> Notice {
        Notice(
            severity: severity, event: event, environment: environment, release: id, revision: revision.id, incident: incident,
            text: text, dedupeKey: "release-\(id)-\(key)", at: now)
    }
}
