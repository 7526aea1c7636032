internal import Delivery
internal import Git
internal import Notifications

/// The approvals that the operator asks for, whatever `environment.yaml` says: pinned ones, and those for protected paths.
package struct CommitProtection: Sendable {
    var pinned: [String: EnvironmentPolicy.Approvals] = [:]
    var rules: [CommitRules.ProtectedPaths] = []
    /// What differs between two Revisions; `nil` when that is more than can be looked at.
    var changedPaths: @Sendable (_ base: CommitID?, _ head: CommitID) async throws(GitError) -> [String]?

    /// - Parameter mirror: without one nobody can say what a change touches, and so it touches all.
    init(_ configuration: ControllerConfiguration, mirror: Mirror?) {
        pinned = configuration.pinnedApprovals
        rules = configuration.repository.commits.protectedPaths
        changedPaths = { base, head throws(GitError) in
            guard let mirror else { return nil }
            return try await mirror.changedPaths(from: base, to: head, limit: Limits.changedPaths)
        }
    }

    init(
        pinned: [String: EnvironmentPolicy.Approvals], rules: [CommitRules.ProtectedPaths],
        changedPaths: @escaping @Sendable (CommitID?, CommitID) async throws(GitError) -> [String]?
    ) {
        self.pinned = pinned
        self.rules = rules
        self.changedPaths = changedPaths
    }

    /// The stricter of both, in each point.
    func pinning(_ policy: EnvironmentPolicy) -> EnvironmentPolicy {
        guard let least = pinned[policy.name] else { return policy }
        var policy = policy
        policy.promotion.approvals = policy.promotion.approvals.map { $0.stricter(with: least) } ?? least
        return policy
    }

    /// The policy with the approvals that the change from what is verified to this Revision needs beside its own.
    func asking(_ policy: EnvironmentPolicy, of revision: Revision, since verified: Revision?) async throws(GitError) -> EnvironmentPolicy {
        var policy = policy
        for rule in try await touched(in: policy.name, by: revision, since: verified) {
            var asked = policy.promotion.approvals ?? EnvironmentPolicy.Approvals([])
            asked.add(rule)
            policy.promotion.approvals = asked
        }
        return policy
    }

    /// The rules that a change touches. One that cannot be looked at touches all of them.
    func touched(
        in environment: String, by revision: Revision, since verified: Revision?
    ) async throws(GitError) -> [CommitRules.ProtectedPaths] {
        let rules = rules.filter { $0.environments.isEmpty || $0.environments.contains { NamePattern.matches($0, environment) } }
        guard !rules.isEmpty, verified?.id != revision.id else { return [] }
        guard let head = CommitID(revision.id) else { return rules }
        let paths: [String]?
        do throws(GitError) {
            paths = try await changedPaths(verified.flatMap { CommitID($0.id) }, head)
        } catch {
            // Gone from the mirror, such as after a rewritten history: nobody can say what differs.
            guard error.code == .notFound else { throw error }
            return rules
        }
        guard let paths else { return rules }
        return rules.filter { rule in paths.contains { path in rule.paths.contains { $0.matches(path) } } }
    }
}

extension EnvironmentPolicy.Approvals {
    /// So many people of each role as either asks for, not of both together.
    func stricter(with other: EnvironmentPolicy.Approvals) -> EnvironmentPolicy.Approvals {
        var result = self
        for rule in other.rules {
            if let index = result.rules.firstIndex(where: { $0.role == rule.role }) {
                result.rules[index].required = max(result.rules[index].required, rule.required)
            } else {
                result.rules.append(rule)
            }
        }
        result.expireAfter = [expireAfter, other.expireAfter].compactMap(\.self).min()
        result.allowsSelfApproval = allowsSelfApproval && other.allowsSelfApproval
        return result
    }

    /// More people: those of the rule beside all others.
    mutating func add(_ rule: CommitRules.ProtectedPaths) {
        if let index = rules.firstIndex(where: { $0.role == rule.role }) {
            rules[index].required += rule.required
        } else {
            rules.append(Rule(required: rule.required, role: rule.role))
        }
        allowsSelfApproval = allowsSelfApproval && rule.allowsSelfApproval
    }
}
