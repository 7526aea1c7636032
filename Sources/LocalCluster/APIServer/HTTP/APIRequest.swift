internal import Manifests

/// One request, read as far as every handler needs it.
struct APIRequest: Sendable {
    enum Method: String, Sendable {
        case get = "GET", head = "HEAD", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE", options = "OPTIONS"
    }

    var method: Method
    /// Decoded, without empty segments.
    var segments: [String]
    /// As it came, for the proxies: from the first `/` to the query.
    var rawPath: String
    var rawQuery: String
    var query: [String: String]
    var accept: String
    var contentType: String
    var userAgent: String
    /// All header fields but `Authorization` and those of impersonation, which are for this server alone.
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]
    var user: ClientIdentity
    /// Whom the request asks to be taken for; nil: the one who asks.
    var impersonation: Impersonation?
    /// Ends a watch earlier than it asks for; set by a fault.
    var watchLimit: Duration?
    /// What a client that asks for a WebSocket can speak; empty for all other requests.
    var webSocketProtocols: [String] = []

    func flag(_ name: String) -> Bool {
        guard let text = query[name]?.lowercased() else { return false }
        return text == "true" || text == "1" || text.isEmpty
    }

    /// Who writes: what the request says, else the program's name from `User-Agent`.
    var fieldManager: String {
        if let manager = query["fieldManager"], !manager.isEmpty { return manager }
        let program = userAgent.split(separator: "/").first.map(String.init) ?? ""
        return program.isEmpty ? "unknown" : program
    }

    /// - Throws: `BadRequest` for any value but `All`.
    var isDryRun: Bool {
        get throws(APIError) {
            guard let text = query["dryRun"], !text.isEmpty else { return false }
            guard text == "All" else {
                throw APIError(.badRequest, "dryRun: Unsupported value: \"\(text)\": supported values: \"All\"")
            }
            return true
        }
    }
}

/// Who asks.
struct ClientIdentity: Sendable, Hashable {
    var name: String
    var groups: [String]
    var uid = ""
    var extra: [String: [String]] = [:]

    static let anonymous = ClientIdentity(name: "system:anonymous", groups: ["system:unauthenticated"])
    var isAnonymous: Bool { self == .anonymous }

    /// The `userInfo` of reviews.
    var value: Value {
        var value: Object = ["username": .string(name)]
        if !uid.isEmpty { value["uid"] = .string(uid) }
        value["groups"] = .array(groups.map(Value.string))
        if !extra.isEmpty {
            value["extra"] = .object(Object(extra.keys.sorted().map { ($0, .array((extra[$0] ?? []).map(Value.string))) }))
        }
        return .object(value)
    }
}

/// Reads percent-encoded text.
enum PercentText {
    /// Nil for broken escapes or text that is not UTF-8.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var input = text.utf8.makeIterator()
        while let byte = input.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = input.next().flatMap(digit), let low = input.next().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    static func query(_ text: some StringProtocol) -> [String: String] {
        var result: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = decode(parts[0], plusIsSpace: true) else { continue }
            let value = parts.count > 1 ? decode(parts[1], plusIsSpace: true) : ""
            if result[key] == nil { result[key] = value ?? "" }
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
