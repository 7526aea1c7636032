package import Controller
package import Delivery
package import Journal
package import Manifests
internal import Observability

/// The JSON that the API answers with and `-o json` prints. Its members are part of the contract: docs/api.md.
package enum Documents {
    package static func time(_ timestamp: Timestamp) -> Value {
        .string(RFC3339.string(fromUnixMilliseconds: timestamp.milliseconds))
    }

    package static func revision(_ revision: Revision) -> Value {
        [
            "id": .string(revision.id), "short": .string(revision.short), "subject": .string(revision.subject),
            "author": .string(revision.author), "committedAt": time(revision.committedAt),
        ]
    }

    package static func release(_ release: Release) -> Value {
        var document: Value = [
            "id": .integer(release.id), "environment": .string(release.environment), "kind": .string(release.kind.rawValue),
            "phase": .string(release.phase.rawValue), "revision": revision(release.revision), "bundle": .string(release.bundle),
            "requestedBy": .string(release.requestedBy.name), "createdAt": time(release.createdAt), "since": time(release.phaseSince),
        ]
        document["rollbackStep"] = release.rollbackStep.map { .string($0.rawValue) }
        document["waitsFor"] = release.blocker.map { .string($0.explanation) }
        document["planHash"] = release.planHash.map { .string($0) }
        document["failure"] = release.failure.map { ["origin": .string($0.origin.rawValue), "message": .string($0.message)] }
        document["previousRevision"] = release.previousRevision.map(revision)
        document["reason"] = release.reason.isEmpty ? nil : .string(release.reason)
        document["forced"] = release.isForced ? true : nil
        document["step"] = release.phase == .stepping ? release.step.map { .integer(Int64($0 + 1)) } : nil
        document["passesCalendar"] = release.passesCalendar ? true : nil
        document["failedIn"] = release.failedPhase.map { .string($0.rawValue) }
        document["finishedAt"] = release.finishedAt.map(time)
        document["watchedUntil"] = release.phase == .verified ? release.waitUntil.map(time) : nil
        document["lastError"] = release.lastTransientError.map { .string($0) }
        return document
    }

    package static func quarantine(_ quarantine: Quarantine) -> Value {
        var document: Value = [
            "environment": .string(quarantine.environment), "bundle": .string(quarantine.bundle),
            "revision": revision(quarantine.revision), "release": .integer(quarantine.release), "reason": .string(quarantine.reason),
            "since": time(quarantine.since),
        ]
        document["until"] = quarantine.until.map(time)
        return document
    }

    /// Never the token itself.
    package static func token(_ token: AccessToken, at now: Timestamp) -> Value {
        let state = token.revokedAt != nil ? "revoked" : token.isValid(at: now) ? "valid" : "expired"
        var document: Value = [
            "number": .integer(token.id), "name": .string(token.name), "state": .string(state),
            "roles": .array(token.roles.map { .string($0) }), "environments": .array(token.environments.map { .string($0) }),
            "createdBy": .string(token.createdBy.name), "createdAt": time(token.createdAt), "expiresAt": time(token.expiresAt),
        ]
        document["lastUsedAt"] = token.lastUsedAt.map(time)
        document["revokedAt"] = token.revokedAt.map(time)
        return document
    }

    package static func plan(_ plan: PlanView) -> Value {
        [
            "environment": .string(plan.environment), "revision": revision(plan.revision), "bundle": .string(plan.bundle),
            "planHash": .string(plan.planHash), "subject": .string(plan.subject),
            "changes": .array(plan.changes.sorted { $0.identity < $1.identity }.map(change)),
        ]
    }

    package static func change(_ change: ObjectChange) -> Value {
        var document: Value = [
            "object": .string("\(change.identity)"), "action": .string(change.action.rawValue),
            "fields": .array(change.fields.map { .string("\($0)") }),
        ]
        document["note"] = change.note.map { .string($0) }
        return document
    }

    package static func auditEntry(_ entry: AuditEntry) -> Value {
        var document: Value = [
            "sequence": .integer(entry.sequence), "at": time(entry.draft.at), "actor": .string(entry.draft.actor.name),
            "source": .string(entry.draft.actor.source.rawValue), "action": .string(entry.draft.action),
            "outcome": .string(entry.draft.outcome), "hash": .string(entry.hash),
        ]
        document["environment"] = entry.draft.environment.map { .string($0) }
        document["release"] = entry.draft.release.map { .integer($0) }
        document["revision"] = entry.draft.revision.map { .string($0) }
        document["planHash"] = entry.draft.planHash.map { .string($0) }
        document["reason"] = entry.draft.reason.isEmpty ? nil : .string(entry.draft.reason)
        return document
    }

    package static func verification(_ verification: AuditVerification) -> Value {
        switch verification {
        case .ok(let count, let headHash): ["intact": true, "entries": .integer(count), "head": .string(headHash)]
        case .broken(let sequence, let what): ["intact": false, "sequence": .integer(sequence), "what": .string(what)]
        }
    }
}
