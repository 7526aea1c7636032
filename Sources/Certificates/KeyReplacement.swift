internal import Glibc

/// Puts a new key file into the place of an old one so that at every moment there is a whole key under the name, and destroys the old one.
package enum KeyReplacement {
    /// `path` becomes what `new` is. It may be killed anywhere and called again; without a file `new` there is only the rest left to do.
    package static func replace(_ path: String, by new: String) throws(CertificateError) {
        let old = path + ".old"
        if unsafe access(new, F_OK) == 0 {
            // A second name, since after the renaming the old content could not be overwritten any more.
            if unsafe link(path, old) != 0, errno != EEXIST { throw failure("cannot be kept for its destruction", path) }
            guard unsafe rename(new, path) == 0 else { throw failure("cannot be replaced", path) }
            try sync(folderOf: path)
        }
        try destroy(old)
        try sync(folderOf: path)
    }

    /// Overwrites the content before the name goes. What a disk keeps below its files is not in our hands.
    private static func destroy(_ path: String) throws(CertificateError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return }
            throw failure("cannot be destroyed", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("cannot be destroyed", path) }
        // Two names: it was killed before the new key took the place, and this is still the key in use.
        guard status.st_nlink == 1 else { return }
        let zeros = [UInt8](repeating: 0, count: min(max(Int(status.st_size), 0), Limits.keyFileBytes))
        guard unsafe pwrite(descriptor, zeros, zeros.count, 0) == zeros.count, fsync(descriptor) == 0, unsafe unlink(path) == 0 else {
            throw failure("cannot be destroyed", path)
        }
    }

    private static func sync(folderOf path: String) throws(CertificateError) {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let folder = end == path.startIndex ? (path.hasPrefix("/") ? "/" : ".") : String(path[..<end])
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be made durable", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("cannot be made durable", path) }
    }

    private static func failure(_ what: String, _ path: String) -> CertificateError {
        let reason = unsafe String(cString: strerror(errno))
        return CertificateError(code: .file, message: "key file \(path) \(what): \(reason)")
    }
}
