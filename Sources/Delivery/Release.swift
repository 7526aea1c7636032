/// One attempt to bring one Environment to one Bundle: the durable state machine's state.
package struct Release: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Forward, to a new Revision.
        case deploy
        /// Back to a stored Bundle, asked for by a person. It is never itself rolled back.
        case rollback
    }

    /// Counts up over all Environments; given by the Journal.
    package var id: Int64
    package var environment: String
    package var kind: Kind
    package var revision: Revision
    /// The digest of the Bundle it brings.
    package var bundle: String
    /// The digest that was proven here when this Release was made: where a rollback goes. `nil` in a new Environment.
    package var previousBundle: String?
    package var previousRevision: Revision?
    package var phase: ReleasePhase
    /// Set exactly while `rollingBack`.
    package var rollbackStep: RollbackStep?
    /// What is waited for: always while `blocked`, and in a step that has passed and may not be followed by the next.
    package var blocker: Blocker?
    /// The hash of the last plan of it; what an approver approves.
    package var planHash: String?
    package var failure: Failure?
    /// Where it failed: where `retry` goes on.
    package var failedPhase: ReleasePhase?
    package var failedStep: RollbackStep?
    /// Which step of the rollout it is at, or was at last; `nil` as long as it has taken none.
    package var step: Int?
    /// A person let it pass windows and freezes, with a reason.
    package var passesCalendar = false
    /// Its plan is made and approved; it may begin as soon as the others of its group may.
    package var isReadyForGroup = false
    /// When a person last let it be tried again.
    package var retriedAt: Timestamp?
    package var requestedBy: Actor
    package var reason: String
    /// A person overrode quarantine or promotion order, with a reason.
    package var isForced: Bool
    package var createdAt: Timestamp
    package var phaseSince: Timestamp
    /// When the present phase (or rollback step) fails for taking too long; `nil` in phases that wait for people.
    package var deadline: Timestamp?
    /// End of soaking while soaking; of the pause of a step while that is watched; of the watch while verified.
    package var waitUntil: Timestamp?
    package var finishedAt: Timestamp?
    /// Consecutive transient errors in the present phase, and when to try again.
    package var attempts: Int
    package var retryAt: Timestamp?
    package var lastTransientError: String?
    /// Counts transitions; the Journal refuses to store a Release over a newer one.
    package var version: Int64

    package init(
        id: Int64, environment: String, kind: Kind, revision: Revision, bundle: String, previousBundle: String?,
        previousRevision: Revision?, requestedBy: Actor, reason: String, isForced: Bool, createdAt: Timestamp
    ) {
        self.id = id
        self.environment = environment
        self.kind = kind
        self.revision = revision
        self.bundle = bundle
        self.previousBundle = previousBundle
        self.previousRevision = previousRevision
        phase = .queued
        self.requestedBy = requestedBy
        self.reason = reason
        self.isForced = isForced
        self.createdAt = createdAt
        phaseSince = createdAt
        attempts = 0
        version = 0
    }

    /// The Bundle that the cluster is being brought to right now.
    package var targetBundle: String { phase == .rollingBack ? previousBundle ?? bundle : bundle }
    package var targetRevision: Revision { phase == .rollingBack ? previousRevision ?? revision : revision }
}
