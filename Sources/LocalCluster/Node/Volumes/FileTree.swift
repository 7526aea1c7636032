internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The few file operations of the node. Calls are short and on the local disk; they are made off the cooperative pool by their callers
/// where they may be many.
enum FileTree {
    static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(NodeError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            made += "/\(part)"
            if mkdir(made, mode_t(mode)) != 0 && errno != EEXIST {
                throw NodeError(.cannotWriteFiles, "cannot make the directory \(made): \(Errno(rawValue: errno))")
            }
        }
    }

    static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(NodeError) {
        do {
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: FilePermissions(rawValue: mode_t(mode)))
            try file.closeAfter { _ = try file.writeAll(bytes) }
        } catch {
            throw NodeError(.cannotWriteFiles, "cannot write \(path): \(error)")
        }
    }

    /// At most `limit` bytes from `offset` on; `nil` when the file cannot be read.
    static func read(_ path: String, from offset: Int = 0, limit: Int) -> [UInt8]? {
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec]) else { return nil }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(limit, 64 * 1024))
        defer { try? file.close() }
        if offset > 0, (try? file.seek(offset: Int64(offset), from: .start)) == nil { return nil }
        while bytes.count < limit {
            let wanted = min(buffer.count, limit - bytes.count)
            guard
                let count = try? buffer.withUnsafeMutableBytes({
                    try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted]))
                })
            else { return nil }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// Makes `path` a link to `target`, in one step when it exists already.
    static func link(_ path: String, to target: String) throws(NodeError) {
        let temporary = "\(path)_tmp"
        unlink(temporary)
        guard symlink(target, temporary) == 0, rename(temporary, path) == 0 else {
            throw NodeError(.cannotWriteFiles, "cannot link \(path) to \(target): \(Errno(rawValue: errno))")
        }
    }

    static func names(in directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes the file or the directory with all that is in it; links are not followed. What cannot be removed stays.
    static func remove(_ path: String) {
        if unlink(path) == 0 || errno == ENOENT { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// Changes whenever the file is written: size, time and inode. `nil` when there is none.
    static func fingerprint(_ path: String) -> String? {
        do {
            let status = try Stat(FilePath(path))
            return "\(status.inode) \(status.size) \(status.st_mtim)"
        } catch {
            return nil  // no file, or one that may not be looked at
        }
    }
}
