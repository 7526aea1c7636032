/// What a path under `/api/VERSION` or `/apis/GROUP/VERSION` names.
struct ResourcePath: Sendable, Hashable {
    var group: String
    var version: String
    var namespace: String?
    var plural: String
    var name: String?
    var subresource: String?
    /// What follows the subresource: the path that a proxy passes on.
    var rest: [String]

    /// Nil when the path names no resource.
    init?(_ segments: [String]) {
        var rest: ArraySlice<String>
        if segments.count >= 3, segments[0] == "api" {
            group = ""
            version = segments[1]
            rest = segments[2...]
        } else if segments.count >= 4, segments[0] == "apis" {
            group = segments[1]
            version = segments[2]
            rest = segments[3...]
        } else {
            return nil
        }
        // `namespaces/NAME` is the object itself unless more follows than its own subresources.
        if rest.first == "namespaces", rest.count >= 3, !["status", "finalize"].contains(rest[rest.startIndex + 2]) || !group.isEmpty {
            namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        guard let plural = rest.popFirst() else { return nil }
        self.plural = plural
        name = rest.popFirst()
        subresource = rest.popFirst()
        self.rest = Array(rest)
    }
}
