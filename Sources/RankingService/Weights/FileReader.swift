#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The two questions that are asked of the file system. Blocking; the caller chooses the thread.
struct FileReader: Sendable {
    enum Contents: Sendable, Hashable {
        case text(String)
        case missing
        case failed(String)
    }

    /// Where a symbolic link points to; nil if it is none.
    let linkTarget: @Sendable (_ path: String) -> String?
    /// The whole file, if it is not longer than the limit in bytes.
    let contents: @Sendable (_ path: String, _ limit: Int) -> Contents

    static let system = FileReader(linkTarget: readLink, contents: readFile)

    private static func readLink(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func readFile(_ path: String, limit: Int) -> Contents {
        // Not blocking, so that a pipe under this name cannot hold us; a regular file ignores the flag.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return errno == ENOENT ? .missing : .failed(reason(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= limit {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return .failed(reason(errno)) }
            if count == 0 { return .text(String(decoding: bytes, as: UTF8.self)) }
            bytes += buffer.prefix(count)
        }
        return .failed("it is longer than \(limit) bytes")
    }

    private static func reason(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
