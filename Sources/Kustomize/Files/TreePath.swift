/// Arithmetic on the paths of a tree: "/" separated, relative to its root, the root being "".
enum TreePath {
    enum Problem: Error {
        case absolute
        case leavesTree
        case controlCharacter
        /// It begins as only the paths of a remote tree do.
        case reserved
    }

    /// `reference`, as it is written in a file of `directory`, as a normalised path of the tree.
    static func resolve(_ reference: String, in directory: String) throws(Problem) -> String {
        // By bytes, as a file system reads it: a slash with a combining mark behind it is another character to Swift.
        if reference.utf8.first == slash { throw .absolute }
        if reference.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { throw .controlCharacter }
        var parts = components(directory)
        // A remote tree has its own root, above which there is nothing either.
        let root = parts.first.flatMap { $0.hasPrefix(RemoteTree.marker) ? $0 : nil }
        let least = root == nil ? 0 : 1
        for part in components(reference) {
            switch part {
            case ".": continue
            case "..":
                if parts.count <= least { throw .leavesTree }
                parts.removeLast()
            default: parts.append(part)
            }
        }
        if root == nil, parts.first?.hasPrefix(RemoteTree.marker) == true { throw .reserved }
        return parts.joined(separator: "/")
    }

    private static let slash = UInt8(ascii: "/")

    private static func components(_ path: String) -> [Substring] {
        path.utf8.split(separator: slash).map { Substring($0) }
    }

    static func join(_ directory: String, _ name: String) -> String {
        directory.isEmpty ? name : directory + "/" + name
    }

    static func parent(of path: String) -> String {
        guard let last = path.utf8.lastIndex(of: slash) else { return "" }
        return String(path[..<last])
    }

    static func name(of path: String) -> String {
        guard let last = path.utf8.lastIndex(of: slash) else { return path }
        return String(path[path.utf8.index(after: last)...])
    }

    /// Whether `path` is `directory` or below it.
    static func isInside(_ path: String, _ directory: String) -> Bool {
        directory.isEmpty || path == directory || path.utf8.starts(with: (directory + "/").utf8)
    }

    /// `path` as it would be written in a file of `directory`.
    static func relative(_ path: String, to directory: String) -> String {
        let from = components(directory)
        let target = components(path)
        var common = 0
        while common < from.count, common < target.count, from[common] == target[common] { common += 1 }
        let parts = Array(repeating: "..", count: from.count - common) + target[common...].map(String.init)
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }
}
