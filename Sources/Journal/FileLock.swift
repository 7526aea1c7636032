#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The lock of the process that may write a Journal: held on a file beside the database, given back by the kernel when the process ends.
final class FileLock: Sendable {
    private let descriptor: CInt

    /// - Throws: `locked` when another process (or another Journal of this one) holds it.
    init(path: String, journal: String) throws(JournalError) {
        let descriptor = try PrivateFile.open(path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let cause = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard cause == EWOULDBLOCK else {
                throw JournalError(.io, "journal \(journal): cannot lock \(path): \(PrivateFile.text(cause))")
            }
            throw JournalError(
                .locked,
                "journal \(journal) is in use by process \(holder ?? "unknown"). Only one controller may write it: stop that one, or ask it"
            )
        }
        self.descriptor = descriptor
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    }

    deinit {
        // Closing is not enough: a process that is being started at this moment still has a copy of the descriptor.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// The process id that the holder wrote down; only for the message.
    private static func holder(_ descriptor: CInt) -> String? {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let digits = bytes.prefix(count).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }
}

/// Files that only their owner may read.
enum PrivateFile {
    /// Opens for reading and writing, makes the file when it is missing, and takes group and others' rights away when it has them.
    static func open(_ path: String) throws(JournalError) -> CInt {
        let descriptor = openDescriptor(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw JournalError(.io, "cannot open \(path): \(text(errno)). Check that its folder exists and belongs to this user")
        }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & 0o077 != 0, fchmod(descriptor, 0o600) != 0 {
            let cause = errno
            close(descriptor)
            throw JournalError(.io, "\(path) can be read by others, and its mode cannot be changed to 0600: \(text(cause))")
        }
        return descriptor
    }

    /// A new file; what stands there is not touched.
    static func create(_ path: String) throws(JournalError) {
        let descriptor = openDescriptor(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let cause = errno
            let advice =
                cause == EEXIST
                ? "It is left of something that was killed, or another one is writing it: remove it if nobody is"
                : "Check that its folder exists and belongs to this user"
            throw JournalError(.io, "cannot make \(path): \(text(cause)). \(advice)")
        }
        close(descriptor)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func ensure(_ path: String) throws(JournalError) { close(try open(path)) }

    static func text(_ code: CInt) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        _ = strerror_r(code, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// `open` with a mode; under a name of its own, since `PrivateFile.open` hides the C function.
private func openDescriptor(_ path: String, _ flags: CInt, _ mode: mode_t) -> CInt { open(path, flags, mode) }
