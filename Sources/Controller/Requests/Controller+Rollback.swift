package import Delivery
internal import Journal
internal import Kubernetes
internal import Logging
internal import Manifests

/// The way back: what is asked for, where it goes, and what it would change.
extension Controller {
    /// Starts the way back at once, in place of whatever runs. Needs no Git.
    ///
    /// - Parameters:
    ///   - to: a Revision (7 or more digits), a Release number, `previous` for the last one that was verified before this, or `nil` for the
    ///     same, unless that way was gone already.
    ///   - commit: whether the branch is brought back, too, once the way back is verified.
    package func rollBack(
        _ name: String, to: String?, keepingBundle: Bool, commit: RollbackCommit = .none, by actor: Actor, reason: String
    ) async throws -> Release {
        let change = try await request(.rollBack, in: name, by: actor) {
            if commit != .none { try requireRevertCommits() }
            let revert = revert(commit, by: actor, reason: reason)
            let change = try await wayBack(of: name, to: to, keepingBundle: keepingBundle, revert: revert, by: actor, reason: reason)
            try await store(change, in: name, preempting: true)
            return change
        }
        reverter?.notify()
        return change.releases[change.releases.endIndex - 1]
    }

    /// The same for a command that acts by itself: a way back that was interrupted goes on when it leads to the same place, instead of
    /// beginning anew.
    package func rollBackOrGoOn(
        _ name: String, to: String?, keepingBundle: Bool, commit: RollbackCommit = .none, by actor: Actor, reason: String
    ) async throws -> Release {
        let same = try await request(.rollBack, in: name, by: actor) { () -> Release? in
            guard let active = try await activeRelease(of: name), active.kind == .rollback, active.phase != .rollingBack else { return nil }
            let target = try await rollbackTarget(in: try await state(of: name), active: active, to: to)
            return target.bundle == active.bundle ? active : nil
        }
        guard let same else {
            return try await rollBack(name, to: to, keepingBundle: keepingBundle, commit: commit, by: actor, reason: reason)
        }
        if commit != .none, try await state(of: name).hold?.revert == nil {
            try await revert(name, includingShared: commit == .withShared, by: actor, reason: reason)
        }
        return same
    }

    /// All Environments of a group, in one transaction: each to what was verified there before.
    ///
    /// - Parameter commit: whether the branch is brought back, too, by one commit for all, once all ways back are verified.
    package func rollBack(
        group: String, keepingBundle: Bool, commit: RollbackCommit = .none, by actor: Actor, reason: String
    ) async throws -> [Release] {
        let names = try await members(of: group, for: actor)
        let releases = try await request(.rollBack, inAll: names, by: actor) {
            if commit != .none { try requireRevertCommits() }
            let parts = try await parts(of: group, in: names)
            let revert = revert(commit, of: .init(name: group, members: parts.map(\.name)), by: actor, reason: reason)
            var change = StateChange()
            var releases: [Release] = []
            for (name, stays) in parts {
                let one = try await wayBack(
                    of: name, to: nil, staying: stays, keepingBundle: keepingBundle, revert: revert, by: actor, reason: reason)
                releases += one.releases.suffix(1)
                change = change + one
            }
            try await store(change, in: names[0], preempting: true)
            return releases
        }
        for name in names.dropFirst() { await lane(name)?.preempt() }
        reverter?.notify()
        return releases
    }

    /// Those of the group that have a part in taking its newest Revision back, and whether they only keep what they have.
    private func parts(of group: String, in names: [String]) async throws -> [(name: String, stays: Bool)] {
        var releases: [String: [Release]] = [:]
        for name in names { releases[name] = try await journal.releases(environment: name, limit: Limits.historyDepth) }
        guard let leaving = ReleaseGroup.leaving(Array(releases.values)) else {
            throw RequestRefused(.notPossible, "the group \(group) has taken nothing that could be taken back. Look: slipway status")
        }
        var parts: [(name: String, stays: Bool)] = []
        var others: [String] = []
        for name in names {
            switch ReleaseGroup.part(of: try await state(of: name), releases: releases[name] ?? [], leaving: leaving) {
            case .back: parts.append((name, false))
            case .stay: parts.append((name, true))
            case .none(let why): others.append("\(name): \(why)")
            }
        }
        guard !parts.isEmpty else {
            throw RequestRefused(
                .notPossible,
                "nothing of the group \(group) is to be taken back (\(others.joined(separator: "; "))). To go further back, one by one: slipway rollback NAME --to REVISION"
            )
        }
        if !others.isEmpty {
            logger.notice("these of the group have no part in its rollback", metadata: ["group": "\(group)", "others": "\(others)"])
        }
        return parts
    }

    private func revert(_ commit: RollbackCommit, of group: Revert.Group? = nil, by actor: Actor, reason: String) -> Revert? {
        guard commit != .none else { return nil }
        return Revert(by: actor, reason: reason, at: clock.now(), includesShared: commit == .withShared, group: group)
    }

    /// What a rollback would change in the cluster. Nothing is changed by looking.
    package func rollbackPlan(_ name: String, to: String?, by actor: Actor) async throws -> PlanView {
        try await authorize(actor, .read, environment: name)
        let state = try await state(of: name)
        let target = try await rollbackTarget(in: state, active: try await activeRelease(of: name), to: to)
        guard let objects = try await journal.bundleObjects(target.bundle) else {
            throw ControllerError(.journal, "bundle \(target.bundle.prefix(12)) is not in the journal")
        }
        let changes = try await context.applier(for: try await policyInForce(name), isReturning: true).plan(objects)
        return PlanView(
            environment: name, revision: target.revision, bundle: target.bundle,
            planHash: Preflight.planHash(of: changes, bundle: target.bundle), changes: changes, subject: "rollback (dry run)")
    }

    /// The last Release in it is the way back.
    private func wayBack(
        of name: String, to: String?, staying: Bool = false, keepingBundle: Bool, revert: Revert?, by actor: Actor, reason: String
    ) async throws -> StateChange {
        let state = try await state(of: name)
        let active = try await activeRelease(of: name)
        let target =
            if staying, let bundle = state.verifiedBundle, let revision = state.verifiedRevision {
                OperatorRequests.RollbackTarget(bundle: bundle, revision: revision)
            } else {
                try await rollbackTarget(in: state, active: active, to: to)
            }
        let leaving: OperatorRequests.RollbackTarget? =
            if let active, active.phase.mayHaveWritten || staying, active.kind == .deploy {
                .init(bundle: active.bundle, revision: active.revision)
            } else if let bundle = state.verifiedBundle, let revision = state.verifiedRevision {
                .init(bundle: bundle, revision: revision)
            } else {
                nil
            }
        let last = try await journal.releases(environment: name, limit: 1).first
        let id = try await journal.allocateReleaseID()
        return try OperatorRequests.rollBack(
            state, to: target, releaseID: id, active: active, isUnsettled: last?.leftSomething ?? false,
            leaving: keepingBundle ? nil : leaving, revert: revert, by: actor, reason: reason, at: clock.now())
    }

    /// Where `rollback --to` would go; nothing is changed.
    package func rollbackTarget(in state: EnvironmentState, active: Release?, to: String?) async throws -> OperatorRequests.RollbackTarget {
        let history = try await journal.releases(environment: state.name, limit: Limits.historyDepth)
        let proven = history.filter {
            $0.finishedAt != nil && ($0.phase == .verified || $0.phase == .rolledBack || $0.phase == .rollingBack)
        }
        let wasVerified = proven.filter { $0.phase == .verified }
        if let to, to != "previous" {
            if let match = wasVerified.first(where: { "\($0.id)" == to || (to.count >= 7 && $0.revision.id.hasPrefix(to.lowercased())) }) {
                if let ban = try await journal.quarantine(environment: state.name, bundle: match.bundle), !ban.isOver(at: clock.now()) {
                    throw RequestRefused(
                        .held,
                        "\(match.revision.short) is quarantined in \(state.name): \(ban.reason). Lift it first: slipway quarantine \(state.name) \(match.revision.short) --lift --reason WHY"
                    )
                }
                return .init(bundle: match.bundle, revision: match.revision)
            }
            throw RequestRefused(
                .notFound, "\(state.name) never verified a revision or release \"\(to)\". Choose one: slipway history \(state.name)")
        }
        if to == nil, WayBack.isDone(in: state, history) {
            throw RequestRefused(
                .notPossible,
                "\(state.name) was taken back to \(state.verifiedRevision?.short ?? "what is verified") already, and is held (\(state.hold?.reason ?? "")). To go further back: slipway rollback \(state.name) --to REVISION (slipway history \(state.name)), or --to previous"
            )
        }
        let isUnsettled = active.map { $0.kind == .deploy && $0.phase.mayHaveWritten } ?? history.first?.leftSomething ?? false
        if isUnsettled, let bundle = state.verifiedBundle, let revision = state.verifiedRevision,
            // A way back that failed has quarantined what it left.
            try await journal.quarantine(environment: state.name, bundle: bundle) == nil
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
}
