internal import Manifests

/// Reads objects in the protobuf form of the API, which kubectl uses for the kinds it knows: `k8s\0`, then a `runtime.Unknown` with
/// the kind and the object's message. Answers are always JSON, which every client takes as well.
///
/// A scalar that is zero is as good as left out: the other side writes it either way.
struct ProtobufDecoder {
    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]
    /// Deeper than any object of the API.
    private static let depth = 64

    /// - Throws: `BadRequest` for bytes that are no such object.
    static func decode(_ bytes: [UInt8]) throws(APIError) -> Value {
        guard bytes.starts(with: magic) else { throw malformed("it does not begin with the mark of the format") }
        var apiVersion = ""
        var kind = ""
        var raw: ArraySlice<UInt8> = []
        var envelope = ProtobufReader(bytes.dropFirst(4))
        while let (number, field) = try envelope.next() {
            guard case .bytes(let content) = field else { continue }
            switch number {
            case 1:
                var meta = ProtobufReader(content)
                while let (number, field) = try meta.next() {
                    guard case .bytes(let text) = field else { continue }
                    if number == 1 { apiVersion = String(decoding: text, as: UTF8.self) }
                    if number == 2 { kind = String(decoding: text, as: UTF8.self) }
                }
            case 2: raw = content
            default: break
            }
        }
        let (group, version) =
            apiVersion.contains("/")
            ? (String(apiVersion.prefix { $0 != "/" }), String(apiVersion.drop { $0 != "/" }.dropFirst())) : ("", apiVersion)
        guard let type = Schema.type(group: group, version: version, kind: kind) else {
            throw APIError(.unsupportedMediaType, "\(kind) of \(apiVersion) is not read as protobuf here; send JSON")
        }
        var object: Object = ["apiVersion": .string(apiVersion), "kind": .string(kind)]
        try fill(&object, raw, type, type.name, depth)
        return .object(object)
    }

    private static func fill(
        _ object: inout Object, _ bytes: ArraySlice<UInt8>, _ type: SchemaType, _ message: String, _ depth: Int
    ) throws(APIError) {
        guard depth > 0 else { throw malformed("it is nested too deeply") }
        let numbers = ProtobufNumbers.messages[message] ?? [:]
        var reader = ProtobufReader(bytes)
        while let (number, content) = try reader.next() {
            switch numbers[number] {
            case .none: continue
            case .inlined(let other):
                if case .bytes(let inner) = content { try fill(&object, inner, type, other, depth - 1) }
            case .field(let name):
                guard let field = type[name] else { continue }
                try add(content, to: &object, field, depth)
            }
        }
    }

    private static func add(_ content: ProtobufReader.Field, to object: inout Object, _ field: SchemaField, _ depth: Int) throws(APIError) {
        switch field.type {
        case .list(let element):
            guard let value = try value(content, element, depth) else { return }
            var list = object[field.name]?.array ?? []
            list.append(value)
            object[field.name] = .array(list)
        case .map(let element):
            guard case .bytes(let entry) = content else { return }
            var reader = ProtobufReader(entry)
            var key = ""
            var member: Value = element == .string || element == .bytes ? "" : [:]
            while let (number, part) = try reader.next() {
                if number == 1, case .bytes(let text) = part { key = String(decoding: text, as: UTF8.self) }
                if number == 2, let value = try value(part, element, depth) { member = value }
            }
            var map = object[field.name]?.object ?? Object()
            map[key] = member
            object[field.name] = .object(map)
        default:
            guard let value = try value(content, field.type, depth) else { return }
            let isZero = value == 0 || value == false || value == ""
            if isZero, field.omitsZero || field.defaultValue?.string != nil || value == "" { return }
            object[field.name] = value
        }
    }

    private static func value(_ content: ProtobufReader.Field, _ type: FieldType, _ depth: Int) throws(APIError) -> Value? {
        switch (type, content) {
        case (.int, .number(let number)): return .integer(Int64(bitPattern: number))
        case (.bool, .number(let number)): return .bool(number != 0)
        case (.string, .bytes(let bytes)): return .string(String(decoding: bytes, as: UTF8.self))
        case (.bytes, .bytes(let bytes)): return .string(Base64.encode(Array(bytes)))
        case (.quantity, .bytes(let bytes)):
            var reader = ProtobufReader(bytes)
            while let (number, field) = try reader.next() {
                if number == 1, case .bytes(let text) = field { return .string(String(decoding: text, as: UTF8.self)) }
            }
            return "0"
        case (.intOrString, .bytes(let bytes)): return try intOrString(bytes)
        case (.time, .bytes(let bytes)): return try time(bytes)?.rfc3339.value
        case (.microTime, .bytes(let bytes)): return try time(bytes)?.rfc3339Micro.value
        case (.structure(let name), .bytes(let bytes)):
            guard let type = Schema.types[name] else { return nil }
            var object = Object()
            try fill(&object, bytes, type, name, depth - 1)
            return .object(object)
        default: return nil  // kinds of values that no client sends us in this form
        }
    }

    private static func intOrString(_ bytes: ArraySlice<UInt8>) throws(APIError) -> Value {
        var isText = false
        var number: Int64 = 0
        var text = ""
        var reader = ProtobufReader(bytes)
        while let (tag, field) = try reader.next() {
            switch (tag, field) {
            case (1, .number(let kind)): isText = kind == 1
            case (2, .number(let value)): number = Int64(bitPattern: value)
            case (3, .bytes(let value)): text = String(decoding: value, as: UTF8.self)
            default: break
            }
        }
        return isText ? .string(text) : .integer(number)
    }

    /// Nil for the zero time.
    private static func time(_ bytes: ArraySlice<UInt8>) throws(APIError) -> Timestamp? {
        var seconds: Int64?
        var nanoseconds: Int64 = 0
        var reader = ProtobufReader(bytes)
        while let (number, field) = try reader.next() {
            guard case .number(let value) = field else { continue }
            if number == 1 { seconds = Int64(bitPattern: value) }
            if number == 2 { nanoseconds = Int64(bitPattern: value) }
        }
        guard let seconds, abs(seconds) < 1 << 40 else { return nil }
        return Timestamp(microseconds: seconds * 1_000_000 + nanoseconds % 1_000_000_000 / 1000)
    }

    static func malformed(_ why: String) -> APIError { APIError(.badRequest, "the body of the request is not a protobuf object: \(why)") }
}

extension String {
    fileprivate var value: Value { .string(self) }
}

/// Reads the fields of one message.
struct ProtobufReader {
    enum Field {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Nil at the end.
    mutating func next() throws(APIError) -> (number: UInt64, field: Field)? {
        if rest.isEmpty { return nil }
        let tag = try varint()
        switch tag & 7 {
        case 0:
            return (tag >> 3, .number(try varint()))
        case 1:
            return (tag >> 3, .bytes(try take(8)))
        case 2:
            let length = try varint()
            guard length <= UInt64(rest.count) else { throw ProtobufDecoder.malformed("a field ends after the body") }
            return (tag >> 3, .bytes(try take(Int(length))))
        case 5:
            return (tag >> 3, .bytes(try take(4)))
        default:
            throw ProtobufDecoder.malformed("it has a field of an unknown form")
        }
    }

    private mutating func take(_ count: Int) throws(APIError) -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw ProtobufDecoder.malformed("a field ends after the body") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func varint() throws(APIError) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { throw ProtobufDecoder.malformed("a number has no end") }
            result |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return result }
        }
        throw ProtobufDecoder.malformed("a number is too long")
    }
}
