internal import Glibc

/// Reads and writes files that hold a key: owner only, whole or not at all, never over an existing one.
enum KeyFile {
    /// `nil` when there is no such file. A file that others may read is refused: what it holds is no secret any more.
    static func read(_ path: String) throws(CertificateError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot be opened", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("cannot be examined", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw CertificateError(code: .file, message: "key file \(path) is no file") }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw CertificateError(
                code: .file, message: "key file \(path) can be read by others (mode \(mode)); replace the key and run: chmod 600 \(path)")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot be read", path) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= Limits.keyFileBytes else {
                throw CertificateError(code: .tooLarge, message: "key file \(path) is larger than \(Limits.keyFileBytes) bytes")
            }
        }
    }

    /// Fails when the file exists. The name appears when the content is on disk, so a crash leaves no half key.
    static func create(_ path: String, _ bytes: [UInt8]) throws(CertificateError) {
        let temporary = "\(path).\(SecureRandom.token().prefix(12)).new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be created", path) }
        defer {
            close(descriptor)
            unsafe unlink(temporary)
        }
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot be written", path) }
            offset += count
        }
        guard fsync(descriptor) == 0 else { throw failure("cannot be written", path) }
        // link, unlike rename, never replaces what is there.
        guard unsafe link(temporary, path) == 0 else { throw failure("cannot be created", path) }
    }

    private static func failure(_ what: String, _ path: String) -> CertificateError {
        let reason = unsafe String(cString: strerror(errno))
        return CertificateError(code: .file, message: "key file \(path) \(what): \(reason)")
    }
}
