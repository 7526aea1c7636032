/// What one decision changes, stored by the Journal in one transaction: state, record and notifications together or not at all.
package struct StateChange: Sendable, Hashable {
    package var releases: [Release]
    package var environments: [EnvironmentState]
    package var quarantines: [Quarantine]
    /// Taken away before `quarantines` are added.
    package var liftedQuarantines: [QuarantineLift]
    package var approvals: [Approval]
    package var audit: [AuditDraft]
    package var notices: [Notice]
    /// Environments that must still be as they were when this was decided. Whoever sets a Hold in between is not overtaken: nothing is
    /// stored then, and it is decided anew.
    package var given: [EnvironmentState] = []

    package init(
        releases: [Release] = [], environments: [EnvironmentState] = [], quarantines: [Quarantine] = [],
        liftedQuarantines: [QuarantineLift] = [], approvals: [Approval] = [], audit: [AuditDraft] = [], notices: [Notice] = []
    ) {
        self.releases = releases
        self.environments = environments
        self.quarantines = quarantines
        self.liftedQuarantines = liftedQuarantines
        self.approvals = approvals
        self.audit = audit
        self.notices = notices
    }

    func given(_ environment: EnvironmentState) -> StateChange {
        var change = self
        change.given.append(environment)
        return change
    }

    package var isEmpty: Bool {
        releases.isEmpty && environments.isEmpty && quarantines.isEmpty && liftedQuarantines.isEmpty && approvals.isEmpty && audit.isEmpty
            && notices.isEmpty
    }

    package static func + (left: StateChange, right: StateChange) -> StateChange {
        var sum = StateChange(
            releases: left.releases + right.releases, environments: left.environments + right.environments,
            quarantines: left.quarantines + right.quarantines, liftedQuarantines: left.liftedQuarantines + right.liftedQuarantines,
            approvals: left.approvals + right.approvals, audit: left.audit + right.audit, notices: left.notices + right.notices)
        sum.given = left.given + right.given
        return sum
    }
}

/// Names the Quarantine that a person took back.
package struct QuarantineLift: Sendable, Hashable {
    package var environment: String
    package var bundle: String

    package init(environment: String, bundle: String) {
        self.environment = environment
        self.bundle = bundle
    }
}

/// An audit entry before the Journal gives it its place in the chain. No secret value is ever in it.
package struct AuditDraft: Sendable, Hashable {
    package var at: Timestamp
    package var actor: Actor
    /// Dotted, such as `release.applying`, `hold.set`, `approval.given`, `access.denied`.
    package var action: String
    package var environment: String?
    package var release: Int64?
    package var revision: String?
    package var planHash: String?
    package var reason: String
    package var outcome: String

    package init(
        at: Timestamp, actor: Actor, action: String, environment: String? = nil, release: Int64? = nil, revision: String? = nil,
        planHash: String? = nil, reason: String = "", outcome: String = "ok"
    ) {
        self.at = at
        self.actor = actor
        self.action = action
        self.environment = environment
        self.release = release
        self.revision = revision
        self.planHash = planHash
        self.reason = reason
        self.outcome = outcome
    }
}
