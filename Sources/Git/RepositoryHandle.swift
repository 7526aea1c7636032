// More than 500 lines: the handles of libgit2 for a repository on disk and what is in it. Their pointers do not leave this file.

internal import CGit2

/// A bare repository. Opened for one operation and used in one thread.
@safe final class RepositoryHandle {
    fileprivate let pointer: OpaquePointer
    let path: String
    private let isMirror: Bool

    private init(takingOwnershipOf pointer: OpaquePointer, path: String, isMirror: Bool = true) {
        unsafe self.pointer = pointer
        self.path = path
        self.isMirror = isMirror
    }

    deinit {
        unsafe git_repository_free(pointer)
    }

    /// `nil` when there is no repository at exactly this path.
    static func open(path: String) throws(GitError) -> RepositoryHandle? {
        var pointer: OpaquePointer?
        let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_BARE.rawValue | GIT_REPOSITORY_OPEN_NO_DOTGIT.rawValue
        do throws(Library.Failure) {
            try Library.call { unsafe git_repository_open_ext(&pointer, path, flags, nil) }
        } catch {
            if error.code == GIT_ENOTFOUND.rawValue { return nil }
            throw .mirror(error, path: path)
        }
        guard let pointer = unsafe pointer else { return nil }
        return unsafe RepositoryHandle(takingOwnershipOf: pointer, path: path)
    }

    /// Makes an empty bare repository. Running it again over a half-made one completes it.
    static func create(path: String) throws(GitError) -> RepositoryHandle {
        var pointer: OpaquePointer?
        var options = unsafe git_repository_init_options()
        unsafe git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
        unsafe options.flags =
            GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_NO_DOTGIT_DIR.rawValue | GIT_REPOSITORY_INIT_MKDIR.rawValue
        unsafe options.mode = 0o700
        do throws(Library.Failure) {
            try Library.call { unsafe git_repository_init_ext(&pointer, path, &options) }
        } catch {
            throw .mirror(error, path: path)
        }
        guard let pointer = unsafe pointer else { throw .storage(path, reason: "the repository was not made") }
        return unsafe RepositoryHandle(takingOwnershipOf: pointer, path: path)
    }

    /// The repository of a person: the one that `folder` is in, with or without a work tree. `nil` when there is none.
    static func discover(from folder: String) throws(GitError) -> RepositoryHandle? {
        var pointer: OpaquePointer?
        do throws(Library.Failure) {
            try Library.call { unsafe git_repository_open_ext(&pointer, folder, GIT_REPOSITORY_OPEN_CROSS_FS.rawValue, nil) }
        } catch {
            if error.code == GIT_ENOTFOUND.rawValue { return nil }
            throw .localRepository(folder, reason: error.reason)
        }
        guard let pointer = unsafe pointer else { return nil }
        return unsafe RepositoryHandle(takingOwnershipOf: pointer, path: folder, isMirror: false)
    }

    /// The folder of the work tree, `nil` for a bare repository.
    var workTree: String? { unsafe git_repository_workdir(pointer).map { unsafe String(cString: $0) } }

    fileprivate func failure(_ failure: Library.Failure) -> GitError {
        isMirror ? .mirror(failure, path: path) : .localRepository(path, reason: failure.reason)
    }

    fileprivate func broken(_ reason: String) -> GitError {
        isMirror ? .mirrorBroken(path, reason: reason) : .localRepository(path, reason: reason)
    }

    /// The commit that an expression of gitrevisions(7) names; `nil` when it names nothing, or no commit.
    func commit(named expression: String) throws(GitError) -> CommitID? {
        var object: OpaquePointer?
        var commit: OpaquePointer?
        do throws(Library.Failure) {
            try Library.call { unsafe git_revparse_single(&object, pointer, expression) }
            defer { unsafe git_object_free(object) }
            try Library.call { unsafe git_object_peel(&commit, object, GIT_OBJECT_COMMIT) }
        } catch {
            switch error.code {
            case GIT_ENOTFOUND.rawValue, GIT_EINVALIDSPEC.rawValue, GIT_EPEEL.rawValue: return nil
            case GIT_EAMBIGUOUS.rawValue: throw .ambiguous(expression)
            default: throw failure(error)
            }
        }
        defer { unsafe git_object_free(commit) }
        return unsafe git_object_id(commit)?.pointee.commitID
    }

    /// The short names of branches and tags, `origin/main` among them.
    func referenceNames(limit: Int) throws(GitError) -> [String] {
        var iterator: OpaquePointer?
        var names: [String] = []
        do throws(Library.Failure) {
            try Library.call { unsafe git_reference_iterator_new(&iterator, pointer) }
            defer { unsafe git_reference_iterator_free(iterator) }
            while names.count < limit {
                var name: UnsafePointer<CChar>?
                try Library.call { unsafe git_reference_next_name(&name, iterator) }
                guard let name = unsafe name else { break }
                let full = unsafe String(cString: name)
                for prefix in ["refs/heads/", "refs/tags/", "refs/remotes/"] where full.hasPrefix(prefix) {
                    names.append(String(full.dropFirst(prefix.count)))
                }
            }
        } catch {
            if error.code != GIT_ITEROVER.rawValue { throw failure(error) }
        }
        return names
    }

    /// The commit that a full reference name points to, `nil` when there is no such reference.
    func commit(ofReference name: String) throws(GitError) -> CommitID? {
        var id = git_oid()
        do throws(Library.Failure) {
            try Library.call { unsafe git_reference_name_to_id(&id, pointer, name) }
        } catch {
            if error.code == GIT_ENOTFOUND.rawValue { return nil }
            throw failure(error)
        }
        return id.commitID
    }

    func hasCommit(_ id: CommitID) throws(GitError) -> Bool {
        do throws(GitError) {
            _ = try lookUp(id)
            return true
        } catch {
            if error.code == .notFound { return false }
            throw error
        }
    }

    /// The commit whose name begins with these digits.
    func commit(withPrefix digits: String) throws(GitError) -> CommitID {
        var prefix = git_oid()
        var object: OpaquePointer?
        do throws(Library.Failure) {
            try Library.call { unsafe git_oid_fromstrn(&prefix, digits, digits.utf8.count) }
            try Library.call { unsafe git_object_lookup_prefix(&object, pointer, &prefix, digits.utf8.count, GIT_OBJECT_COMMIT) }
        } catch {
            switch error.code {
            case GIT_ENOTFOUND.rawValue: throw .commitMissing(digits)
            case GIT_EAMBIGUOUS.rawValue: throw .ambiguous(digits)
            default: throw failure(error)
            }
        }
        defer { unsafe git_object_free(object) }
        guard let id = unsafe git_object_id(object)?.pointee.commitID else { throw .commitMissing(digits) }
        return id
    }

    func isAncestor(_ ancestor: CommitID, of descendant: CommitID) throws(GitError) -> Bool {
        if ancestor == descendant { return true }
        var (young, old) = (git_oid(descendant), git_oid(ancestor))
        var answer: Int32 = 0
        do throws(Library.Failure) {
            try Library.call {
                answer = unsafe git_graph_descendant_of(pointer, &young, &old)
                return answer
            }
        } catch {
            throw failure(error)
        }
        return answer == 1
    }

    func read(_ id: CommitID, messageBytes: Int) throws(GitError) -> Commit {
        let commit = try lookUp(id)
        return commit.read(id: id, messageBytes: messageBytes)
    }

    func tree(of id: CommitID) throws(GitError) -> TreeHandle {
        let commit = try lookUp(id)
        var tree: OpaquePointer?
        do throws(Library.Failure) {
            try Library.call { unsafe git_commit_tree(&tree, commit.pointer) }
        } catch {
            throw failure(error)
        }
        guard let tree = unsafe tree else { throw broken("commit \(id.short) has no tree") }
        return unsafe TreeHandle(takingOwnershipOf: tree, repository: self)
    }

    /// Commits from this one back, the newest first, without one and all that it descends from.
    func log(from id: CommitID, excluding base: CommitID? = nil, limit: Int, session: GitSession) throws(GitError) -> [CommitID] {
        _ = try lookUp(id)
        if let base { _ = try lookUp(base) }
        var walk: OpaquePointer?
        var start = git_oid(id)
        var hidden = git_oid(base ?? id)
        var commits: [CommitID] = []
        do throws(Library.Failure) {
            try Library.call { unsafe git_revwalk_new(&walk, pointer) }
            defer { unsafe git_revwalk_free(walk) }
            try Library.call { unsafe git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue) }
            try Library.call { unsafe git_revwalk_push(walk, &start) }
            if base != nil { try Library.call { unsafe git_revwalk_hide(walk, &hidden) } }
            var next = git_oid()
            while commits.count < limit, session.mayGoOn() {
                try Library.call { unsafe git_revwalk_next(&next, walk) }
                commits.append(next.commitID)
            }
        } catch {
            if error.code != GIT_ITEROVER.rawValue { throw failure(error) }
        }
        try session.check()
        return commits
    }

    /// The bytes of a commit as they are stored, which its name is the hash of.
    ///
    /// - Throws: `tooLarge` above the limit; the size is looked at first.
    func rawCommit(_ id: CommitID, limit: Int) throws(GitError) -> [UInt8] {
        _ = try lookUp(id)
        var database: OpaquePointer?
        var name = git_oid(id)
        var object: OpaquePointer?
        var size = 0
        var type = GIT_OBJECT_ANY
        do throws(Library.Failure) {
            try Library.call { unsafe git_repository_odb(&database, pointer) }
        } catch {
            throw failure(error)
        }
        defer { unsafe git_odb_free(database) }
        do throws(Library.Failure) {
            try Library.call { unsafe git_odb_read_header(&size, &type, database, &name) }
        } catch {
            throw failure(error)
        }
        guard size <= limit else {
            throw GitError(code: .tooLarge, message: "commit \(id.short) has \(size) bytes; the limit is \(limit)")
        }
        do throws(Library.Failure) {
            try Library.call { unsafe git_odb_read(&object, database, &name) }
        } catch {
            throw failure(error)
        }
        defer { unsafe git_odb_object_free(object) }
        return unsafe Array(UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object)))
    }

    // MARK: Writing

    /// A folder with some of its entries put in, replaced or (`nil`) taken out; `nil` when nothing is left in it.
    func write(_ base: TreeHandle?, changing changes: [String: TreeEntry?]) throws(GitError) -> TreeEntry? {
        var builder: OpaquePointer?
        var name = git_oid()
        do throws(Library.Failure) {
            try Library.call { unsafe git_treebuilder_new(&builder, pointer, base?.pointer) }
            defer { unsafe git_treebuilder_free(builder) }
            for (entryName, change) in changes {
                guard let change else {
                    guard unsafe git_treebuilder_get(builder, entryName) != nil else { continue }
                    try Library.call { unsafe git_treebuilder_remove(builder, entryName) }
                    continue
                }
                var object = change.object
                try Library.call {
                    unsafe git_treebuilder_insert(nil, builder, entryName, &object, change.canonicalMode)
                }
            }
            guard unsafe git_treebuilder_entrycount(builder) > 0 else { return nil }
            try Library.call { unsafe git_treebuilder_write(&name, builder) }
        } catch {
            throw failure(error)
        }
        return TreeEntry(kind: .directory, mode: GIT_FILEMODE_TREE.rawValue, object: name)
    }

    /// Stores the bytes of a commit.
    func write(commit bytes: [UInt8]) throws(GitError) -> CommitID {
        var database: OpaquePointer?
        var name = git_oid()
        do throws(Library.Failure) {
            try Library.call { unsafe git_repository_odb(&database, pointer) }
            defer { unsafe git_odb_free(database) }
            try Library.call {
                unsafe bytes.withUnsafeBytes { unsafe git_odb_write(&name, database, $0.baseAddress, $0.count, GIT_OBJECT_COMMIT) }
            }
        } catch {
            throw failure(error)
        }
        return name.commitID
    }

    /// Makes a reference point to a commit, wherever it pointed before.
    func set(_ reference: String, to id: CommitID) throws(GitError) {
        var name = git_oid(id)
        var made: OpaquePointer?
        do throws(Library.Failure) {
            try Library.call { unsafe git_reference_create(&made, pointer, reference, &name, 1, nil) }
        } catch {
            throw failure(error)
        }
        unsafe git_reference_free(made)
    }

    private func lookUp(_ id: CommitID) throws(GitError) -> CommitHandle {
        var name = git_oid(id)
        var commit: OpaquePointer?
        do throws(Library.Failure) {
            try Library.call { unsafe git_commit_lookup(&commit, pointer, &name) }
        } catch {
            if error.code == GIT_ENOTFOUND.rawValue { throw .commitMissing(id.text) }
            throw failure(error)
        }
        guard let commit = unsafe commit else { throw .commitMissing(id.text) }
        return unsafe CommitHandle(takingOwnershipOf: commit)
    }
}

@safe private final class CommitHandle {
    let pointer: OpaquePointer

    init(takingOwnershipOf pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe git_commit_free(pointer)
    }

    func read(id: CommitID, messageBytes: Int) -> Commit {
        let author = unsafe Self.person(git_commit_author(pointer))
        let committer = unsafe Self.person(git_commit_committer(pointer))
        let message = unsafe git_commit_message(pointer).map { unsafe String(cString: $0) } ?? ""
        let parents = (0..<(unsafe git_commit_parentcount(pointer))).compactMap { index in
            unsafe git_commit_parent_id(pointer, index)?.pointee.commitID
        }
        let kept = message.utf8.count > messageBytes ? String(decoding: message.utf8.prefix(messageBytes), as: UTF8.self) : message
        let subject = unsafe git_commit_summary(pointer).map { unsafe String(cString: $0) } ?? ""
        return Commit(
            id: id, subject: String(subject.prefix(1000)), message: kept, authorName: author.name, authorEmail: author.email,
            authoredAt: author.time, committerName: committer.name, committerEmail: committer.email, committedAt: committer.time,
            parents: parents)
    }

    private static func person(_ signature: UnsafePointer<git_signature>?) -> (name: String, email: String, time: Int64) {
        guard let signature = unsafe signature?.pointee else { return ("", "", 0) }
        let name = unsafe signature.name.map { unsafe String(cString: $0) } ?? ""
        let email = unsafe signature.email.map { unsafe String(cString: $0) } ?? ""
        return unsafe (name, email, Int64(signature.when.time))
    }
}

/// An entry of a tree: its kind, and the name of its object.
struct TreeEntry {
    let kind: GitEntryIdentity.Kind
    /// As stored: whether a file can be run stands there, too.
    let mode: UInt32
    fileprivate let object: git_oid

    var id: String { object.digits }

    /// As every Git writes it today; old trees have other bits, too.
    fileprivate var canonicalMode: git_filemode_t {
        switch kind {
        case .directory: GIT_FILEMODE_TREE
        case .symbolicLink: GIT_FILEMODE_LINK
        case .submodule: GIT_FILEMODE_COMMIT
        case .file: mode & 0o100 == 0 ? GIT_FILEMODE_BLOB : GIT_FILEMODE_BLOB_EXECUTABLE
        }
    }
}

/// The tree of a commit.
@safe final class TreeHandle {
    fileprivate let pointer: OpaquePointer
    private let repository: RepositoryHandle

    fileprivate init(takingOwnershipOf pointer: OpaquePointer, repository: RepositoryHandle) {
        unsafe self.pointer = pointer
        self.repository = repository
    }

    deinit {
        unsafe git_tree_free(pointer)
    }

    var id: String { unsafe git_tree_id(pointer)?.pointee.digits ?? "" }

    /// The entry at a path that is not the root, `nil` when there is none. A link on the way is an error and not followed.
    func entry(at path: GitPath) throws(GitError) -> TreeEntry? {
        var folder = self
        for (index, name) in path.components.enumerated() {
            guard let entry = folder.entry(named: name) else { return nil }
            if index == path.components.count - 1 { return entry }
            switch entry.kind {
            case .directory: folder = try folder.folder(entry)
            case .file: return nil
            case .symbolicLink, .submodule:
                let link = path.components[...index].joined(separator: "/")
                let what = entry.kind == .submodule ? "submodule" : "symbolic link"
                throw .invalidPath(path.text, reason: "\(link) is a \(what), which is not followed; put the files themselves there")
            }
        }
        return nil
    }

    func folder(_ entry: TreeEntry) throws(GitError) -> TreeHandle {
        var tree: OpaquePointer?
        var name = entry.object
        do throws(Library.Failure) {
            try Library.call { unsafe git_tree_lookup(&tree, repository.pointer, &name) }
        } catch {
            throw repository.failure(error)
        }
        guard let tree = unsafe tree else { throw repository.broken("a folder's tree is missing") }
        return unsafe TreeHandle(takingOwnershipOf: tree, repository: repository)
    }

    var count: Int { unsafe git_tree_entrycount(pointer) }

    func names() -> [String] {
        (0..<count).compactMap { index in
            guard let entry = unsafe git_tree_entry_byindex(pointer, index), let name = unsafe git_tree_entry_name(entry) else {
                return nil
            }
            return unsafe String(cString: name)
        }
    }

    /// The size of a file without reading it.
    func size(of entry: TreeEntry) throws(GitError) -> Int {
        var database: OpaquePointer?
        var name = entry.object
        var size = 0
        var type = GIT_OBJECT_ANY
        do throws(Library.Failure) {
            try Library.call { unsafe git_repository_odb(&database, repository.pointer) }
            defer { unsafe git_odb_free(database) }
            try Library.call { unsafe git_odb_read_header(&size, &type, database, &name) }
        } catch {
            throw repository.failure(error)
        }
        return size
    }

    func read(_ entry: TreeEntry) throws(GitError) -> [UInt8] {
        var blob: OpaquePointer?
        var name = entry.object
        do throws(Library.Failure) {
            try Library.call { unsafe git_blob_lookup(&blob, repository.pointer, &name) }
        } catch {
            throw repository.failure(error)
        }
        defer { unsafe git_blob_free(blob) }
        let count = unsafe Int(git_blob_rawsize(blob))
        return unsafe Array(UnsafeRawBufferPointer(start: git_blob_rawcontent(blob), count: count))
    }

    /// All entries, in Git's order. Names that are no UTF-8 carry the replacement character.
    func entries() -> [(name: String, entry: TreeEntry)] {
        (0..<count).compactMap { index in
            guard let pointer = unsafe git_tree_entry_byindex(pointer, index), let name = unsafe git_tree_entry_name(pointer),
                let entry = unsafe Self.entry(pointer)
            else { return nil }
            return unsafe (String(cString: name), entry)
        }
    }

    func entry(named name: String) -> TreeEntry? {
        guard let entry = unsafe git_tree_entry_byname(pointer, name) else { return nil }
        return unsafe Self.entry(entry)
    }

    private static func entry(_ entry: OpaquePointer) -> TreeEntry? {
        guard let object = unsafe git_tree_entry_id(entry)?.pointee else { return nil }
        let kind: GitEntryIdentity.Kind
        switch unsafe git_tree_entry_filemode(entry) {
        case GIT_FILEMODE_TREE: kind = .directory
        case GIT_FILEMODE_LINK: kind = .symbolicLink
        case GIT_FILEMODE_COMMIT: kind = .submodule
        default: kind = .file
        }
        return TreeEntry(kind: kind, mode: unsafe git_tree_entry_filemode_raw(entry).rawValue, object: object)
    }
}

extension git_oid {
    fileprivate init(_ id: CommitID) {
        self = git_oid()
        // The text is 40 hexadecimal digits by its type, so this cannot fail.
        unsafe git_oid_fromstr(&self, id.text)
    }

    var commitID: CommitID { CommitID(known: digits) }

    /// 40 hexadecimal digits in lower case.
    fileprivate var digits: String {
        var name = self
        return unsafe withUnsafeBytes(of: &name) { bytes in
            unsafe bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        }
    }
}

extension GitError {
    /// What a failure of libgit2 means when it works on the mirror.
    static func mirror(_ failure: Library.Failure, path: String) -> GitError {
        if failure.code == GIT_ELOCKED.rawValue { return .mirrorBusy(path) }
        switch failure.errorClass {
        case Int32(GIT_ERROR_OS.rawValue), Int32(GIT_ERROR_FILESYSTEM.rawValue), Int32(GIT_ERROR_NOMEMORY.rawValue):
            return .storage(path, reason: failure.reason)
        default:
            return .mirrorBroken(path, reason: failure.reason)
        }
    }
}
