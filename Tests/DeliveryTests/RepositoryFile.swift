import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files of this repository, which is an example of a watched one.
enum RepositoryFile {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    static func write(_ path: String, _ text: String) throws {
        let descriptor = open("\(root)/\(path)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        try #require(descriptor >= 0, "\(path) cannot be written")
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    static func read(_ path: String) throws -> String {
        let descriptor = open("\(root)/\(path)", O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0, "\(path) is missing")
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
