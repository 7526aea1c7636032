internal import ChildProcesses
internal import Foundation

/// A folder for one run that only we can enter. It goes with all that is in it, whatever happens.
final class PrivateFolder {
    let path: String

    init() throws(VerificationError) {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        var template = Array("\(parent)/slipway-hook-XXXXXX".utf8CString)
        // Made with mode 0700, under a name that nobody can foresee.
        guard mkdtemp(&template) != nil else { throw Self.failure("a temporary folder in \(parent) cannot be made", errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // What is left in the temporary folder of this machine harms nobody, and there is nobody to tell.
        do { try FileManager.default.removeItem(atPath: path) } catch {}
    }

    /// Writes a new file that can be run.
    /// - Returns: its path.
    func write(executable bytes: [UInt8], as name: String) throws(VerificationError) -> String {
        let file = "\(path)/\(name)"
        let number = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o700)
        guard number >= 0 else { throw Self.failure("\(name) cannot be written", errno) }
        let descriptor = OwnedDescriptor(number)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("\(name) cannot be written", errno) }
            rest = rest.dropFirst(count)
        }
        return file
    }

    private static func failure(_ what: String, _ number: Int32) -> VerificationError {
        VerificationError("\(what): \(SystemFailure(number: number).reason)", isTransient: true)
    }
}
