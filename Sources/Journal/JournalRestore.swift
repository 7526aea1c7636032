import GRDB

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Puts another database into the place of a Journal, whose lock the caller holds.
///
/// First a copy beside it is made and proven by its opener (``stage(_:beside:)``), then it takes the place in one renaming (``commit()``).
package struct JournalRestore: Sendable {
    /// The copy, to be opened as a Journal, brought up to date and checked.
    package let staged: String
    /// What the file says of itself, when `slipway journal backup` made it.
    package let backup: JournalBackup?
    private let path: String

    /// Copies `file` beside the Journal at `path`.
    ///
    /// - Throws: `notFound`, `corrupt` when it is no database, `full`.
    package static func stage(_ file: String, beside path: String) throws(JournalError) -> JournalRestore {
        guard PrivateFile.exists(file) else { throw JournalError(.notFound, "there is no file \(file)") }
        let staged = path + ".restoring"
        WholeFile.remove(staged)
        try PrivateFile.create(staged)
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let source = try DatabaseQueue(path: file, configuration: configuration)
            let backup = try source.read { db in
                guard try db.tableExists("audit"), try db.tableExists("grdb_migrations") else {
                    throw JournalError(.invalid, "\(file) is a database, but not a journal of slipway")
                }
                let backup = try JournalBackup(db)
                try WholeFile.copy(db, to: staged) { copy in try copy.execute(sql: "DROP TABLE IF EXISTS backup") }
                return backup
            }
            try source.close()
            return JournalRestore(staged: staged, backup: backup, path: path)
        } catch {
            WholeFile.remove(staged)
            throw JournalError(error, doing: "read it", path: file)
        }
    }

    /// The highest number of a Release that the Journal in place knows; `nil` when there is none, or it cannot be read.
    package func newestReleaseInPlace() -> Int64? {
        guard PrivateFile.exists(path) else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        do {
            return try DatabaseQueue(path: path, configuration: configuration).read { db in
                try Int64.fetchOne(db, sql: "SELECT value FROM counters WHERE name = 'release'")
            }
        } catch {
            // Damaged: that is why it is replaced. The caller says that it does not know.
            return nil
        }
    }

    /// - Parameter name: what is appended to the name of the Journal that was in place; it stays there, whole.
    /// - Returns: where the Journal that was in place is now; `nil` when there was none.
    package func commit(keepingOldAs name: String) throws(JournalError) -> String? {
        do {
            try Self.settle(staged)
        } catch {
            throw JournalError(error, doing: "close the copy", path: staged)
        }
        let kept = path + name
        if PrivateFile.exists(path) {
            do {
                try Self.settle(path)
            } catch {
                // Damaged, which is why it is replaced: nothing of it is lost, its log goes along with it below.
            }
            guard link(path, kept) == 0 else {
                throw JournalError(.io, "cannot keep \(path) as \(kept): \(PrivateFile.text(errno)). Nothing was replaced")
            }
        }
        // SQLite would play the log of the old file into the new one.
        for companion in WholeFile.companions where PrivateFile.exists(path + companion) {
            guard rename(path + companion, kept + companion) == 0 else {
                throw JournalError(.io, "cannot keep \(path + companion): \(PrivateFile.text(errno)). Nothing was replaced")
            }
        }
        try WholeFile.replace(path, by: staged)
        unlink(staged + ".lock")
        return PrivateFile.exists(kept) ? kept : nil
    }

    package func abandon() {
        WholeFile.remove(staged)
        unlink(staged + ".lock")
    }

    /// Plays the log into the file and ends it, so that one file is all of the Journal. The next opening begins a new one.
    private static func settle(_ path: String) throws {
        let file = try DatabaseQueue(path: path)
        let mode = try file.inDatabase { db in try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE") }
        try file.close()
        guard mode == "delete", !WholeFile.companions.contains(where: { PrivateFile.exists(path + $0) }) else {
            throw JournalError(.io, "\(path) is still open somewhere: its log cannot be ended. Nothing was replaced")
        }
    }
}
