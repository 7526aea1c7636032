/// The commit that follows a rollback: asked for, pushed, arrived, or not.
extension OperatorRequests {
    /// Asks for it after the rollback, or again.
    ///
    /// - Parameter isOfRollback: the Hold was set by a way back, by hand or by itself, and not by `slipway hold`.
    package static func askRevert(
        _ environment: EnvironmentState, _ revert: Revert, isOfRollback: Bool, at now: Timestamp
    ) throws(RequestRefused) -> StateChange {
        let name = environment.name
        guard environment.hold != nil else {
            throw RequestRefused(
                .notPossible, "\(name) is not held, so there is no rollback to commit. Look: slipway status \(name)")
        }
        guard isOfRollback else {
            throw RequestRefused(
                .notPossible, "\(name) is held by hand and not by a rollback; there is nothing to commit. Lift: slipway resume \(name)")
        }
        if case .pushed(let commit)? = environment.hold?.revert?.step {
            throw RequestRefused(
                .notPossible,
                "commit \(commit.prefix(10)) brings \(name) back in the branch already; the hold ends when that commit is what comes to \(name) next. Look: slipway status \(name)"
            )
        }
        var state = environment
        state.hold?.revert = revert
        state.version += 1
        return StateChange(environments: [state], audit: [entry(revert, "rollback.commitRequested", in: state, at: now)])
    }

    /// The branch has it now.
    ///
    /// - Parameter outcome: what was done, in words.
    package static func revertPushed(
        _ environment: EnvironmentState, commit: String, release: Int64?, outcome: String, at now: Timestamp
    ) -> StateChange {
        guard var revert = environment.hold?.revert else { return StateChange() }
        revert.step = .pushed(commit: commit)
        revert.delay = nil
        var state = environment
        state.hold?.revert = revert
        state.version += 1
        var entry = entry(revert, "rollback.committed", in: state, at: now)
        (entry.release, entry.revision, entry.outcome) = (release, commit, outcome)
        return StateChange(environments: [state], audit: [entry])
    }

    /// The branch has it, and nobody waits for it any more: the Hold ended in that moment.
    package static func revertPushedTooLate(
        _ environment: EnvironmentState, _ revert: Revert, commit: String, outcome: String, at now: Timestamp
    ) -> StateChange {
        var entry = entry(revert, "rollback.committed", in: environment, at: now)
        (entry.revision, entry.outcome) = (commit, "\(outcome); it was given up while it was pushed")
        return StateChange(audit: [entry])
    }

    /// It could not be made now. It is tried again by itself where that may help, and for as long as it may. The record has the first of
    /// these tries and the end of them.
    ///
    /// - Parameter random: in 0..<1.
    package static func revertObstructed(
        _ environment: EnvironmentState, by obstacle: RevertObstacle, patience: RevertPatience, random: Double, at now: Timestamp
    ) -> StateChange {
        guard var revert = environment.hold?.revert else { return StateChange() }
        let attempts = (revert.delay?.attempts ?? 0) + 1
        let since = revert.delay?.since ?? now
        guard obstacle.isTransient else { return revertFailed(environment, obstacle.message, at: now) }
        guard attempts < patience.attempts else {
            return revertFailed(environment, "\(obstacle.message) (tried \(attempts) times since \(since.utc))", at: now)
        }
        revert.delay = .init(
            attempts: attempts, message: obstacle.message, since: since, retryAt: now + patience.pause(after: attempts, random: random))
        var state = environment
        state.hold?.revert = revert
        state.version += 1
        var change = StateChange(environments: [state])
        if attempts == 1 {
            var entry = entry(revert, "rollback.commitDelayed", in: state, at: now)
            entry.outcome = "it is tried again by itself: \(obstacle.message)"
            change.audit.append(entry)
        }
        if attempts == patience.tellsAfter {
            let text = "the rollback stands, its commit waits since \(since.utc) and is tried again by itself: \(obstacle.message)"
            change.notices.append(notice(.attention, state, text, key: "revertDelayed", at: now))
        }
        return change
    }

    /// Nothing is tried again by itself: a person reads the message.
    package static func revertFailed(_ environment: EnvironmentState, _ message: String, at now: Timestamp) -> StateChange {
        guard var revert = environment.hold?.revert else { return StateChange() }
        revert.step = .failed(message: message)
        revert.delay = nil
        var state = environment
        state.hold?.revert = revert
        state.version += 1
        var entry = entry(revert, "rollback.commitFailed", in: state, at: now)
        entry.outcome = message
        return StateChange(
            environments: [state], audit: [entry],
            notices: [notice(.attention, state, "the rollback stands, its commit does not: \(message)", key: "revert", at: now)])
    }

    /// What would come next is what runs: nothing is left to be held back.
    package static func revertArrived(_ environment: EnvironmentState, commit: String, revision: Revision, at now: Timestamp) -> StateChange
    {
        guard let hold = environment.hold else { return StateChange() }
        var state = environment
        state.hold = nil
        state.version += 1
        let why = "\(revision.short) renders to what runs, by commit \(commit.prefix(10))"
        return StateChange(
            environments: [state],
            audit: [
                AuditDraft(
                    at: now, actor: .controller, action: "hold.lifted", environment: state.name, revision: revision.id, reason: why,
                    outcome: "was held since \(hold.since.utc): \(hold.reason)")
            ],
            notices: [notice(.holdChanged, state, "the hold is lifted: \(why)", key: "resume", at: now)])
    }

    static func entry(_ revert: Revert, _ action: String, in state: EnvironmentState, at now: Timestamp) -> AuditDraft {
        AuditDraft(
            at: now, actor: revert.by, action: action, environment: state.name, reason: revert.reason,
            outcome: revert.includesShared ? "with files that other environments share" : "")
    }
}
