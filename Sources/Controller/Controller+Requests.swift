package import Delivery
internal import Journal
internal import Logging
internal import Manifests

/// What people ask, after they have been recognised. Every entrance (socket, API, UI) comes through here, and so through `authorize`.
extension Controller {
    /// Checks the right and audits a denial.
    @discardableResult
    package func authorize(_ actor: Actor, _ action: AccessPolicy.Action, environment: String?) async throws -> String {
        do throws(RequestRefused) {
            return try configuration.access.authorize(actor, action, environment: environment)
        } catch {
            try await journal.commit(
                StateChange(audit: [
                    AuditDraft(
                        at: clock.now(), actor: actor, action: "access.denied", environment: environment, reason: action.name,
                        outcome: error.message)
                ]))
            logger.warning(
                "denied", metadata: ["actor": "\(actor.name)", "action": "\(action.name)", "environment": "\(environment ?? "-")"])
            throw error
        }
    }

    /// What another controller leads is decided there. While nobody can be asked, people can still hold, approve and roll back.
    private func requireLeading(_ name: String) async throws {
        guard let cluster = try await policy(of: name)?.target.cluster, let leader = leadership.leader(cluster) else { return }
        throw RequestRefused(
            .held, "this controller is on standby: \(leader) leads in cluster \(cluster). Ask that one; reading works here too")
    }

    package func hold(_ name: String, by actor: Actor, reason: String) async throws {
        try await authorize(actor, .hold, environment: name)
        try await requireLeading(name)
        let state = try await state(of: name)
        try await store(OperatorRequests.hold(state, by: actor, reason: reason, at: clock.now()), in: name)
    }

    package func resume(_ name: String, by actor: Actor, reason: String) async throws {
        try await authorize(actor, .resume, environment: name)
        try await requireLeading(name)
        let state = try await state(of: name)
        try await store(try OperatorRequests.resume(state, by: actor, reason: reason, at: clock.now()), in: name)
    }

    /// - Parameter planHash: the plan that the approver looked at, or `nil` for the one that waits now.
    package func approve(_ name: String, planHash: String?, by actor: Actor, reason: String) async throws -> Release {
        let active = try await activeRelease(of: name)
        guard let active, case .approval(_, let role, _)? = active.blocker else {
            try await authorize(actor, .read, environment: name)
            throw RequestRefused(.notPossible, "nothing in \(name) waits for an approval. Look: slipway status \(name)")
        }
        let held = try await authorize(actor, .approve(role: role), environment: name)
        try await requireLeading(name)
        let change = try OperatorRequests.approve(
            active, environment: name, planHash: planHash, by: actor, role: held, reason: reason, at: clock.now())
        try await store(change, in: name)
        return active
    }

    /// Puts a Revision on its way again, or one that the rules hold back with `force` and a reason.
    package func deploy(_ name: String, revision: String?, force: Bool, by actor: Actor, reason: String) async throws -> Release {
        try await authorize(actor, .deploy, environment: name)
        try await requireLeading(name)
        let state = try await state(of: name)
        guard !force || !reason.isEmpty else {
            throw RequestRefused(.notPossible, "--force needs a reason: it is audited. Say it with --reason")
        }
        let candidate = try await candidate(for: name, revision: revision, force: force)
        if let quarantine = try await journal.quarantine(environment: name, bundle: candidate.bundle), !force {
            throw RequestRefused(
                .held,
                "\(candidate.revision.short) is quarantined in \(name) since release \(quarantine.release): \(quarantine.reason). To deploy it all the same: --force --reason WHY"
            )
        }
        if candidate.bundle == state.verifiedBundle, !force {
            throw RequestRefused(.notPossible, "\(name) already runs what \(candidate.revision.short) renders to")
        }
        let active = try await activeRelease(of: name)
        if let active, active.phase != .queued, active.phase != .blocked {
            throw RequestRefused(
                .notPossible,
                "release \(active.id) is \(active.phase.rawValue) in \(name); wait for it, or take it back: slipway rollback \(name)")
        }
        let id = try await journal.allocateReleaseID()
        let change = try OperatorRequests.deploy(
            candidate, to: state, releaseID: id, superseding: active, by: actor, reason: reason, isForced: force, at: clock.now())
        try await store(change, in: name)
        return change.releases.first { $0.id == id } ?? change.releases[change.releases.endIndex - 1]
    }

    /// Starts the way back at once, in place of whatever runs. Needs no Git.
    ///
    /// - Parameter to: a Revision (7 or more digits), a Release number, or `nil` for the last one that was verified before this.
    package func rollBack(
        _ name: String, to: String?, keepingBundle: Bool, by actor: Actor, reason: String
    ) async throws -> Release {
        try await authorize(actor, .rollBack, environment: name)
        try await requireLeading(name)
        let state = try await state(of: name)
        let active = try await activeRelease(of: name)
        let target = try await rollbackTarget(in: state, active: active, to: to)
        let leaving: OperatorRequests.RollbackTarget? =
            if let active, active.phase.mayHaveWritten, active.kind == .deploy {
                .init(bundle: active.bundle, revision: active.revision)
            } else if let bundle = state.verifiedBundle, let revision = state.verifiedRevision {
                .init(bundle: bundle, revision: revision)
            } else {
                nil
            }
        let last = try await journal.releases(environment: name, limit: 1).first
        let id = try await journal.allocateReleaseID()
        let change = try OperatorRequests.rollBack(
            state, to: target, releaseID: id, active: active, isUnsettled: Self.leftSomething(last), leaving: keepingBundle ? nil : leaving,
            by: actor, reason: reason,
            at: clock.now())
        try await store(change, in: name, preempting: true)
        return change.releases.first { $0.id == id } ?? change.releases[change.releases.endIndex - 1]
    }

    /// Where `rollback --to` would go; nothing is changed.
    package func rollbackTarget(in state: EnvironmentState, active: Release?, to: String?) async throws -> OperatorRequests.RollbackTarget {
        let history = try await journal.releases(environment: state.name, limit: Limits.historyDepth)
        let proven = history.filter {
            $0.finishedAt != nil && ($0.phase == .verified || $0.phase == .rolledBack || $0.phase == .rollingBack)
        }
        let wasVerified = proven.filter { $0.phase == .verified }
        if let to {
            if let match = wasVerified.first(where: { "\($0.id)" == to || (to.count >= 7 && $0.revision.id.hasPrefix(to.lowercased())) }) {
                return .init(bundle: match.bundle, revision: match.revision)
            }
            throw RequestRefused(
                .notFound, "\(state.name) never verified a revision or release \"\(to)\". Choose one: slipway history \(state.name)")
        }
        let isUnsettled = active.map { $0.kind == .deploy && $0.phase.mayHaveWritten } ?? Self.leftSomething(history.first)
        if isUnsettled, let bundle = state.verifiedBundle,
            let revision = state.verifiedRevision
        {
            return .init(bundle: bundle, revision: revision)
        }
        for release in wasVerified where release.bundle != state.verifiedBundle {
            guard try await journal.quarantine(environment: state.name, bundle: release.bundle) == nil else { continue }
            return .init(bundle: release.bundle, revision: release.revision)
        }
        throw RequestRefused(
            .notPossible, "\(state.name) has no earlier verified release to go back to. Look: slipway history \(state.name)")
    }

    package func cancel(_ name: String, by actor: Actor, reason: String) async throws -> Release {
        try await authorize(actor, .cancel, environment: name)
        try await requireLeading(name)
        let state = try await state(of: name)
        guard let active = try await activeRelease(of: name) else {
            throw RequestRefused(.notPossible, "nothing runs or waits in \(name)")
        }
        guard !active.phase.mayHaveWritten else {
            throw RequestRefused(
                .notPossible,
                "release \(active.id) has begun to change \(name) (\(active.phase.rawValue)); take it back instead: slipway rollback \(name)"
            )
        }
        let policy = EnvironmentPolicy(name: name, target: .init(namespace: ""))
        try await store(try active.after(.cancelled(actor, reason: reason), in: state, policy: policy, at: clock.now()), in: name)
        return active
    }

    /// A Release that ended without a proven state in the cluster.
    private static func leftSomething(_ release: Release?) -> Bool {
        release.map { $0.phase == .rollbackFailed || $0.phase == .failed } ?? false
    }

    // MARK: Small parts

    package func state(of name: String) async throws -> EnvironmentState {
        if let state = try await journal.environment(name) { return state }
        if environmentNames.contains(name) { return EnvironmentState(name: name) }
        let known = environmentNames
        let nearest = NearestName.suggestion(for: name, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        throw RequestRefused(.notFound, "there is no environment \"\(name)\" (there is: \(known.joined(separator: ", ")))\(nearest)")
    }

    package func activeRelease(of name: String) async throws -> Release? {
        try await journal.releases(environment: name, limit: 20).first { $0.phase.isActive }
    }

    private func store(_ change: StateChange, in name: String, preempting: Bool = false) async throws {
        try await journal.commit(change)
        metrics.stored(change)
        for entry in change.audit {
            logger.info(
                "\(entry.action)",
                metadata: [
                    "environment": "\(name)", "actor": "\(entry.actor.name)", "reason": "\(entry.reason)", "outcome": "\(entry.outcome)",
                ])
        }
        guard let lane = lane(name) else { return }
        if preempting { await lane.preempt() } else { lane.wake() }
    }

    private func candidate(for name: String, revision: String?, force: Bool) async throws -> Admission.Candidate {
        let renderings = try await journal.latestRenderings(environment: name, limit: Limits.historyDepth)
        let chosen: StoredRendering?
        if let revision {
            chosen = renderings.first { revision.count >= 7 && $0.revision.id.hasPrefix(revision.lowercased()) }
        } else {
            chosen = try await defaultRendering(for: name, among: renderings)
        }
        guard let chosen else {
            throw RequestRefused(
                .notFound,
                "no rendering of \(revision.map { "revision \"\($0)\"" } ?? "a deployable revision") is known for \(name). Look: slipway status"
            )
        }
        if revision != nil, !force { try await requirePromotable(chosen.revision, in: name) }
        switch chosen.outcome {
        case .bundle(let digest, _, _): return .init(revision: chosen.revision, bundle: digest)
        case .failed(let message):
            throw RequestRefused(.notPossible, "\(chosen.revision.short) cannot be rendered for \(name): \(message)")
        }
    }

    private func defaultRendering(for name: String, among renderings: [StoredRendering]) async throws -> StoredRendering? {
        guard let policy = try await policy(of: name), let from = policy.promotion.from else { return renderings.first }
        guard let verified = try await journal.environment(from)?.verifiedRevision else { return nil }
        return renderings.first { $0.revision.id == verified.id }
    }

    /// Production takes no Revision that its predecessor has not proven, unless forced.
    private func requirePromotable(_ revision: Revision, in name: String) async throws {
        guard let from = try await policy(of: name)?.promotion.from else { return }
        let proven = try await journal.releases(environment: from, limit: Limits.historyDepth).contains {
            $0.phase == .verified && $0.revision.id == revision.id
        }
        let current = try await journal.environment(from)?.verifiedRevision?.id
        guard proven || current == revision.id else {
            throw RequestRefused(
                .held,
                "\(revision.short) is not verified in \(from), which \(name) promotes from. To deploy it all the same: --force --reason WHY"
            )
        }
    }

    package func policy(of name: String) async throws -> EnvironmentPolicy? { try await context.policy(of: name) }
}
