import Delivery
import Manifests

// What stands in a Release's way, and what stops an Environment.

extension Blocker {
    var record: Value {
        switch self {
        case .approval(let planHash, let missing):
            RecordEncoding.object([
                ("type", "approval"), ("planHash", .string(planHash)), ("missing", .array(missing.map(\.record))),
            ])
        case .hold(let reason): RecordEncoding.object([("type", "hold"), ("reason", .string(reason))])
        case .freeze(let reason, let until):
            RecordEncoding.object([("type", "freeze"), ("reason", .string(reason)), ("until", Value(until))])
        case .window(let opensAt): RecordEncoding.object([("type", "window"), ("opensAt", Value(opensAt))])
        case .unknownTimeZone(let zone): RecordEncoding.object([("type", "unknownTimeZone"), ("zone", .string(zone))])
        case .group(let name, let others):
            RecordEncoding.object([
                ("type", "group"), ("name", .string(name)), ("waitingFor", .array(others.map { .string($0) })),
            ])
        }
    }

    init(_ reader: RecordReader) throws(JournalError) {
        switch try reader.string("type") {
        case "approval":
            let planHash = try reader.string("planHash")
            if reader.value["role"] != nil {
                // As 0.2 wrote it, when there was one role only.
                let missing = MissingApproval(role: try reader.string("role"), count: try reader.int("missing"))
                self = .approval(planHash: planHash, missing: [missing])
            } else {
                self = .approval(planHash: planHash, missing: try reader.members("missing", MissingApproval.init))
            }
        case "hold": self = .hold(reason: try reader.string("reason"))
        case "freeze": self = .freeze(reason: try reader.string("reason"), until: try reader.optionalTimestamp("until"))
        case "window": self = .window(opensAt: try reader.optionalTimestamp("opensAt"))
        case "unknownTimeZone": self = .unknownTimeZone(try reader.string("zone"))
        case "group": self = .group(name: try reader.string("name"), waitingFor: try reader.strings("waitingFor"))
        default: throw reader.missing("type")
        }
    }
}

extension Blocker.MissingApproval {
    var record: Value { RecordEncoding.object([("role", .string(role)), ("count", .integer(Int64(count)))]) }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(role: try reader.string("role"), count: try reader.int("count"))
    }
}

extension Hold {
    var record: Value {
        RecordEncoding.object([
            ("reason", .string(reason)), ("by", by.record), ("since", Value(since)), ("until", Value(until)),
            ("release", release.map { .integer($0) }), ("revert", revert?.record),
        ])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(
            reason: try reader.string("reason"), by: try reader.member("by", Actor.init), since: try reader.timestamp("since"),
            until: try reader.optionalTimestamp("until"), release: try reader.optionalInteger("release"))
        revert = try reader.optionalMember("revert", Revert.init)
    }
}

extension Revert {
    var record: Value {
        let step: (commit: String?, failure: String?) =
            switch step {
            case .asked: (nil, nil)
            case .pushed(let commit): (commit, nil)
            case .failed(let message): (nil, message)
            }
        return RecordEncoding.object([
            ("by", by.record), ("reason", .string(reason)), ("at", Value(at)), ("includesShared", .bool(includesShared)),
            ("commit", Value(step.commit)), ("failure", Value(step.failure)), ("delay", delay?.record), ("group", group?.record),
        ])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(
            by: try reader.member("by", Actor.init), reason: try reader.string("reason"), at: try reader.timestamp("at"),
            includesShared: try reader.bool("includesShared"))
        if let commit = try reader.optionalString("commit") {
            step = .pushed(commit: commit)
        } else if let failure = try reader.optionalString("failure") {
            step = .failed(message: failure)
        }
        delay = try reader.optionalMember("delay", Revert.Delay.init)
        group = try reader.optionalMember("group", Revert.Group.init)
    }
}

extension Revert.Delay {
    var record: Value {
        RecordEncoding.object([
            ("attempts", .integer(Int64(attempts))), ("message", .string(message)), ("since", Value(since)), ("retryAt", Value(retryAt)),
        ])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(
            attempts: try reader.int("attempts"), message: try reader.string("message"), since: try reader.timestamp("since"),
            retryAt: try reader.timestamp("retryAt"))
    }
}

extension Revert.Group {
    var record: Value { RecordEncoding.object([("name", .string(name)), ("members", .array(members.map { .string($0) }))]) }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(name: try reader.string("name"), members: try reader.strings("members"))
    }
}

extension Freeze {
    var record: Value {
        RecordEncoding.object([
            ("reason", .string(reason)), ("by", by.record), ("since", Value(since)), ("until", Value(until)),
        ])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(
            reason: try reader.string("reason"), by: try reader.member("by", Actor.init), since: try reader.timestamp("since"),
            until: try reader.optionalTimestamp("until"))
    }
}
