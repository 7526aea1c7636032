import Delivery
import Manifests

// The small words that records share: who, which commit, why it failed, what it waits for.

extension Revision {
    var record: Value {
        RecordEncoding.object([
            ("id", .string(id)), ("subject", .string(subject)), ("author", .string(author)), ("committedAt", Value(committedAt)),
        ])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(
            id: try reader.string("id"), subject: try reader.string("subject"), author: try reader.string("author"),
            committedAt: try reader.timestamp("committedAt"))
    }
}

extension Actor {
    var record: Value { RecordEncoding.object([("name", .string(name)), ("source", .string(source.rawValue))]) }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(name: try reader.string("name"), source: try reader.named("source"))
    }
}

extension Failure {
    var record: Value { RecordEncoding.object([("origin", .string(origin.rawValue)), ("message", .string(message))]) }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(origin: try reader.named("origin"), message: try reader.string("message"))
    }
}

extension Blocker {
    var record: Value {
        switch self {
        case .approval(let planHash, let role, let missing):
            RecordEncoding.object([
                ("type", "approval"), ("planHash", .string(planHash)), ("role", .string(role)), ("missing", .integer(Int64(missing))),
            ])
        case .hold(let reason): RecordEncoding.object([("type", "hold"), ("reason", .string(reason))])
        }
    }

    init(_ reader: RecordReader) throws(JournalError) {
        switch try reader.string("type") {
        case "approval":
            self = .approval(
                planHash: try reader.string("planHash"), role: try reader.string("role"), missing: try reader.int("missing"))
        case "hold": self = .hold(reason: try reader.string("reason"))
        default: throw reader.missing("type")
        }
    }
}

extension Hold {
    var record: Value {
        RecordEncoding.object([("reason", .string(reason)), ("by", by.record), ("since", Value(since))])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(reason: try reader.string("reason"), by: try reader.member("by", Actor.init), since: try reader.timestamp("since"))
    }
}
