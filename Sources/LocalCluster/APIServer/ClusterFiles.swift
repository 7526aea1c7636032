internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The few files of a cluster, read and written whole.
struct ClusterFiles: Sendable {
    let directory: String

    /// Makes the directory and those above it; only its owner may enter.
    func prepare() throws(LocalClusterError) {
        var path = FilePath(directory)
        var missing: [FilePath] = []
        while !exists(path), !path.isEmpty, path.lastComponent != nil {
            missing.append(path)
            path.removeLastComponent()
        }
        for folder in missing.reversed() where !folder.isEmpty {
            let result = folder.withPlatformString { mkdir($0, 0o700) }
            guard result == 0 || exists(folder) else {
                throw LocalClusterError(code: .directory, message: "cannot make the directory \(folder): \(Errno(rawValue: errno))")
            }
        }
    }

    private func exists(_ path: FilePath) -> Bool { path.withPlatformString { access($0, F_OK) } == 0 }

    func path(_ name: String) -> String { FilePath(directory).appending(name).string }

    /// Nil when there is no such file.
    func read(_ name: String) throws(LocalClusterError) -> [UInt8]? {
        do {
            let file = try FileDescriptor.open(FilePath(path(name)), .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 16 * 1024)
                while bytes.count < APIServerLimits.bodyBytes {
                    let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
                    if count == 0 { break }
                    bytes += chunk[..<count]
                }
                return bytes
            }
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch {
            throw LocalClusterError(code: .directory, message: "cannot read \(path(name)): \(error)")
        }
    }

    /// Readable by the owner only. The new content replaces the old at once.
    func write(_ name: String, _ bytes: [UInt8]) throws(LocalClusterError) {
        let temporary = path(".\(name).new")
        do {
            let file = try FileDescriptor.open(
                FilePath(temporary), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
            _ = try file.closeAfter { try file.writeAll(bytes) }
            guard rename(temporary, path(name)) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            throw LocalClusterError(code: .directory, message: "cannot write \(path(name)): \(error)")
        }
    }
}
