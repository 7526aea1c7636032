import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files of this repository, which is an example of a watched one.
enum RepositoryFile {
    static func read(_ path: String, from here: String = #filePath) throws -> String {
        let root = here.split(separator: "/").dropLast(3).joined(separator: "/")
        let descriptor = open("/\(root)/\(path)", O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0, "\(path) is missing")
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
