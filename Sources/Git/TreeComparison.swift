/// Walks two trees side by side, and only where their names differ.
struct TreeComparison {
    let session: GitSession
    let limit: Int
    private(set) var paths: [String] = []
    /// There were more than the limit, or folders lay deeper than the limit of the remote.
    private(set) var isCut = false

    init(session: GitSession, limit: Int) {
        self.session = session
        self.limit = limit
    }

    mutating func compare(_ old: TreeHandle?, _ new: TreeHandle?, at folder: String, depth: Int) throws(GitError) {
        try session.check()
        guard depth < session.remote.limits.pathDepth else {
            isCut = true
            return
        }
        if let old, let new, old.id == new.id { return }
        let before = Self.entries(old)
        let after = Self.entries(new)
        for name in Set(before.keys).union(after.keys).sorted() where !isCut {
            let (left, right) = (before[name], after[name])
            if let left, let right, left.id == right.id, left.mode == right.mode { continue }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            // What is no folder on one side is a path of its own, and the folder on the other has its paths below it.
            for side in [left, right].compactMap(\.self) where side.kind != .directory { note(path) }
            let folders = (try Self.folder(left, in: old), try Self.folder(right, in: new))
            if folders.0 != nil || folders.1 != nil { try compare(folders.0, folders.1, at: path, depth: depth + 1) }
        }
    }

    private mutating func note(_ path: String) {
        guard paths.last != path else { return }
        if paths.count < limit { paths.append(path) } else { isCut = true }
    }

    /// Two names that are no UTF-8 may look alike; then both are compared under a name with a number.
    private static func entries(_ tree: TreeHandle?) -> [String: TreeEntry] {
        var entries: [String: TreeEntry] = [:]
        for (name, entry) in tree?.entries() ?? [] {
            var key = name
            var number = 1
            while entries[key] != nil {
                number += 1
                key = "\(name)~\(number)"
            }
            entries[key] = entry
        }
        return entries
    }

    private static func folder(_ entry: TreeEntry?, in tree: TreeHandle?) throws(GitError) -> TreeHandle? {
        guard let entry, entry.kind == .directory, let tree else { return nil }
        return try tree.folder(entry)
    }
}
