package import Delivery
internal import Journal
internal import Logging
internal import Manifests

/// What people do with Releases that go forward.
extension Controller {
    /// Puts a Revision on its way again, or one that the rules hold back with `force` and a reason.
    package func deploy(_ name: String, revision: String?, force: Bool, by actor: Actor, reason: String) async throws -> Release {
        try await request(force ? .force : .deploy, in: name, by: actor) {
            let state = try await state(of: name)
            guard !force || !reason.isEmpty else {
                throw RequestRefused(.notPossible, "--force needs a reason: it is audited. Say it with --reason")
            }
            let candidate = try await candidate(for: name, revision: revision, force: force)
            if let quarantine = try await journal.quarantine(environment: name, bundle: candidate.bundle), !force,
                !quarantine.isOver(at: clock.now())
            {
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
    }

    /// Lets the last Release go on where it failed.
    package func retry(_ name: String, by actor: Actor, reason: String) async throws -> Release {
        try await request(.retry, in: name, by: actor) {
            let state = try await state(of: name)
            let last = try await journal.releases(environment: name, limit: 1).first
            var quarantine: Quarantine?
            if let last { quarantine = try await journal.quarantine(environment: name, bundle: last.bundle) }
            let change = try OperatorRequests.retry(
                last, in: state, quarantine: quarantine, policy: try await policyInForce(name), zones: context.zones, by: actor,
                reason: reason, at: clock.now())
            try await store(change, in: name)
            return try stored(change)
        }
    }

    /// Passes over a window, a freeze, a step, the verification or the soak that a Release waits for.
    package func skip(_ name: String, by actor: Actor, reason: String) async throws -> Release {
        try await request(.skip, in: name, by: actor) {
            let change = try OperatorRequests.skip(
                try await activeRelease(of: name), in: try await state(of: name), policy: try await policyInForce(name),
                zones: context.zones, by: actor, reason: reason, at: clock.now())
            try await store(change, in: name, preempting: true)
            return try stored(change)
        }
    }

    private func stored(_ change: StateChange) throws -> Release {
        guard let release = change.releases.last else { throw RequestRefused(.notPossible, "nothing was changed") }
        return release
    }

    package func cancel(_ name: String, by actor: Actor, reason: String) async throws -> Release {
        try await request(.cancel, in: name, by: actor) {
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
    }

    // MARK: Which Revision

    /// What a Revision that was seen renders to in an Environment.
    func rendered(_ revision: String, in name: String) async throws -> Admission.Candidate {
        let renderings = try await journal.latestRenderings(environment: name, limit: Limits.historyDepth)
        let chosen = renderings.first { revision.count >= 7 && $0.revision.id.hasPrefix(revision.lowercased()) }
        guard let chosen, case .bundle(let digest, _, _) = chosen.outcome else {
            throw RequestRefused(
                .notFound, "no rendering of revision \"\(revision)\" is known for \(name). Look: slipway history \(name)")
        }
        return .init(revision: chosen.revision, bundle: digest)
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
        let proven = try await context.proven(in: from).contains { $0.id == revision.id }
        let current = try await journal.environment(from)?.verifiedRevision?.id
        guard proven || current == revision.id else {
            throw RequestRefused(
                .held,
                "\(revision.short) is not verified in \(from), which \(name) promotes from. To deploy it all the same: --force --reason WHY"
            )
        }
    }
}
