/// Puts single paths of one tree into another. Everything else stays as it is in the other.
struct TreeRestoration {
    /// Paths by their folders.
    private struct Node {
        /// The path itself is restored, whatever is below.
        var isWhole = false
        var children: [String: Node] = [:]

        mutating func insert(_ components: ArraySlice<String>) {
            guard let name = components.first else {
                isWhole = true
                return
            }
            children[name, default: Node()].insert(components.dropFirst())
        }
    }

    let repository: RepositoryHandle
    let session: GitSession
    private var root = Node()

    init(_ paths: [String], in repository: RepositoryHandle, session: GitSession) throws(GitError) {
        self.repository = repository
        self.session = session
        for path in paths {
            let components = try GitPath(path, limits: session.remote.limits).components
            guard !components.isEmpty else { throw .invalidPath(path, reason: "the whole tree is not restored") }
            root.insert(components[...])
        }
    }

    /// - Returns: the id of the new tree.
    func restore(from source: TreeHandle, in target: TreeHandle) throws(GitError) -> String {
        guard let made = try folder(root, source, target) else {
            throw .invalidPath("", reason: "nothing would be left in the tree")
        }
        return made.id
    }

    private func folder(_ node: Node, _ source: TreeHandle?, _ target: TreeHandle?) throws(GitError) -> TreeEntry? {
        try session.check()
        var changes: [String: TreeEntry?] = [:]
        for (name, child) in node.children {
            let (old, new) = (source?.entry(named: name), target?.entry(named: name))
            if child.isWhole {
                changes[name] = .some(old)
                continue
            }
            let made = try folder(child, try Self.folder(old, in: source), try Self.folder(new, in: target))
            // A file where the other tree has a folder goes only when something is to stand below it.
            if made == nil, let new, new.kind != .directory { continue }
            changes[name] = .some(made)
        }
        return try repository.write(target, changing: changes)
    }

    private static func folder(_ entry: TreeEntry?, in tree: TreeHandle?) throws(GitError) -> TreeHandle? {
        guard let entry, entry.kind == .directory, let tree else { return nil }
        return try tree.folder(entry)
    }
}
