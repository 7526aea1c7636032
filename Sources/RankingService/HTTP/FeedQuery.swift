/// What a feed request asks for, checked.
struct FeedQuery: Sendable, Hashable {
    let user: String
    let limit: Int
    let isExplained: Bool

    init(user: String, query: [String: String]) throws(Problem) {
        self.user = try Self.name(user, what: "the user")
        limit = try Self.limit(query["limit"])
        isExplained = try Self.flag(query["explain"])
    }

    /// A name of a user or a video: not empty, not endless, and nothing in it that would break a log line.
    static func name(_ text: String, what: String) throws(Problem) -> String {
        guard !text.isEmpty else { throw .badRequest("\(what) is empty; give a name") }
        guard text.utf8.count <= ServiceLimits.nameBytes else {
            throw .badRequest("\(what) has \(text.utf8.count) bytes; a name can have \(ServiceLimits.nameBytes)")
        }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { throw .badRequest("\(what) contains control characters") }
        return text
    }

    private static func limit(_ text: String?) throws(Problem) -> Int {
        guard let text else { return ServiceLimits.defaultItems }
        guard let value = Int(text), (1...ServiceLimits.mostItems).contains(value) else {
            throw .badRequest("limit must be a number from 1 to \(ServiceLimits.mostItems)")
        }
        return value
    }

    private static func flag(_ text: String?) throws(Problem) -> Bool {
        switch text {
        case nil, "false", "0": false
        case "true", "1", "": true
        default: throw .badRequest("explain must be true or false")
        }
    }
}
