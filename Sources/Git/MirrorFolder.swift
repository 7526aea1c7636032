internal import ChildProcesses
internal import Glibc

/// The folder of a mirror on disk: made, checked and tidied here.
struct MirrorFolder {
    let path: String

    /// Makes the folder and its parents, or checks the one that is there: it must be ours, and hold nothing but a mirror.
    func prepare() throws(GitError) {
        var built = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            built += "/" + part
            if unsafe mkdir(built, 0o700) != 0, errno != EEXIST { throw failure("\(built) cannot be made") }
        }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw failure("it cannot be examined") }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .storage(path, reason: "it is no folder") }
        guard status.st_uid == geteuid() else { throw .storage(path, reason: "it belongs to another user (\(status.st_uid))") }
        let known: Set = [
            "HEAD", "config", "description", "objects", "refs", "hooks", "info", "branches", "packed-refs", "ORIG_HEAD", "FETCH_HEAD",
            "logs",
            Self.lockName, "HEAD.lock", "config.lock", "packed-refs.lock",
        ]
        if let stranger = try entries(of: path).first(where: { !known.contains($0) }) {
            throw .storage(path, reason: "it holds \(stranger.debugDescription), so it is no mirror; name an empty or new folder")
        }
    }

    /// Removes what a fetch that was killed has left. Only for the holder of the lock.
    func tidy(reference: String) throws(GitError) {
        for name in ["\(reference).lock", "HEAD.lock", "config.lock", "packed-refs.lock"] { try remove("\(path)/\(name)") }
        let packs = "\(path)/objects/pack"
        for name in try entries(of: packs) where name.hasPrefix("pack_git2_") || name.hasPrefix("tmp_") { try remove("\(packs)/\(name)") }
    }

    /// Held while a process fetches into the mirror; the system lets go of it when the process dies.
    func lock() throws(GitError) -> FetchLock {
        let number = unsafe open("\(path)/\(Self.lockName)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw failure("its lock cannot be opened") }
        let descriptor = OwnedDescriptor(number)
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { throw .mirrorBusy(path) }
            throw failure("it cannot be locked")
        }
        return FetchLock(descriptor: descriptor)
    }

    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    private static let lockName = "fetch.lock"

    private func entries(of folder: String) throws(GitError) -> [String] {
        guard let directory = unsafe opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure("\(folder) cannot be read")
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private func remove(_ file: String) throws(GitError) {
        if unsafe unlink(file) != 0, errno != ENOENT { throw failure("\(file) cannot be removed") }
    }

    private func failure(_ what: String) -> GitError {
        .storage(path, reason: "\(what): \(SystemFailure(number: errno).reason)")
    }
}

/// The right to fetch into a mirror, given back with the last reference.
final class FetchLock {
    private let descriptor: OwnedDescriptor

    fileprivate init(descriptor: OwnedDescriptor) {
        self.descriptor = descriptor
    }

    deinit {
        // Closing is not enough: a process that is being started elsewhere holds a copy until it runs its program.
        _ = flock(descriptor.number, LOCK_UN)
    }
}
