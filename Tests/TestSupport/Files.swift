#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Small files for tests, without Foundation.
package enum Files {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a folder, sorted, without `.` and `..`.
    package static func list(_ path: String) throws -> [String] {
        guard let folder = opendir(path) else { throw failure("cannot list", path) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw failure("cannot read", path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        guard ferror(file) == 0 else { throw failure("cannot read", path) }
        return bytes
    }

    package static func text(_ path: String) throws -> String { String(decoding: try read(path), as: UTF8.self) }

    /// Writes a file, making the folders it is in.
    package static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

    package static func write(_ bytes: [UInt8], to path: String) throws {
        if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
        guard let file = fopen(path, "wb") else { throw failure("cannot write", path) }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0 && written == bytes.count else { throw failure("cannot write", path) }
    }

    /// Makes a folder and those it is in.
    package static func makeFolder(_ path: String) throws {
        if path.isEmpty || isFolder(path) { return }
        if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
        guard mkdir(path, 0o755) == 0 || isFolder(path) else { throw failure("cannot make the folder", path) }
    }

    /// Removes a file, or a folder with all that is in it. Symbolic links are removed, never followed.
    package static func remove(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try list(path) { try remove(path + "/" + name) }
            guard rmdir(path) == 0 else { throw failure("cannot remove", path) }
        } else {
            guard unlink(path) == 0 else { throw failure("cannot remove", path) }
        }
    }

    private static func failure(_ what: String, _ path: String) -> Failure {
        Failure(description: "\(what) \(path): \(String(cString: strerror(errno)))")
    }
}
