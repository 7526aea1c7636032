internal import ChildProcesses
internal import Glibc

/// A folder for one verification that only we can enter. It goes with all that is in it, whatever happens.
final class SignatureFolder {
    let path: String
    private var names: [String] = []

    init() throws(GitError) {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        var template = Array("\(parent)/slipway-signature-XXXXXX".utf8CString)
        // Made with mode 0700, under a name that nobody can foresee.
        guard unsafe mkdtemp(&template) != nil else { throw Self.failure("a temporary folder in \(parent) cannot be made", errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // What is left in the temporary folder of this machine harms nobody, and there is nobody to tell.
        for name in names { unsafe unlink("\(path)/\(name)") }
        unsafe rmdir(path)
    }

    /// Writes a new file. One that is there already is an error, and so is a link.
    /// - Returns: its path.
    func write(_ bytes: [UInt8], as name: String) throws(GitError) -> String {
        let file = "\(path)/\(name)"
        let number = unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw Self.failure("\(file) cannot be made", errno) }
        names.append(name)
        let descriptor = OwnedDescriptor(number)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("\(file) cannot be written", errno) }
            rest = rest.dropFirst(count)
        }
        return file
    }

    private static func failure(_ what: String, _ number: Int32) -> GitError {
        GitError(
            code: .storage, message: "signatures cannot be verified: \(what): \(SystemFailure(number: number).reason)", isTransient: true)
    }
}
