/// The `Accept` header: which of our forms of an answer the client wants.
struct AcceptedMedia: Sendable {
    struct Range: Sendable {
        let type: String
        let parameters: [String: String]
    }

    let ranges: [Range]

    init(_ header: String) {
        ranges = header.split(separator: ",").map { part in
            let pieces = part.split(separator: ";").map(\.trimmingSpaces)
            var parameters: [String: String] = [:]
            for piece in pieces.dropFirst() {
                let pair = piece.split(separator: "=", maxSplits: 1).map(String.init)
                if pair.count == 2 { parameters[pair[0]] = pair[1] }
            }
            return Range(type: (pieces.first ?? "").lowercased(), parameters: parameters)
        }
    }

    /// The first JSON range that asks for this representation of a list or object, such as `Table`; nil when a plain one comes before.
    func representation() -> (name: String, group: String, version: String)? {
        for range in ranges where range.type == "application/json" || range.type == "*/*" || range.type == "application/*" {
            guard let name = range.parameters["as"] else { return nil }
            return (name, range.parameters["g"] ?? "", range.parameters["v"] ?? "")
        }
        return nil
    }

    /// JSON is what we speak; a client that takes nothing of it is told.
    var takesJSON: Bool {
        ranges.isEmpty || ranges.contains { ["application/json", "*/*", "application/*", "application/yaml"].contains($0.type) }
    }
}
