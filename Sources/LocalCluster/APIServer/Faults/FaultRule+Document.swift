package import Manifests

/// The form in which a rule is sent to a running cluster:
/// `{"fault": "status", "status": 429, "retryAfterSeconds": 2, "verb": "patch", "resource": "deployments", "fraction": 0.5, "seed": 7, "count": 3}`.
extension FaultRule {
    package static let faults = [
        "delay", "drop-before", "drop-after", "hang", "status", "expired", "slow-watch", "close-watch",
    ]
    private static let keys = [
        "fault", "seconds", "status", "retryAfterSeconds", "verb", "resource", "namespace", "name", "user", "fraction", "seed", "count",
        "afterSeconds", "forSeconds",
    ]

    package init(_ document: Value) throws(APIError) {
        for (key, _) in document.object ?? [:] where !Self.keys.contains(key) {
            throw Self.bad("unknown field \"\(key)\"" + Self.hint(key, Self.keys))
        }
        func text(_ key: String) -> String? { document[key]?.string }
        func seconds(_ key: String) throws(APIError) -> Duration? {
            guard let value = document[key] else { return nil }
            guard let number = value.number, number >= 0, number <= 86_400 else {
                throw Self.bad("\(key) is a number of seconds from 0 to 86400")
            }
            return .milliseconds(Int64((number * 1000).rounded()))
        }
        let name = text("fault") ?? ""
        func needed() throws(APIError) -> Duration {
            guard let duration = try seconds("seconds") else { throw Self.bad("the fault \"\(name)\" needs seconds") }
            return duration
        }
        let fault: Fault
        switch name {
        case "delay": fault = .delay(try needed())
        case "drop-before": fault = .dropBefore
        case "drop-after": fault = .dropAfter
        case "hang": fault = .hang
        case "expired": fault = .expired
        case "slow-watch": fault = .slowWatch(try needed())
        case "close-watch": fault = .closeWatch(try needed())
        case "status":
            guard let status = document["status"]?.integer, (400...599).contains(status) else {
                throw Self.bad("the fault \"status\" needs a status from 400 to 599")
            }
            fault = .status(Int(status), retryAfterSeconds: document["retryAfterSeconds"]?.integer.map { Int(clamping: $0) })
        default:
            throw Self.bad(
                "the fault \"\(name)\" does not exist" + Self.hint(name, Self.faults) + "; one of \(Self.faults.joined(separator: ", "))")
        }
        let fraction = document["fraction"]?.number ?? 1
        guard fraction > 0, fraction <= 1 else { throw Self.bad("fraction is more than 0 and at most 1") }
        let count = document["count"]?.integer
        if let count, count < 1 { throw Self.bad("count is at least 1") }
        self.init(
            fault,
            FaultMatch(
                verb: text("verb"), resource: text("resource"), namespace: text("namespace"), name: text("name"), user: text("user")),
            fraction: fraction, seed: UInt64(bitPattern: document["seed"]?.integer ?? 1), count: count.map { Int(clamping: $0) },
            after: try seconds("afterSeconds"), lasts: try seconds("forSeconds"))
    }

    package var document: Value {
        var value: Object = [:]
        switch fault {
        case .delay(let duration): (value["fault"], value["seconds"]) = ("delay", Self.seconds(duration))
        case .dropBefore: value["fault"] = "drop-before"
        case .dropAfter: value["fault"] = "drop-after"
        case .hang: value["fault"] = "hang"
        case .expired: value["fault"] = "expired"
        case .slowWatch(let duration): (value["fault"], value["seconds"]) = ("slow-watch", Self.seconds(duration))
        case .closeWatch(let duration): (value["fault"], value["seconds"]) = ("close-watch", Self.seconds(duration))
        case .status(let status, let retry):
            (value["fault"], value["status"]) = ("status", .integer(Int64(status)))
            value["retryAfterSeconds"] = retry.map { .integer(Int64($0)) }
        }
        for (key, text) in [
            ("verb", match.verb), ("resource", match.resource), ("namespace", match.namespace), ("name", match.name),
            ("user", match.user),
        ] { value[key] = text.map(Value.string) }
        if fraction < 1 {
            value["fraction"] = .double(fraction)
            value["seed"] = .integer(Int64(bitPattern: seed))
        }
        value["count"] = count.map { .integer(Int64($0)) }
        value["afterSeconds"] = after.map(Self.seconds)
        value["forSeconds"] = lasts.map(Self.seconds)
        return .object(value)
    }

    private static func seconds(_ duration: Duration) -> Value {
        let (seconds, attoseconds) = duration.components
        return attoseconds == 0 ? .integer(seconds) : .double(Double(seconds) + Double(attoseconds) / 1e18)
    }

    private static func bad(_ message: String) -> APIError { APIError(.badRequest, "the fault cannot be set: \(message)") }

    private static func hint(_ name: String, _ known: [String]) -> String {
        NearestName.suggestion(for: name, among: known).map { ", did you mean \"\($0)\"" } ?? ""
    }
}
