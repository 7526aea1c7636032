internal import Manifests

/// What a request to rank asks for, checked. Members that are not known are ignored, so that newer callers can talk to older services.
struct RankQuery: Sendable, Hashable {
    let user: String
    let candidates: [String]
    let limit: Int
    let isExplained: Bool

    init(body: some Collection<UInt8>) throws(Problem) {
        let value: Value
        do {
            value = try JSON.parse(body)
        } catch {
            throw .badRequest("the body is not JSON: \(error.message)")
        }
        guard value.object != nil else { throw .badRequest("the body must be a JSON object, not \(value.typeName)") }
        guard let user = value["user_id"]?.string else { throw .badRequest("user_id must be given as a string") }
        self.user = try FeedQuery.name(user, what: "user_id")
        candidates = try Self.candidates(value["candidates"])
        limit = try Self.limit(value["limit"])
        isExplained = try Self.flag(value["explain"])
    }

    private static func candidates(_ value: Value?) throws(Problem) -> [String] {
        guard let elements = value?.array else { throw .badRequest("candidates must be given as a list of video names") }
        guard elements.count <= ServiceLimits.candidates else {
            throw .badRequest("candidates has \(elements.count) names; one request can have \(ServiceLimits.candidates)")
        }
        var names: [String] = []
        names.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let name = element.string else { throw .badRequest("candidates[\(index)] must be a string, not \(element.typeName)") }
            names.append(try FeedQuery.name(name, what: "candidates[\(index)]"))
        }
        return names
    }

    private static func limit(_ value: Value?) throws(Problem) -> Int {
        guard let value, !value.isNull else { return ServiceLimits.defaultItems }
        guard let limit = value.integer, (1...Int64(ServiceLimits.mostItems)).contains(limit) else {
            throw .badRequest("limit must be a number from 1 to \(ServiceLimits.mostItems)")
        }
        return Int(limit)
    }

    private static func flag(_ value: Value?) throws(Problem) -> Bool {
        guard let value, !value.isNull else { return false }
        guard let flag = value.bool else { throw .badRequest("explain must be true or false") }
        return flag
    }
}
