/// Freezes and quarantines by hand, and the end of what was set for a time.
extension OperatorRequests {
    package static func freeze(
        _ environment: EnvironmentState, by actor: Actor, reason: String, until: Timestamp?, at now: Timestamp
    ) -> StateChange {
        var state = environment
        let until = environment.freeze.map { later($0.until, until) } ?? until
        state.freeze = Freeze(reason: reason, by: actor, since: now, until: until)
        state.version += 1
        let end = until.map { "until \($0.utc)" } ?? "until it is thawed"
        return StateChange(
            environments: [state],
            audit: [AuditDraft(at: now, actor: actor, action: "freeze.set", environment: state.name, reason: reason, outcome: end)],
            notices: [notice(.freezeChanged, state, "\(actor.name) freezes it \(end): \(reason)", key: "freeze", at: now)])
    }

    package static func thaw(
        _ environment: EnvironmentState, by actor: Actor, reason: String, at now: Timestamp
    ) throws(RequestRefused) -> StateChange {
        guard let freeze = environment.freeze else {
            throw RequestRefused(.notPossible, "\(environment.name) is not frozen by hand. Look: slipway status \(environment.name)")
        }
        var state = environment
        state.freeze = nil
        state.version += 1
        return StateChange(
            environments: [state],
            audit: [
                AuditDraft(
                    at: now, actor: actor, action: "freeze.lifted", environment: state.name, reason: reason,
                    outcome: "was frozen since \(freeze.since.utc): \(freeze.reason)")
            ],
            notices: [notice(.freezeChanged, state, "\(actor.name) thaws it (\(freeze.reason)): \(reason)", key: "thaw", at: now)])
    }

    /// Bans a Bundle that did not fail by itself.
    package static func quarantine(
        _ candidate: Admission.Candidate, in environment: EnvironmentState, active: Release? = nil, by actor: Actor, reason: String,
        until: Timestamp?, at now: Timestamp
    ) throws(RequestRefused) -> StateChange {
        guard candidate.bundle != environment.verifiedBundle else {
            throw RequestRefused(
                .notPossible,
                "\(candidate.revision.short) is what \(environment.name) runs; leave it first: slipway rollback \(environment.name)")
        }
        var change = StateChange()
        if let active, active.bundle == candidate.bundle, active.phase != .rollingBack {
            guard !active.phase.mayHaveWritten else {
                throw RequestRefused(
                    .notPossible,
                    "\(candidate.revision.short) is being released in \(environment.name) (release \(active.id), \(active.phase.rawValue)); take it back, which quarantines it: slipway rollback \(environment.name)"
                )
            }
            if active.kind == .deploy, !active.isForced {
                change = try cancel(active, in: environment, by: actor, reason: "quarantined: \(reason)", at: now)
            }
        }
        let end = until.map { "until \($0.utc)" } ?? "until it is lifted"
        return change
            + StateChange(
                quarantines: [
                    Quarantine(
                        environment: environment.name, bundle: candidate.bundle, revision: candidate.revision, release: 0,
                        reason: "\(actor.name): \(reason)", since: now, until: until)
                ],
                audit: [
                    AuditDraft(
                        at: now, actor: actor, action: "bundle.quarantined", environment: environment.name,
                        revision: candidate.revision.id, reason: reason, outcome: "\(candidate.bundle.prefix(12)) \(end)")
                ],
                notices: [
                    notice(
                        .quarantineChanged, environment, "\(actor.name) quarantines \(candidate.revision.short) \(end): \(reason)",
                        key: "quarantine-\(candidate.bundle.prefix(12))", at: now)
                ])
    }

    private static func cancel(
        _ release: Release, in environment: EnvironmentState, by actor: Actor, reason: String, at now: Timestamp
    ) throws(RequestRefused) -> StateChange {
        // Nothing of a policy matters to an end.
        let policy = EnvironmentPolicy(name: environment.name, target: .init(namespace: ""))
        do throws(IllegalTransition) {
            return try release.after(.cancelled(actor, reason: reason), in: environment, policy: policy, at: now)
        } catch {
            throw RequestRefused(.notPossible, error.description)
        }
    }

    package static func lift(
        _ quarantine: Quarantine, in environment: EnvironmentState, by actor: Actor, reason: String, at now: Timestamp
    ) -> StateChange {
        StateChange(
            liftedQuarantines: [QuarantineLift(environment: environment.name, bundle: quarantine.bundle)],
            audit: [
                AuditDraft(
                    at: now, actor: actor, action: "quarantine.lifted", environment: environment.name,
                    revision: quarantine.revision.id, reason: reason,
                    outcome: "\(quarantine.bundle.prefix(12)), quarantined since \(quarantine.since.utc): \(quarantine.reason)")
            ],
            notices: [
                notice(
                    .quarantineChanged, environment,
                    "\(actor.name) lifts the quarantine of \(quarantine.revision.short): \(reason)",
                    key: "lift-\(quarantine.bundle.prefix(12))", at: now)
            ])
    }

    /// Ends what was set for a time that is over. Empty when there is nothing.
    package static func expire(_ environment: EnvironmentState, quarantine: Quarantine?, at now: Timestamp) -> StateChange {
        var change = StateChange()
        var state = environment
        if let hold = environment.hold, let until = hold.until, until <= now {
            state.hold = nil
            change = change + ended("hold.expired", hold.reason, .holdChanged, "the hold is over", state, at: now)
        }
        if let freeze = environment.freeze, let until = freeze.until, until <= now {
            state.freeze = nil
            change = change + ended("freeze.expired", freeze.reason, .freezeChanged, "the freeze is over", state, at: now)
        }
        if state != environment {
            state.version += 1
            change.environments = [state]
        }
        if let quarantine, quarantine.isOver(at: now) {
            change =
                change
                + lift(quarantine, in: environment, by: .controller, reason: "its time is over", at: now)
        }
        return change
    }

    private static func ended(
        _ action: String, _ reason: String, _ event: Notice.Event, _ words: String, _ state: EnvironmentState, at now: Timestamp
    ) -> StateChange {
        StateChange(
            audit: [AuditDraft(at: now, actor: .controller, action: action, environment: state.name, reason: reason)],
            notices: [notice(event, state, "\(words) (\(reason))", key: action, at: now)])
    }

    static func notice(_ event: Notice.Event, _ state: EnvironmentState, _ text: String, key: String, at now: Timestamp) -> Notice {
        Notice(
            severity: .info, event: event, environment: state.name, release: nil, text: "\(state.name): \(text)",
            dedupeKey: "\(state.name)-\(key)-\(now.milliseconds)", at: now)
    }
}
