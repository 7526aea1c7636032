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
