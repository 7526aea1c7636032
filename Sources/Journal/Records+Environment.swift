import Delivery
import Manifests

extension EnvironmentState {
    var record: Value {
        RecordEncoding.object([
            ("name", .string(name)), ("verifiedBundle", Value(verifiedBundle)), ("verifiedRevision", verifiedRevision?.record),
            ("verifiedRelease", verifiedRelease.map { .integer($0) }), ("verifiedAt", Value(verifiedAt)), ("hold", hold?.record),
            ("freeze", freeze?.record), ("version", .integer(version)),
        ])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(name: try reader.string("name"))
        verifiedBundle = try reader.optionalString("verifiedBundle")
        verifiedRevision = try reader.optionalMember("verifiedRevision", Revision.init)
        verifiedRelease = try reader.optionalInteger("verifiedRelease")
        verifiedAt = try reader.optionalTimestamp("verifiedAt")
        hold = try reader.optionalMember("hold", Hold.init)
        freeze = try reader.optionalMember("freeze", Freeze.init)
        version = try reader.integer("version")
    }
}

extension Quarantine {
    var record: Value {
        RecordEncoding.object([
            ("environment", .string(environment)), ("bundle", .string(bundle)), ("revision", revision.record),
            ("release", .integer(release)), ("reason", .string(reason)), ("since", Value(since)), ("until", Value(until)),
        ])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(
            environment: try reader.string("environment"), bundle: try reader.string("bundle"),
            revision: try reader.member("revision", Revision.init), release: try reader.integer("release"),
            reason: try reader.string("reason"), since: try reader.timestamp("since"), until: try reader.optionalTimestamp("until"))
    }
}

extension Notice {
    var record: Value {
        RecordEncoding.object([
            ("severity", .string(severity.rawValue)), ("event", .string(event.rawValue)), ("environment", .string(environment)),
            ("release", release.map { .integer($0) }), ("revision", Value(revision)), ("incident", incident?.record),
            ("text", .string(text)), ("dedupeKey", .string(dedupeKey)), ("at", Value(at)),
        ])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(
            severity: try reader.named("severity"),
            // Notices of 0.2 had none.
            event: try reader.value["event"] == nil ? .attention : reader.named("event"),
            environment: try reader.string("environment"), release: try reader.optionalInteger("release"),
            revision: try reader.optionalString("revision"), incident: try reader.optionalMember("incident", Incident.init),
            text: try reader.string("text"), dedupeKey: try reader.string("dedupeKey"), at: try reader.timestamp("at"))
    }
}

extension Notice.Incident {
    var record: Value {
        switch self {
        case .opens(let key): RecordEncoding.object([("opens", .string(key))])
        case .resolves(let key): RecordEncoding.object([("resolves", .string(key))])
        }
    }

    init(_ reader: RecordReader) throws(JournalError) {
        if let key = try reader.optionalString("opens") {
            self = .opens(key: key)
        } else {
            self = .resolves(key: try reader.string("resolves"))
        }
    }
}
