package import Delivery
internal import Journal
internal import Logging
internal import Manifests

/// What people ask, after they have been recognised. Every entrance (socket, API, UI) comes through these files, and so through `authorize`.
extension Controller {
    /// Checks the right and audits a denial.
    @discardableResult
    package func authorize(_ actor: Actor, _ action: AccessPolicy.Action, environment: String?) async throws -> String {
        let policy = try await access(of: actor)
        do throws(RequestRefused) {
            return try policy.authorize(actor, action, environment: environment)
        } catch {
            try await audit(error, of: actor, action, environment: environment)
            throw error
        }
    }

    /// The Environments that this person may read; `nil` is all, and what belongs to none.
    package func readable(by actor: Actor) async throws -> Set<String>? {
        try await authorize(actor, .read, environment: nil)
        let policy = try await access(of: actor)
        if policy.readsEverything(actor) { return nil }
        let names = Set(environmentNames).union(try await journal.environments().map(\.name))
        return names.filter { policy.reads($0, actor) }
    }

    func audit(_ denial: RequestRefused, of actor: Actor, _ action: AccessPolicy.Action, environment: String?) async throws {
        try await record(
            AuditDraft(
                at: clock.now(), actor: actor, action: "access.denied", environment: environment, reason: action.name,
                outcome: denial.message))
    }

    /// Somebody who did not say who they are, or not truly.
    package func auditUnauthenticated(peer: String) async throws {
        try await record(
            AuditDraft(
                at: clock.now(), actor: Actor(name: "unknown", source: .token), action: "access.unauthenticated", reason: "from \(peer)",
                outcome: "no valid token"))
    }

    /// The first of its kind at once; repetitions are counted.
    private func record(_ denial: AuditDraft) async throws {
        let due = denials.note(denial)
        try await journal.commit(StateChange(audit: due))
        for entry in due {
            logger.warning(
                "\(entry.action)",
                metadata: ["actor": "\(entry.actor.name)", "request": "\(entry.reason)", "environment": "\(entry.environment ?? "-")"])
        }
    }

    /// Writes the counts whose time is over, until the task is cancelled; then the others too.
    func writeDenials() async {
        var goesOn = true
        while goesOn {
            do { try await Task.sleep(for: Limits.denialSweep) } catch { goesOn = false }
            let due = denials.sweep(at: clock.now(), all: !goesOn)
            do throws(JournalError) {
                try await journal.commit(StateChange(audit: due))
            } catch {
                logger.error("denials could not be recorded", metadata: ["error": "\(error.message)", "entries": "\(due.count)"])
            }
        }
    }

    /// What another controller leads is decided there. While nobody can be asked, people can still hold, approve and roll back.
    func requireLeading(_ name: String) async throws {
        guard let cluster = try await policy(of: name)?.target.cluster, let leader = leadership.leader(cluster) else { return }
        throw RequestRefused(
            .held, "this controller is on standby: \(leader) leads in cluster \(cluster). Ask that one; reading works here too")
    }

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

    /// What a person asks of one Environment: whether they may, whether it is decided here, and then the look and the word.
    func request<Answer>(
        _ action: AccessPolicy.Action, in name: String, by actor: Actor, _ body: () async throws -> Answer
    ) async throws -> Answer {
        try await request(action, inAll: [name], by: actor, body)
    }

    /// The same of several that move together.
    func request<Answer>(
        _ action: AccessPolicy.Action, inAll names: [String], by actor: Actor, _ body: () async throws -> Answer
    ) async throws -> Answer {
        for name in names {
            try await authorize(actor, action, environment: name)
            try await requireLeading(name)
        }
        return try await journal.lookingAgain(body)
    }

    func store(_ change: StateChange, in name: String, preempting: Bool = false) async throws {
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

    package func policy(of name: String) async throws -> EnvironmentPolicy? { try await context.policy(of: name) }

    /// - Throws: `RequestRefused` when no Revision had a usable one.
    func policyInForce(_ name: String) async throws -> EnvironmentPolicy {
        if let policy = try await policy(of: name) { return policy }
        throw RequestRefused(.notPossible, "no usable environment.yaml of \(name) has been seen yet. Look: slipway status \(name)")
    }
}
