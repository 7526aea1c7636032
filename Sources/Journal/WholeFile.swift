import GRDB

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Databases as whole files: copied, put in place, taken away.
enum WholeFile {
    /// What SQLite keeps beside a database.
    static let companions = ["-wal", "-shm", "-journal"]

    /// - Parameter finish: may add to the copy.
    static func copy(_ source: Database, to path: String, finish: (Database) throws -> Void = { _ in }) throws {
        let copy: DatabaseQueue
        do {
            copy = try DatabaseQueue(path: path)
            try copy.inDatabase { db in
                // Whole at its end or thrown away: it needs no log of its own.
                try db.execute(sql: "PRAGMA synchronous = OFF")
                try source.backup(to: db)
                // The copy says WAL, as its source; a single file has to be all of it.
                let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
                guard mode == "delete" else {
                    throw JournalError(.io, "the copy \(path) cannot be made a single file: its mode is \(mode ?? "none")")
                }
                try finish(db)
            }
            try copy.close()
        } catch {
            // It is the copy that has no room, or that is damaged on its way; the message names it.
            let cause = JournalError(error, doing: "write all of it", path: path)
            guard cause.code == .full else { throw cause }
            throw JournalError(
                .full, "cannot write all of \(path): no space is left on its disk. Nothing of it is kept; make room, or choose another disk"
            )
        }
    }

    /// Makes the content durable and gives it its name, which must be free.
    static func publish(_ temporary: String, as path: String) throws(JournalError) {
        try sync(temporary)
        guard link(temporary, path) == 0 else {
            throw JournalError(.io, "cannot name the finished file \(path): \(PrivateFile.text(errno))")
        }
        try sync(folder(of: path))
    }

    /// Gives the content another name, over what is there.
    static func replace(_ path: String, by temporary: String) throws(JournalError) {
        try sync(temporary)
        guard rename(temporary, path) == 0 else {
            throw JournalError(.io, "cannot put \(temporary) into the place of \(path): \(PrivateFile.text(errno)). Nothing was replaced")
        }
        try sync(folder(of: path))
    }

    /// A database and what lies beside it.
    static func remove(_ path: String) { for name in [""] + companions { unlink(path + name) } }

    static func sync(_ path: String) throws(JournalError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw JournalError(.io, "cannot open \(path): \(PrivateFile.text(errno))") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw JournalError(.io, "cannot make \(path) durable: \(PrivateFile.text(errno))") }
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
