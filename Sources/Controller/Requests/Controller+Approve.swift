package import Delivery
internal import Git
internal import Journal

extension Controller {
    /// - Parameter planHash: the plan that the approver looked at, or `nil` for the one that waits now.
    package func approve(_ name: String, planHash: String?, by actor: Actor, reason: String) async throws -> Release {
        try await journal.lookingAgain {
            let active = try await activeRelease(of: name)
            guard let active, case .approval(_, let missing)? = active.blocker else {
                try await authorize(actor, .read, environment: name)
                throw RequestRefused(.notPossible, "nothing in \(name) waits for an approval. Look: slipway status \(name)")
            }
            // A person with several of the roles gives the first that is still missing.
            let held = try await access(of: actor).roles(of: actor, in: name)
            let asked = missing.first { held.contains($0.role) } ?? missing.first
            let role = try await authorize(actor, .approve(role: asked?.role ?? ""), environment: name)
            try await requireLeading(name)
            let authorship = try await authorship(of: active, by: actor)
            let change: StateChange
            do throws(RequestRefused) {
                change = try OperatorRequests.approve(
                    active, environment: name, planHash: planHash, by: actor, role: role, authorship: authorship, reason: reason,
                    at: clock.now())
            } catch {
                if error.code == .denied { try await audit(error, of: actor, .approve(role: role), environment: name) }
                throw error
            }
            try await store(change, in: name)
            return active
        }
    }

    /// Whether the policy does not take this person's yes: they wrote a part of the change, or asked for the Release.
    private func authorship(of release: Release, by actor: Actor) async throws -> OperatorRequests.Authorship {
        guard let policy = try await policy(of: release.environment),
            try await context.policy(policy, for: release).promotion.approvals?.allowsSelfApproval == false
        else { return .others }
        // One person may come by socket and by token.
        if release.requestedBy.name == actor.name { return .own }
        let emails = configuration.access.emails(of: actor)
        guard !emails.isEmpty else {
            return .unknown(
                "no e-mail address of \(actor.name) is known to tell by. Add emails to a grant of that name in the controller's configuration, or ask somebody who has them"
            )
        }
        guard let authors = try await authors(of: release) else {
            return .unknown("who wrote its commits cannot be told: they are too many, or gone. Release it in smaller parts, or by --force")
        }
        return authors.contains { author in emails.contains { author.lowercased().contains("<\($0)>") } } ? .own : .others
    }

    /// Of every commit since what was verified before it, as Git knows them, and of the Revisions that were seen meanwhile.
    ///
    /// - Returns: `nil` when there are too many commits to tell.
    private func authors(of release: Release) async throws -> [String]? {
        let seen = try await journal.latestRenderings(environment: release.environment, limit: Limits.historyDepth).map(\.revision)
        let newer = seen.drop { $0.id != release.revision.id }.prefix { $0.id != release.previousRevision?.id }
        guard let mirror, let head = CommitID(release.revision.id) else { return nil }
        do throws(GitError) {
            let base = release.previousRevision.flatMap { CommitID($0.id) }
            guard var authors = try await mirror.authors(of: head, notIn: base, limit: Limits.authoredCommits) else { return nil }
            for revision in newer {
                guard let id = CommitID(revision.id) else { continue }
                authors.formUnion(try await mirror.authors(of: id, notIn: nil, limit: 1) ?? [])
            }
            return Array(authors)
        } catch {
            // A commit that is gone from the mirror: nobody can say who wrote it.
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}
