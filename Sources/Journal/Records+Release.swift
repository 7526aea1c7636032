import Delivery
import Manifests

extension Release {
    var record: Value {
        RecordEncoding.object([
            ("id", .integer(id)), ("environment", .string(environment)), ("kind", .string(kind.rawValue)), ("revision", revision.record),
            ("bundle", .string(bundle)), ("previousBundle", Value(previousBundle)), ("previousRevision", previousRevision?.record),
            ("phase", .string(phase.rawValue)), ("rollbackStep", Value(rollbackStep?.rawValue)), ("blocker", blocker?.record),
            ("planHash", Value(planHash)), ("failure", failure?.record), ("requestedBy", requestedBy.record), ("reason", .string(reason)),
            ("isForced", .bool(isForced)), ("createdAt", Value(createdAt)), ("phaseSince", Value(phaseSince)),
            ("deadline", Value(deadline)), ("waitUntil", Value(waitUntil)), ("finishedAt", Value(finishedAt)),
            ("attempts", .integer(Int64(attempts))), ("retryAt", Value(retryAt)), ("lastTransientError", Value(lastTransientError)),
            ("failedPhase", Value(failedPhase?.rawValue)), ("failedStep", Value(failedStep?.rawValue)),
            ("step", step.map { .integer(Int64($0)) }), ("passesCalendar", .bool(passesCalendar)),
            ("isReadyForGroup", .bool(isReadyForGroup)), ("retriedAt", Value(retriedAt)), ("version", .integer(version)),
        ])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(
            id: try reader.integer("id"), environment: try reader.string("environment"), kind: try reader.named("kind"),
            revision: try reader.member("revision", Revision.init), bundle: try reader.string("bundle"),
            previousBundle: try reader.optionalString("previousBundle"),
            previousRevision: try reader.optionalMember("previousRevision", Revision.init),
            requestedBy: try reader.member("requestedBy", Actor.init), reason: try reader.string("reason"),
            isForced: try reader.bool("isForced"), createdAt: try reader.timestamp("createdAt"))
        phase = try reader.named("phase")
        rollbackStep = try reader.value["rollbackStep"] == nil ? nil : reader.named("rollbackStep")
        blocker = try reader.optionalMember("blocker", Blocker.init)
        planHash = try reader.optionalString("planHash")
        failure = try reader.optionalMember("failure", Failure.init)
        phaseSince = try reader.timestamp("phaseSince")
        deadline = try reader.optionalTimestamp("deadline")
        waitUntil = try reader.optionalTimestamp("waitUntil")
        finishedAt = try reader.optionalTimestamp("finishedAt")
        attempts = try reader.int("attempts")
        retryAt = try reader.optionalTimestamp("retryAt")
        lastTransientError = try reader.optionalString("lastTransientError")
        // From here on: not in records of 0.2.
        failedPhase = try reader.value["failedPhase"] == nil ? nil : reader.named("failedPhase")
        failedStep = try reader.value["failedStep"] == nil ? nil : reader.named("failedStep")
        step = try reader.value["step"] == nil ? nil : reader.int("step")
        passesCalendar = reader.value["passesCalendar"]?.bool ?? false
        retriedAt = try reader.optionalTimestamp("retriedAt")
        isReadyForGroup = reader.value["isReadyForGroup"]?.bool ?? false
        version = try reader.integer("version")
    }

    /// Whether a controller that starts has something to do with it.
    var isUnfinished: Bool { phase.isActive || (phase == .verified && waitUntil != nil) }
}
