/// What people do to a Release that waits or has failed.
extension Release {
    /// Passes over what is waited for or asked. Approvals, Holds and the group are not passed over.
    func afterSkip(
        by actor: Actor, reason: String, in environment: EnvironmentState, policy: EnvironmentPolicy, at now: Timestamp
    ) throws(IllegalTransition) -> StateChange {
        var what = rollbackStep.map { "rollingBack.\($0.rawValue)" } ?? blocker.map { $0.explanation } ?? phase.rawValue
        var change: StateChange
        switch phase {
        case .blocked where blocker?.isOfTheCalendar == true:
            var release = entering(.queued, deadline: nil, waitUntil: nil, at: now)
            release.passesCalendar = true
            change = StateChange(releases: [release])
        case .stepping:
            guard let passing = passingStep(in: environment, policy: policy, at: now) else {
                throw illegal(.skipped(actor, reason: reason))
            }
            (what, change) = passing
        case .verifying: change = afterVerification(policy: policy, at: now)
        // While a group is waited for, the soak itself may be over.
        case .soaking where policy.promotion.group == nil: change = moving(to: .pruning, policy: policy, at: now)
        case .soaking:
            var release = self
            release.waitUntil = now
            release.version += 1
            change = StateChange(releases: [release])
        case .rollingBack where rollbackStep == .verifying: change = returning(.pruning, policy: policy, at: now)
        case .queued, .blocked, .preflight, .applying, .rollingOut, .pruning, .verified, .rollingBack, .rolledBack, .rollbackFailed,
            .failed, .superseded, .cancelled:
            throw illegal(.skipped(actor, reason: reason))
        }
        var entry = draft("release.skipped", at: now, outcome: "skipped: \(what)")
        entry.actor = actor
        entry.reason = reason
        change.audit.insert(entry, at: 0)
        return change
    }

    /// Goes on where it failed. What had written nothing begins anew, so that everything stands in its way that should.
    func afterRetry(
        by actor: Actor, reason: String, policy: EnvironmentPolicy, at now: Timestamp
    ) throws(IllegalTransition) -> StateChange {
        guard let next = retryPhase else { throw illegal(.retried(actor, reason: reason)) }
        var release = entering(next, deadline: deadline(of: next, policy: policy, at: now), waitUntil: nil, at: now)
        if next == .rollingBack { release.rollbackStep = failedStep ?? .applying }
        let failed = failedStep.map { "rollingBack.\($0.rawValue)" } ?? failedPhase?.rawValue ?? ""
        release.finishedAt = nil
        release.failedPhase = nil
        release.failedStep = nil
        release.retriedAt = now
        if next != .rollingBack { release.failure = nil }
        if next == .queued {
            release.step = nil
            release.planHash = nil
            release.isReadyForGroup = false
            release.passesCalendar = false
        }
        var entry = release.draft("release.retried", at: now, outcome: "failed in \(failed), goes on in \(next.rawValue)")
        entry.actor = actor
        entry.reason = reason
        return StateChange(releases: [release], audit: [entry])
    }

    /// Where a retry goes on; `nil` when there is nothing to try again.
    package var retryPhase: ReleasePhase? {
        guard phase == .failed || phase == .rollbackFailed, let failedPhase else { return nil }
        switch failedPhase {
        case .queued, .blocked, .preflight: return .queued
        case .stepping, .applying, .rollingOut, .rollingBack: return failedPhase
        // Whoever lifted its quarantine may have had the cluster put back meanwhile.
        case .pruning: return .applying
        // It proves itself again.
        case .verifying, .soaking, .verified: return .verifying
        case .rolledBack, .rollbackFailed, .failed, .superseded, .cancelled: return nil
        }
    }
}
