internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One cluster a directory: a lock that the kernel takes back when its process ends, however it ends.
package final class DirectoryLock: Sendable {
    private let file: FileDescriptor

    private init(_ file: FileDescriptor) { self.file = file }

    deinit {
        // Closing gives the lock back; there is nobody left to tell of a failure.
        try? file.close()
    }

    /// - Throws: an error that says who runs when the directory is taken.
    static func take(_ directory: String) async throws(LocalClusterError) -> DirectoryLock {
        let file: FileDescriptor
        do {
            file = try open(directory)
        } catch {
            throw LocalClusterError(code: .directory, message: "cannot write \(directory)/lock: \(error)")
        }
        let number = await lock(file)
        guard number != 0 else { return DirectoryLock(file) }
        try? file.close()
        guard number == EWOULDBLOCK else {
            throw LocalClusterError(code: .directory, message: "cannot lock \(directory)/lock: \(Errno(rawValue: number))")
        }
        var who = "the local cluster of \(directory) runs already"
        if let record = try ClusterRecord.read(directory), record.process.isRunning {
            who += " as process \(record.process.pid) at \(record.address), since \(record.startedAt.rfc3339)"
        }
        throw LocalClusterError(
            code: .running, message: "\(who); use it with KUBECONFIG=\(directory)/kubeconfig, or stop it with `slipway local-cluster down`")
    }

    /// Somebody who only asks (`isTaken`) has the lock for a moment: that is waited out.
    ///
    /// - Returns: 0, or the error of the last try.
    private static func lock(_ file: FileDescriptor) async -> Int32 {
        let end = ContinuousClock.now + NodeLimits.directoryLockWait
        while true {
            if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 { return 0 }
            let number = errno
            if number == EINTR { continue }
            guard number == EWOULDBLOCK, ContinuousClock.now < end else { return number }
            do { try await Task.sleep(for: NodeLimits.directoryLockPause) } catch { return number }
        }
    }

    /// Whether a cluster runs on this directory.
    package static func isTaken(_ directory: String) -> Bool {
        guard FileTree.exists("\(directory)/lock"), let file = try? open(directory) else { return false }
        defer { try? file.close() }
        return flock(file.rawValue, LOCK_SH | LOCK_NB) != 0
    }

    private static func open(_ directory: String) throws -> FileDescriptor {
        try FileDescriptor.open(
            FilePath(directory).appending("lock"), .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
    }
}
