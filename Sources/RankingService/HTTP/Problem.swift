internal import Observability

/// An error answer in the form of RFC 9457.
struct Problem: Error, Sendable, Hashable {
    let status: Int
    let title: String
    let detail: String
    var headers: [String: String] = [:]

    var body: [UInt8] {
        var output = Array(#"{"type":"about:blank","title":"#.utf8)
        JSONText.append(title, to: &output)
        output += Array(#","status":\#(status),"detail":"#.utf8)
        JSONText.append(detail, to: &output)
        output.append(UInt8(ascii: "}"))
        return output
    }

    static func badRequest(_ detail: String) -> Problem { Problem(status: 400, title: "Bad Request", detail: detail) }
    static func notFound() -> Problem {
        Problem(
            status: 404, title: "Not Found",
            detail: "There is nothing here. Try /api/v1/health, /api/v1/feed/{user} or POST /api/v1/rank.")
    }
    static func methodNotAllowed(_ allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(status: 405, title: "Method Not Allowed", detail: "Only \(list) can be used here.", headers: ["Allow": list])
    }
    static let bodyTooSlow = Problem(
        status: 408, title: "Request Timeout",
        detail: "The body did not arrive within \(ServiceLimits.requestBodySeconds) seconds.", headers: ["Connection": "close"])
    static let bodyTooLarge = Problem(
        status: 413, title: "Content Too Large", detail: "A request body can have \(ServiceLimits.requestBodyBytes) bytes.",
        headers: ["Connection": "close"])
    static let notJSON = Problem(
        status: 415, title: "Unsupported Media Type", detail: "Send the request as application/json.")
    static let starting = Problem(
        status: 503, title: "Service Unavailable", detail: "The service is starting; ask again in a second.",
        headers: ["Retry-After": "1"])
}
