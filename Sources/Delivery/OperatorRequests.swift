/// A request that the rules refuse; the message says what to do instead.
package struct RequestRefused: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// There is nothing of that name.
        case notFound
        /// The state does not allow it, such as an approval that nothing waits for.
        case notPossible
        /// A Hold or a quarantine is in the way.
        case held
        /// The identity may not.
        case denied
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// What people may ask of an Environment. Pure: each answers with the change to store, or refuses in words.
package enum OperatorRequests {
    /// - Parameter until: when it ends by itself; `nil`: when somebody lifts it.
    package static func hold(
        _ environment: EnvironmentState, by actor: Actor, reason: String, until: Timestamp? = nil, at now: Timestamp
    ) -> StateChange {
        var state = environment
        // What stops it for longer already goes on doing so, and the branch is still brought back.
        let before = environment.hold
        let until = before.map { later($0.until, until) } ?? until
        state.hold = Hold(reason: reason, by: actor, since: now, until: until)
        state.hold?.revert = before?.revert
        state.version += 1
        let end = (until.map { "until \($0.utc)" } ?? "until it is lifted") + (before.map { " (was held already: \($0.reason))" } ?? "")
        return StateChange(
            environments: [state],
            audit: [AuditDraft(at: now, actor: actor, action: "hold.set", environment: state.name, reason: reason, outcome: end)],
            notices: [
                notice(.holdChanged, state, "\(actor.name) holds it \(end): \(reason)", key: "hold", at: now)
            ])
    }

    /// `nil` has no end.
    static func later(_ one: Timestamp?, _ other: Timestamp?) -> Timestamp? {
        guard let one, let other else { return nil }
        return max(one, other)
    }

    package static func resume(
        _ environment: EnvironmentState, by actor: Actor, reason: String, at now: Timestamp
    ) throws(RequestRefused) -> StateChange {
        guard let hold = environment.hold else {
            throw RequestRefused(
                .notPossible, "\(environment.name) is not held; nothing to resume. Look: slipway status \(environment.name)")
        }
        var state = environment
        state.hold = nil
        state.version += 1
        return StateChange(
            environments: [state],
            audit: [
                AuditDraft(
                    at: now, actor: actor, action: "hold.lifted", environment: state.name, reason: reason,
                    outcome: "was held since \(hold.since.utc): \(hold.reason)")
            ],
            notices: [
                notice(.holdChanged, state, "\(actor.name) lifts the hold (\(hold.reason)): \(reason)", key: "resume", at: now)
            ])
    }

    /// Who wrote what waits for an approval.
    package enum Authorship: Sendable, Hashable {
        case others, own
        /// Nobody can say whether the approver did, and why.
        case unknown(String)
    }

    /// One approver's yes to the plan that a blocked Release waits with.
    ///
    /// - Parameters:
    ///   - planHash: what the approver looked at; at least 12 digits of it. `nil` approves what waits now.
    ///   - authorship: whether the approver wrote it or asked for it, where the policy does not take that for an approval.
    package static func approve(
        _ release: Release?, environment: String, planHash: String?, by actor: Actor, role: String, authorship: Authorship = .others,
        reason: String, at now: Timestamp
    ) throws(RequestRefused) -> StateChange {
        guard let release, case .approval(let waiting, let missing)? = release.blocker else {
            throw RequestRefused(.notPossible, "nothing in \(environment) waits for an approval. Look: slipway status \(environment)")
        }
        if let planHash, planHash.count < 12 || !waiting.hasPrefix(planHash) {
            throw RequestRefused(
                .notPossible,
                "the plan that waits in \(environment) is \(waiting.prefix(12)), not \(planHash.prefix(12)): it changed since you looked. Look again: slipway diff \(environment)"
            )
        }
        guard missing.contains(where: { $0.role == role }) else {
            let asked = missing.map(\.role).joined(separator: " or ")
            throw RequestRefused(.denied, "\(actor.name) may not approve \(environment) as \(role): it asks for the role \(asked)")
        }
        switch authorship {
        case .others: break
        case .own:
            throw RequestRefused(
                .denied,
                "\(actor.name) may not approve \(environment): release \(release.id) is their own change, and its policy (promotion.approvals.selfApproval: false) takes no such approval. Ask somebody else of that role"
            )
        case .unknown(let why):
            throw RequestRefused(
                .denied,
                "\(actor.name) may not approve \(environment): its policy takes nobody's approval of their own change, and \(why)"
            )
        }
        return StateChange(
            approvals: [Approval(release: release.id, planHash: waiting, by: actor, role: role, at: now)],
            audit: [
                AuditDraft(
                    at: now, actor: actor, action: "approval.given", environment: environment, release: release.id,
                    revision: release.revision.id, planHash: waiting, reason: reason)
            ])
    }

    /// Where a rollback by hand goes.
    package struct RollbackTarget: Sendable, Hashable {
        package var bundle: String
        package var revision: Revision

        package init(bundle: String, revision: Revision) {
            self.bundle = bundle
            self.revision = revision
        }
    }

    /// Starts the way back to a stored Bundle: sets a Hold, quarantines what is left behind and takes the place of whatever runs, at once.
    ///
    /// - Parameter isUnsettled: the last Release failed and was not taken back, so the cluster may not hold what is verified.
    package static func rollBack(
        _ environment: EnvironmentState, to target: RollbackTarget, releaseID: Int64, active: Release?, isUnsettled: Bool = false,
        leaving: RollbackTarget?, revert: Revert? = nil,
        by actor: Actor, reason: String, at now: Timestamp
    ) throws(RequestRefused) -> StateChange {
        if active == nil, !isUnsettled, target.bundle == environment.verifiedBundle {
            throw RequestRefused(
                .notPossible,
                "\(environment.name) already runs \(target.revision.short). Choose another: slipway history \(environment.name)")
        }
        let release = Release(
            id: releaseID, environment: environment.name, kind: .rollback, revision: target.revision, bundle: target.bundle,
            previousBundle: environment.verifiedBundle, previousRevision: environment.verifiedRevision, requestedBy: actor, reason: reason,
            isForced: true, createdAt: now)
        var state = environment
        state.hold = Hold(reason: "rolled back to \(target.revision.short) by \(actor.name): \(reason)", by: actor, since: now)
        state.hold?.revert = revert
        state.version += 1
        var entry = release.draft("rollback.requested", at: now, outcome: "to \(target.revision.short)")
        entry.actor = actor
        var change = StateChange(releases: [release], environments: [state], audit: [entry])
        if let revert { change.audit.append(self.entry(revert, "rollback.commitRequested", in: state, at: now)) }
        if let active {
            do throws(IllegalTransition) {
                change =
                    try active.after(
                        .superseded(by: releaseID), in: environment,
                        policy: EnvironmentPolicy(name: environment.name, target: .init(namespace: "")),
                        at: now) + change
            } catch {
                throw RequestRefused(.notPossible, error.description)
            }
        }
        if let leaving, leaving.bundle != target.bundle {
            change.quarantines.append(
                Quarantine(
                    environment: environment.name, bundle: leaving.bundle, revision: leaving.revision, release: releaseID,
                    reason: "rolled back by \(actor.name): \(reason)", since: now))
            change.audit.append(release.draft("bundle.quarantined", at: now, outcome: String(leaving.bundle.prefix(12))))
        }
        change.notices.append(
            Notice(
                severity: .warning, event: .rollbackStarted, environment: environment.name, release: releaseID,
                revision: target.revision.id,
                text: "\(environment.name): \(actor.name) rolls back to \(target.revision.short) \"\(target.revision.subject)\": \(reason)",
                dedupeKey: "release-\(releaseID)-requested", at: now))
        return change
    }

    /// A Release of a candidate: made by the controller when a Revision comes far enough, or asked for by a person.
    package static func deploy(
        _ candidate: Admission.Candidate, to environment: EnvironmentState, releaseID: Int64, superseding waiting: Release?,
        by actor: Actor, reason: String, isForced: Bool, at now: Timestamp
    ) throws(IllegalTransition) -> StateChange {
        let release = Release(
            id: releaseID, environment: environment.name, kind: .deploy, revision: candidate.revision, bundle: candidate.bundle,
            previousBundle: environment.verifiedBundle, previousRevision: environment.verifiedRevision, requestedBy: actor, reason: reason,
            isForced: isForced, createdAt: now)
        var entry = release.draft("release.queued", at: now, outcome: candidate.revision.subject)
        entry.actor = actor
        let change = StateChange(releases: [release], audit: [entry])
        guard let waiting else { return change }
        let policy = EnvironmentPolicy(name: environment.name, target: .init(namespace: ""))
        return try waiting.after(.superseded(by: releaseID), in: environment, policy: policy, at: now) + change
    }

    /// The candidate renders to what is proven here already: only the Revision moves on.
    package static func advance(_ environment: EnvironmentState, to revision: Revision, at now: Timestamp) -> StateChange {
        var state = environment
        state.verifiedRevision = revision
        state.version += 1
        return StateChange(
            environments: [state],
            audit: [
                AuditDraft(
                    at: now, actor: .controller, action: "revision.unchanged", environment: state.name, revision: revision.id,
                    outcome: "renders to what is verified here already")
            ])
    }
}
