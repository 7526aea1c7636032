internal import Logging
internal import NIOPosix
internal import Synchronization
internal import SystemPackage

/// The one task that writes a cluster's log, and replaces it by a snapshot when it has grown.
///
/// Its file calls are made on a thread of their own, one at a time; the snapshot is written beside them on a second one.
actor ChangeLogWriter {
    private let log: ChangeLog
    private let directory: StateDirectory
    private let threads: NIOThreadPool
    private let logger: Logger
    private var file: OpenFile
    private var snapshotBytes: Int64
    private var snapshot: Task<Void, Never>?

    /// A file that goes from thread to thread with the call that uses it.
    final class OpenFile: @unchecked Sendable {  // used by one call at a time: the writer waits for each
        private var file: LogFile
        init(_ file: consuming LogFile) { self.file = file }
        var length: Int64 { file.length }
        var path: String { file.path }
        func append(_ payload: [UInt8]) throws(Errno) { try file.append(payload) }
    }

    init(
        log: ChangeLog, directory: StateDirectory, loaded: StateDirectory.Loaded, threads: NIOThreadPool, logger: Logger
    ) throws(LocalClusterError) {
        self.log = log
        self.directory = directory
        self.threads = threads
        self.logger = logger
        snapshotBytes = loaded.snapshotBytes
        let (revision, length) = loaded.log ?? (loaded.state.revision, 0)
        do {
            file = try Self.open(directory, revision, length)
        } catch {
            throw LocalClusterError(code: .state, message: "cannot write \(directory.log(revision)): \(error)")
        }
    }

    private static func open(_ directory: StateDirectory, _ revision: UInt64, _ length: Int64) throws(Errno) -> OpenFile {
        let file = OpenFile(try LogFile.open(directory.log(revision), length: length))
        if length == 0 { try file.append(StateDirectory.head(revision)) }
        try LogFile.synchronise(directory: directory.path)
        return file
    }

    /// Until the log is closed and everything is written.
    func run(_ store: ObjectStore) async {
        while true {
            await log.waitForWork()
            let changes = log.takePending()
            if changes.isEmpty { break }
            let isWritten = await write(changes)
            if !isWritten {
                // At the end one failure is enough: nobody is left to clear the disk.
                if log.state.withLock(\.isClosed) { break }
                do { try await Task.sleep(for: log.limits.retryInterval) } catch { break }
            } else if file.length > max(Int64(log.limits.compactionBytes), 2 * snapshotBytes), snapshot == nil {
                await compact(store)
            }
        }
        await snapshot?.value
        log.abandon()
    }

    private func write(_ changes: [[LoggedChange]]) async -> Bool {
        var rest = changes[...]
        while !rest.isEmpty {
            let (payload, count) = await record(rest)
            do {
                let file = file
                try await threads.runIfActive { try file.append(payload) }
            } catch {
                let failure = "cannot write \(file.path): \(error)"
                logger.error("\(failure); writes are refused until it works again")
                log.putBack(Array(rest), because: failure)
                return false
            }
            if let revision = rest.prefix(count).last?.last?.revision { log.reached(revision) }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// As many changes as one record takes.
    @concurrent private func record(_ changes: ArraySlice<[LoggedChange]>) async -> (payload: [UInt8], count: Int) {
        var payload: [UInt8] = []
        var count = 0
        for change in changes {
            payload += StateDirectory.lines(change)
            count += 1
            if payload.count >= log.limits.recordBytes { break }
        }
        return (payload, count)
    }

    /// Begins a new log at once, and writes what came before it as a snapshot beside the work.
    private func compact(_ store: ObjectStore) async {
        let (revision, objects, last) = store.state.withLock { state in (state.revision, state.everything(), log.takePending()) }
        if !last.isEmpty {
            guard await write(last) else { return }
        }
        let (directory, limits) = (directory, log.limits)
        do {
            file = try await threads.runIfActive { try Self.open(directory, revision, 0) }
        } catch {
            FileTree.remove(directory.log(revision))
            return logger.error("cannot begin \(directory.log(revision)): \(error); the log goes on in \(file.path)")
        }
        snapshot = Task {
            do {
                let size = try await threads.runIfActive { try directory.writeSnapshot(revision, objects, limits) }
                finish(size)
            } catch {
                logger.error("cannot write \(directory.snapshot(revision)): \(error); the logs before it are kept")
                finish(nil)
            }
        }
    }

    private func finish(_ size: Int64?) {
        if let size { snapshotBytes = size }
        snapshot = nil
    }
}
