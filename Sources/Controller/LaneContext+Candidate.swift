internal import Delivery
internal import Journal

/// What could come to an Environment now.
extension LaneContext {
    enum Found {
        case found(Admission.Candidate)
        case none(reason: String)
    }

    /// A Revision of the branch, or one that the Environment before has proven; the newest, or the next in order.
    func candidate(for policy: EnvironmentPolicy) async throws -> Found {
        if let wanted = policy.wantedTarget {
            return .none(
                reason:
                    "environment.yaml wants it in \(wanted.cluster)/\(wanted.namespace), and it lives in \(policy.target.cluster)/\(policy.target.namespace): an Environment is not moved, and what runs is kept where it is. Put the target back; for another place make another folder below environments/"
            )
        }
        let revision: Revision
        switch try await nextRevision(for: policy) {
        case .success(let next): revision = next
        case .failure(let nothing): return .none(reason: nothing.reason)
        }
        guard let rendering = try await journal.rendering(environment: policy.name, revisionID: revision.id) else {
            return .none(
                reason: "\(revision.short)\(policy.promotion.from.map { ", verified in \($0)," } ?? "") has no environments/\(policy.name)")
        }
        switch rendering.outcome {
        case .bundle(let digest, _, _): return .found(.init(revision: rendering.revision, bundle: digest))
        case .failed(let message):
            return .none(reason: "\(rendering.revision.short) cannot be rendered here and is left out: \(message)")
        }
    }

    private struct Nothing: Error {
        var reason: String
    }

    private func nextRevision(for policy: EnvironmentPolicy) async throws -> Result<Revision, Nothing> {
        let queue: [Revision]
        if let from = policy.promotion.from {
            guard let verified = try await journal.environment(from)?.verifiedRevision else {
                return .failure(Nothing(reason: "waits for \(from) to verify a revision"))
            }
            queue = policy.promotion.order == .newest ? [verified] : try await proven(in: from) + [verified]
        } else {
            queue = try await rendered(in: policy.name, order: policy.promotion.order)
        }
        if let from = policy.promotion.from, let reason = try await reasonToStay(in: policy, because: queue, of: from) {
            return .failure(Nothing(reason: reason))
        }
        guard let next = PromotionQueue.next(queue, behind: try await taken(in: policy), order: policy.promotion.order) else {
            return .failure(Nothing(reason: "no revision has been seen yet"))
        }
        if let group = policy.promotion.group, let reason = try await reasonToWait(for: next, in: group, besides: policy.name) {
            return .failure(Nothing(reason: reason))
        }
        return .success(next)
    }

    /// An Environment that is taken back takes none with it that follows: what came to the branch before what runs here is a step back, and
    /// that is a person's to decide.
    private func reasonToStay(in policy: EnvironmentPolicy, because queue: [Revision], of from: String) async throws -> String? {
        guard let next = PromotionQueue.next(queue, behind: try await taken(in: policy), order: policy.promotion.order),
            let runs = try await journal.environment(policy.name)?.verifiedRevision, runs.id != next.id
        else { return nil }
        guard try await journal.isNewer(runs.id, than: next.id, environment: policy.name) == true else { return nil }
        return
            "\(from) is at \(next.short), which came before \(runs.short) that runs here. To follow it back: slipway rollback \(policy.name) --to \(next.short), or slipway deploy \(policy.name) --revision \(next.short) --reason WHY"
    }

    /// Oldest first; of those between only what can be deployed.
    private func rendered(in name: String, order: EnvironmentPolicy.Order) async throws -> [Revision] {
        if order == .newest { return try await journal.latestRenderings(environment: name, limit: 1).map(\.revision) }
        return try await journal.latestRenderings(environment: name, limit: Limits.historyDepth).reversed().compactMap { rendering in
            if case .bundle = rendering.outcome { rendering.revision } else { nil }
        }
    }

    /// Oldest first.
    func proven(in name: String) async throws -> [Revision] {
        // What was taken back by hand afterwards proves nothing.
        let banned = Set(try await journal.quarantines(environment: name).map(\.bundle))
        return try await journal.releases(environment: name, limit: Limits.historyDepth).reversed()
            .filter { $0.kind == .deploy && $0.phase == .verified && !banned.contains($0.bundle) }.map(\.revision)
    }

    private func taken(in policy: EnvironmentPolicy) async throws -> [String] {
        guard policy.promotion.order == .inOrder else { return [] }
        let verified = try await journal.environment(policy.name)?.verifiedRevision?.id
        let tried = try await journal.releases(environment: policy.name, limit: 20).first { $0.kind == .deploy }?.revision.id
        return [verified, tried].compactMap(\.self)
    }

    private func isProven(_ revision: Revision, in name: String, order: EnvironmentPolicy.Order) async throws -> Bool {
        if try await journal.environment(name)?.verifiedRevision?.id == revision.id { return true }
        guard order == .inOrder else { return false }
        return try await proven(in: name).contains { $0.id == revision.id }
    }

    // MARK: Groups

    /// The others of a group, by their newest policies.
    func members(of group: String, besides name: String) async throws -> [EnvironmentPolicy] {
        var members: [EnvironmentPolicy] = []
        for other in try await journal.renderedEnvironments() where other != name {
            guard let policy = try await policy(of: other), policy.promotion.group == group else { continue }
            members.append(policy)
        }
        return members
    }

    /// - Parameter revision: what the group is to take.
    func peers(of policy: EnvironmentPolicy, for revision: Revision) async throws -> [ReleaseGroup.Peer] {
        guard let group = policy.promotion.group else { return [] }
        var peers: [ReleaseGroup.Peer] = []
        for member in try await members(of: group, besides: policy.name) {
            let state = try await journal.environment(member.name) ?? EnvironmentState(name: member.name)
            var peer = ReleaseGroup.Peer(state: state, releases: try await journal.releases(environment: member.name, limit: 20))
            if case .bundle(let digest, _, _)? = try await journal.rendering(environment: member.name, revisionID: revision.id)?.outcome {
                peer.bundle = digest
            }
            peers.append(peer)
        }
        return peers
    }

    /// A group takes a Revision when it has come far enough for each of them.
    private func reasonToWait(for revision: Revision, in group: String, besides name: String) async throws -> String? {
        for member in try await members(of: group, besides: name) {
            if let from = member.promotion.from, try await !isProven(revision, in: from, order: member.promotion.order) {
                return
                    "waits for its group \(group): \(revision.short) is not what is verified in \(from), from which \(member.name) promotes"
            }
            guard let rendering = try await journal.rendering(environment: member.name, revisionID: revision.id) else {
                return "waits for its group \(group): \(member.name) has no rendering of \(revision.short)"
            }
            if case .failed(let message) = rendering.outcome {
                return "waits for its group \(group): \(revision.short) cannot be rendered for \(member.name): \(message)"
            }
        }
        return nil
    }
}
