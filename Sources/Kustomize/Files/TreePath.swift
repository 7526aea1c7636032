/// Arithmetic on the paths of a tree: "/" separated, relative to its root, the root being "".
enum TreePath {
    enum Problem: Error {
        case absolute
        case leavesTree
        /// It begins as only the paths of a remote tree do.
        case reserved
    }

    /// `reference`, as it is written in a file of `directory`, as a normalised path of the tree.
    static func resolve(_ reference: String, in directory: String) throws(Problem) -> String {
        if reference.hasPrefix("/") { throw .absolute }
        var parts = directory.split(separator: "/").map(String.init)
        // A remote tree has its own root, above which there is nothing either.
        let root = parts.first.flatMap { $0.hasPrefix(RemoteTree.marker) ? $0 : nil }
        let least = root == nil ? 0 : 1
        for part in reference.split(separator: "/", omittingEmptySubsequences: true) {
            switch part {
            case ".": continue
            case "..":
                if parts.count <= least { throw .leavesTree }
                parts.removeLast()
            default: parts.append(String(part))
            }
        }
        if root == nil, parts.first?.hasPrefix(RemoteTree.marker) == true { throw .reserved }
        return parts.joined(separator: "/")
    }

    static func join(_ directory: String, _ name: String) -> String {
        directory.isEmpty ? name : directory + "/" + name
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[..<slash])
    }

    static func name(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return path }
        return String(path[path.index(after: slash)...])
    }

    /// Whether `path` is `directory` or below it.
    static func isInside(_ path: String, _ directory: String) -> Bool {
        directory.isEmpty || path == directory || path.hasPrefix(directory + "/")
    }

    /// `path` as it would be written in a file of `directory`.
    static func relative(_ path: String, to directory: String) -> String {
        let from = directory.split(separator: "/")
        let target = path.split(separator: "/")
        var common = 0
        while common < from.count, common < target.count, from[common] == target[common] { common += 1 }
        let parts = Array(repeating: "..", count: from.count - common) + target[common...].map(String.init)
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }
}
