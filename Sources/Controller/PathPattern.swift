internal import Notifications

/// Paths of a repository: `*` and `?` within a name, `**` for any folders. `a/**` and `a/` are all that is below `a`, and `a` itself: a folder
/// that becomes a file or a link is a change of it, too. Upper and lower case differ, as they do in Git.
package struct PathPattern: Sendable, Hashable {
    package let text: String
    private let parts: [String]

    /// `nil` when it is empty, begins with "/", or has an empty, "." or ".." part: it would match nothing.
    package init?(_ text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.last == "" { parts[parts.count - 1] = "**" }
        guard !text.isEmpty, text.utf8.count <= 1000, text != "/", !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
            return nil
        }
        self.text = text
        self.parts = parts
    }

    package func matches(_ path: String) -> Bool {
        let names = path.split(separator: "/").map(String.init)
        // reached[n]: the pattern so far matches the first n names.
        var reached = [true] + Array(repeating: false, count: names.count)
        for part in parts {
            var next = Array(repeating: false, count: names.count + 1)
            if part == "**" {
                var isReached = false
                for n in 0...names.count {
                    isReached = isReached || reached[n]
                    next[n] = isReached
                }
            } else {
                for n in names.indices where reached[n] && NamePattern.matches(part, names[n]) { next[n + 1] = true }
            }
            reached = next
        }
        return reached[names.count]
    }
}
