import Delivery
import Manifests

/// Reads one stored record. What does not fit means that the file was altered or damaged, and is said with its place.
struct RecordReader {
    let value: Value
    let place: String

    init(value: Value, place: String) {
        self.value = value
        self.place = place
    }

    /// - Parameter place: as an operator finds it: `release 12`.
    init(body: [UInt8], encoding: Int64, place: String) throws(JournalError) {
        guard encoding == RecordEncoding.version else {
            throw JournalError(.schema, "\(place) is stored in encoding \(encoding), which this version does not know: use a newer slipway")
        }
        do {
            value = try JSON.parse(body)
        } catch {
            throw JournalError(.corrupt, "\(place) cannot be read: \(error)")
        }
        self.place = place
    }

    func string(_ key: String) throws(JournalError) -> String {
        guard let string = value[key]?.string else { throw missing(key) }
        return string
    }

    func optionalString(_ key: String) throws(JournalError) -> String? {
        try optional(key) { (reader) throws(JournalError) in try reader.string(key) }
    }

    func integer(_ key: String) throws(JournalError) -> Int64 {
        guard case .integer(let integer) = value[key] else { throw missing(key) }
        return integer
    }

    func optionalInteger(_ key: String) throws(JournalError) -> Int64? {
        try optional(key) { (reader) throws(JournalError) in try reader.integer(key) }
    }

    func int(_ key: String) throws(JournalError) -> Int {
        guard let int = Int(exactly: try integer(key)) else { throw missing(key) }
        return int
    }

    func bool(_ key: String) throws(JournalError) -> Bool {
        guard let bool = value[key]?.bool else { throw missing(key) }
        return bool
    }

    func timestamp(_ key: String) throws(JournalError) -> Timestamp { Timestamp(milliseconds: try integer(key)) }

    func optionalTimestamp(_ key: String) throws(JournalError) -> Timestamp? {
        try optionalInteger(key).map { Timestamp(milliseconds: $0) }
    }

    func named<Name: RawRepresentable>(_ key: String, _: Name.Type = Name.self) throws(JournalError) -> Name where Name.RawValue == String {
        guard let name = Name(rawValue: try string(key)) else { throw missing(key) }
        return name
    }

    func member<Member>(_ key: String, _ read: (RecordReader) throws(JournalError) -> Member) throws(JournalError) -> Member {
        guard let member = value[key], member.object != nil else { throw missing(key) }
        return try read(RecordReader(value: member, place: "\(place), \(key)"))
    }

    func members<Member>(_ key: String, _ read: (RecordReader) throws(JournalError) -> Member) throws(JournalError) -> [Member] {
        guard let elements = value[key]?.array else { throw missing(key) }
        var members: [Member] = []
        for (index, element) in elements.enumerated() {
            members.append(try read(RecordReader(value: element, place: "\(place), \(key) \(index)")))
        }
        return members
    }

    func strings(_ key: String) throws(JournalError) -> [String] {
        guard let elements = value[key]?.array, case let strings = elements.compactMap(\.string), strings.count == elements.count else {
            throw missing(key)
        }
        return strings
    }

    func optionalMember<Member>(
        _ key: String, _ read: (RecordReader) throws(JournalError) -> Member
    ) throws(JournalError) -> Member? {
        try optional(key) { (reader) throws(JournalError) in try reader.member(key, read) }
    }

    func missing(_ key: String) -> JournalError {
        JournalError(.corrupt, "\(place) cannot be read: its field \(key) is missing or not what it should be")
    }

    private func optional<Part>(
        _ key: String, _ read: (RecordReader) throws(JournalError) -> Part
    ) throws(JournalError) -> Part? {
        guard let part = value[key], !part.isNull else { return nil }
        return try read(self)
    }
}

/// How records are written into `body` columns.
enum RecordEncoding {
    /// Raised when the meaning of a field changes; a field that is only added keeps it.
    static let version: Int64 = 1

    /// Members without a value are left out.
    static func object(_ members: [(String, Value?)]) -> Value {
        var object = Object()
        for (key, value) in members { object[key] = value }
        return .object(object)
    }
}

extension Value {
    init?(_ timestamp: Timestamp?) {
        guard let timestamp else { return nil }
        self = .integer(timestamp.milliseconds)
    }

    init?(_ text: String?) {
        guard let text else { return nil }
        self = .string(text)
    }
}
