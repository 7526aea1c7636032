internal import Synchronization

/// What stands at a path of a tree.
package enum GitEntryKind: Sendable, Hashable {
    /// A regular file and its size in bytes.
    case file(bytes: Int)
    case directory
    /// Reported and never followed: where it leads depends on the machine.
    case symbolicLink
    /// A commit of another repository. Never fetched.
    case submodule
}

/// A place in a tree, named by its content.
package struct GitEntryIdentity: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable { case file, directory, symbolicLink, submodule }

    package let kind: Kind
    /// 40 hexadecimal digits.
    package let object: String

    package init(kind: Kind, object: String) {
        self.kind = kind
        self.object = object
    }
}

/// The files of one commit, read from the object database. Valid inside ``Mirror/withTree(at:_:)``.
///
/// Paths are relative to the root, which is "". A path with "..", a NUL, a leading "/" or a form of `.git` is an error, and so
/// is one that leads through a symbolic link or a submodule.
package struct GitTree: Sendable {
    package let commit: CommitID
    private let root: SharedTree
    private let session: GitSession

    init(commit: CommitID, root: TreeHandle, session: GitSession) {
        self.commit = commit
        self.root = SharedTree(root)
        self.session = session
    }

    /// `nil` when nothing is at the path.
    package func kind(of path: String) throws(GitError) -> GitEntryKind? {
        try withEntry(path) { tree, entry throws(GitError) in
            switch entry {
            case .root: .directory
            case .missing: nil
            case .found(let entry):
                switch entry.kind {
                case .directory: .directory
                case .symbolicLink: .symbolicLink
                case .submodule: .submodule
                case .file: .file(bytes: try tree.size(of: entry))
                }
            }
        }
    }

    /// What names the content at a path without a look at it: the id of a file's bytes, of a folder with all that is below it, of a
    /// link's target, of a submodule's commit. `nil` when nothing is there.
    package func identity(of path: String) throws(GitError) -> GitEntryIdentity? {
        try withEntry(path) { tree, entry throws(GitError) in
            switch entry {
            case .root: GitEntryIdentity(kind: .directory, object: tree.id)
            case .missing: nil
            case .found(let entry): GitEntryIdentity(kind: entry.kind, object: entry.id)
            }
        }
    }

    /// The bytes of a regular file, up to the limit of the remote.
    package func read(_ path: String) throws(GitError) -> [UInt8] {
        let limit = session.remote.limits.fileBytes
        return try withEntry(path) { tree, entry throws(GitError) in
            guard case .found(let entry) = entry else {
                if case .root = entry { throw .invalidPath(path, reason: "it is a folder and not a file") }
                throw .pathMissing(path, commit: commit)
            }
            switch entry.kind {
            case .file: break
            case .directory: throw .invalidPath(path, reason: "it is a folder and not a file")
            case .symbolicLink: throw .invalidPath(path, reason: "it is a symbolic link, which is not followed; put the file itself there")
            case .submodule: throw .invalidPath(path, reason: "it is a submodule, which is not fetched; put the files themselves there")
            }
            let size = try tree.size(of: entry)
            guard size <= limit else {
                throw GitError(code: .tooLarge, message: "\(path) in commit \(commit.short) has \(size) bytes; the limit is \(limit)")
            }
            return try tree.read(entry)
        }
    }

    /// The names directly in a folder, in Git's order.
    package func list(_ directory: String) throws(GitError) -> [String] {
        let limit = session.remote.limits.folderEntries
        return try withEntry(directory) { tree, entry throws(GitError) in
            let folder: TreeHandle
            switch entry {
            case .root: folder = tree
            case .missing: throw .pathMissing(directory, commit: commit)
            case .found(let entry):
                guard entry.kind == .directory else { throw .invalidPath(directory, reason: "it is no folder") }
                folder = try tree.folder(entry)
            }
            guard folder.count <= limit else {
                throw GitError(
                    code: .tooLarge, message: "\(directory) in commit \(commit.short) has \(folder.count) entries; the limit is \(limit)")
            }
            return folder.names()
        }
    }

    private enum Place {
        case root
        case missing
        case found(TreeEntry)
    }

    private func withEntry<Success: Sendable>(
        _ path: String, _ body: (TreeHandle, Place) throws(GitError) -> Success
    ) throws(GitError) -> Success {
        try session.check()
        let path = try GitPath(path, limits: session.remote.limits)
        return try root.withHandle { tree throws(GitError) in
            if path.components.isEmpty { return try body(tree, .root) }
            return try body(tree, try tree.entry(at: path).map { .found($0) } ?? .missing)
        }
    }
}

/// A tree that more than one thread may hold; one at a time uses it.
///
/// `@unchecked Sendable`: the handle is private, made by one thread and handed over, and every use of it is under the lock.
private final class SharedTree: @unchecked Sendable {
    private let lock = Mutex(())
    private let handle: TreeHandle

    init(_ handle: TreeHandle) {
        self.handle = handle
    }

    func withHandle<Success: Sendable>(_ body: (TreeHandle) throws(GitError) -> Success) throws(GitError) -> Success {
        let result = lock.withLock { _ -> Result<Success, GitError> in
            do throws(GitError) {
                return .success(try body(handle))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
