internal import Delivery
import GRDB
import Synchronization

/// The durable memory of the controller: Releases, Environments, Bundles, the audit chain and the outbox, in one SQLite file.
///
/// Every write is one transaction that is on the disk when the call returns (WAL, `synchronous=FULL`). Work runs on the database's own
/// queues, never on the caller's thread. A write that was begun is finished even when the calling task is cancelled: what was decided is
/// stored whole or not at all, and the caller learns which.
package final class Journal: Sendable {
    package let path: String
    let sealer: JournalSealer
    private let currentSigner: Mutex<JournalSigner?>
    var signer: JournalSigner? { currentSigner.withLock { $0 } }
    /// Whose record this is: the name of the first key that signed it. A copy of the Journal with its keys has the same, and it stays when the
    /// key is changed.
    package let identity: String?
    private let database: any DatabaseWriter
    private let isReadOnly: Bool
    private let lock: Mutex<FileLock?>
    private let onCommit: (@Sendable (CommitMoment, Int64) -> Void)?
    private let transactions = Mutex<Int64>(0)
    private let refusedFrom = Mutex<Int64>(.max)
    private let noticeListener = Mutex<(@Sendable () -> Void)?>(nil)
    private let isTellingNobody = Mutex(false)

    /// Opens the Journal, and makes or updates it when needed. Blocks for as long as that takes: call it while starting up.
    ///
    /// - Parameters:
    ///   - signer: `nil` leaves the audit chain unsigned; `verifyAudit` then checks hashes only.
    ///   - nextSigner: a key that a change of keys has made; it takes the place of `signer` if that change was stored.
    ///   - readOnly: takes no lock and changes nothing: for the command line beside, or instead of, a controller.
    ///   - onCommit: for crash tests: called on the writing queue around each COMMIT with the number of the transaction, from 1.
    /// - Throws: `locked` when another process has it open for writing, `notFound` when there is none to read, `schema` when it was
    ///   written by a newer version, `corrupt`, `io`.
    package init(
        path: String, sealer: JournalSealer, signer: JournalSigner?, nextSigner: JournalSigner? = nil, readOnly: Bool = false,
        onCommit: (@Sendable (CommitMoment, Int64) -> Void)? = nil
    ) throws(JournalError) {
        self.path = path
        self.sealer = sealer
        self.onCommit = onCommit
        isReadOnly = readOnly
        if readOnly {
            guard PrivateFile.exists(path) else {
                throw JournalError(.notFound, "there is no journal at \(path). Start the controller once, or name the right data folder")
            }
            lock = Mutex(nil)
        } else {
            lock = Mutex(try FileLock(path: path + ".lock", journal: path))
            // SQLite gives its other files the mode of this one.
            try PrivateFile.ensure(path)
        }
        do {
            database = try Self.open(path, readOnly: readOnly)
            let keys = try database.read { db in try SigningKeyHistory(db) }
            let hasMoved = nextSigner.map { keys.last?.keyID == $0.keyID } ?? false
            currentSigner = Mutex(hasMoved ? nextSigner : signer)
            identity = keys.first?.keyID ?? signer?.keyID
        } catch {
            throw JournalError(error, doing: "open it", path: path)
        }
    }

    /// The name of the key that signs now.
    package var signingKeyID: String? { signer?.keyID }

    func use(_ signer: JournalSigner) { currentSigner.withLock { $0 = signer } }

    /// Closes the file and gives the lock back. Calls after it fail with `io`. Without it both happen when the last reference goes.
    package func close() throws(JournalError) {
        do {
            try database.close()
        } catch {
            throw JournalError(error, doing: "close it", path: path)
        }
        lock.withLock { $0 = nil }
    }

    /// Whoever delivers the outbox is called after each commit that brought notices, and must not stay in the call.
    package func onNotices(_ listener: (@Sendable () -> Void)?) { noticeListener.withLock { $0 = listener } }

    /// There is no channel: notices are stored as told to nobody, and cost no transaction of their own.
    package func tellNobody() { isTellingNobody.withLock { $0 = true } }

    /// When a notice of `at` counts as routed at once; `nil` when somebody has to be chosen.
    func routedAtOnce(_ at: Timestamp) -> Timestamp? { isTellingNobody.withLock { $0 } ? at : nil }

    func noticesStored() { noticeListener.withLock { $0 }?() }

    private static func open(_ path: String, readOnly: Bool) throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.label = "slipway.journal"
        configuration.readonly = readOnly
        configuration.maximumReaderCount = JournalLimits.readers
        configuration.busyMode = .timeout(JournalLimits.busySeconds)
        configuration.prepareDatabase { db in
            // Makes REPLACE fire the triggers that guard the audit record.
            try db.execute(sql: "PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            // Counts for a file that is still empty, and for the next VACUUM of an older one.
            if !db.configuration.readonly, try Int.fetchOne(db, sql: "PRAGMA auto_vacuum") != 2 {
                try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            }
        }
        let migrator = JournalSchema.migrator
        if readOnly {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { db in
                try refuseNewerSchema(migrator, db, path)
                guard try migrator.hasCompletedMigrations(db) else {
                    throw JournalError(
                        .schema, "journal \(path) was written by an older slipway: start this one's controller once to update it")
                }
            }
            return queue
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.read { db in try refuseNewerSchema(migrator, db, path) }
        // The pool sets NORMAL for WAL, under which a power cut may take back the last commits.
        try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
        try migrator.migrate(pool)
        return pool
    }

    private static func refuseNewerSchema(_ migrator: DatabaseMigrator, _ db: Database, _ path: String) throws {
        guard try migrator.hasBeenSuperseded(db) else { return }
        throw JournalError(.schema, "journal \(path) was written by a newer slipway: use that version, or restore a backup of this one's")
    }

    // MARK: Access for the other files of this room

    /// Runs `body` in one read transaction: it sees one state of everything.
    func read<Answer: Sendable>(
        _ doing: String, _ body: @escaping @Sendable (Database) throws -> Answer
    ) async throws(JournalError) -> Answer {
        let path = path
        let result: Result<Answer, JournalError> = await withCheckedContinuation { continuation in
            database.asyncRead { access in
                do {
                    continuation.resume(returning: .success(try body(access.get())))
                } catch {
                    continuation.resume(returning: .failure(JournalError(error, doing: doing, path: path)))
                }
            }
        }
        return try result.get()
    }

    /// Runs `body` in one write transaction, committed when it returns and rolled back when it throws.
    func write<Answer: Sendable>(
        _ doing: String, _ body: @escaping @Sendable (Database) throws -> Answer
    ) async throws(JournalError) -> Answer {
        guard !isReadOnly else {
            throw JournalError(.readOnly, "journal \(path): cannot \(doing): it was opened for reading only")
        }
        let result: Result<Answer, JournalError> = await withCheckedContinuation { continuation in
            database.asyncWriteWithoutTransaction { db in
                continuation.resume(returning: self.transaction(doing, db, body))
            }
        }
        return try result.get()
    }

    /// Runs `body` on the writing connection outside of any transaction.
    func outsideOfTransactions<Answer: Sendable>(
        _ doing: String, _ body: @escaping @Sendable (Database) throws -> Answer
    ) async throws(JournalError) -> Answer {
        guard !isReadOnly else {
            throw JournalError(.readOnly, "journal \(path): cannot \(doing): it was opened for reading only")
        }
        let path = path
        let result: Result<Answer, JournalError> = await withCheckedContinuation { continuation in
            database.asyncWriteWithoutTransaction { db in
                do {
                    continuation.resume(returning: .success(try body(db)))
                } catch {
                    continuation.resume(returning: .failure(JournalError(error, doing: doing, path: path)))
                }
            }
        }
        return try result.get()
    }

    private func transaction<Answer>(_ doing: String, _ db: Database, _ body: (Database) throws -> Answer) -> Result<Answer, JournalError> {
        let number = transactions.withLock { count in
            count += 1
            return count
        }
        do {
            var result: Answer?
            try db.inTransaction(.immediate) {
                result = try body(db)
                guard number < refusedFrom.withLock({ $0 }) else {
                    throw JournalError(.full, "journal \(path): cannot \(doing): writes are refused")
                }
                onCommit?(.before, number)
                return .commit
            }
            onCommit?(.after, number)
            guard let result else { return .failure(JournalError(.io, "journal \(path): cannot \(doing): the transaction did not run")) }
            return .success(result)
        } catch {
            return .failure(JournalError(error, doing: doing, path: path))
        }
    }
}

// MARK: For tests and for `slipway doctor`

extension Journal {
    /// The journal mode and the level of `synchronous` of the writing connection: `wal 2` is durable at every commit.
    package func durability() async throws(JournalError) -> String {
        try await write("read its settings") { db in
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
            let level = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
            return "\(mode) \(level)"
        }
    }

    /// Lets the file grow to this many pages of 4096 bytes; a write past it fails with `full`.
    package func limitSize(pages: Int) async throws(JournalError) {
        try await write("limit its size") { db in try db.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }

    /// Lets this many transactions pass from now on; the next one fails before its COMMIT, as on a disk that is full there.
    package func refuseWrites(from number: Int64) async throws(JournalError) {
        let done = transactions.withLock { $0 }
        refusedFrom.withLock { $0 = done + number }
    }
}
