import GRDB

extension JournalError {
    /// - Parameters:
    ///   - doing: what was wanted, as it continues "cannot": `store the change`.
    ///   - path: the database file.
    init(_ error: any Error, doing: String, path: String) {
        if let error = error as? JournalError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.io, "journal \(path): cannot \(doing): \(error)")
            return
        }
        // The message of SQLite alone: the full description may carry values.
        let cause = "\(error.message ?? "no message") (SQLite code \(error.extendedResultCode.rawValue))"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                .full,
                "journal \(path): cannot \(doing): no space is left. Nothing of it was stored, nothing stored before is lost. Free space on its disk; it is tried again by itself"
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .corrupt,
                "journal \(path): cannot \(doing): the file is damaged: \(cause). \(Self.restoring)"
            )
        case .SQLITE_IOERR:
            self.init(
                .io,
                "journal \(path): cannot \(doing): its disk does not answer as it should: \(cause). Nothing of it was stored, nothing stored before is lost. Look at the disk (space, quota, file size limit, its errors); it is tried again by itself"
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .locked, "journal \(path): cannot \(doing): another process uses it. Stop that process, or ask the running controller")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(.readOnly, "journal \(path): cannot \(doing): writing is not allowed: \(cause). Check the owner and mode of the file")
        case .SQLITE_CANTOPEN:
            self.init(.io, "journal \(path): cannot \(doing): \(cause). Check that its folder exists and belongs to this user")
        default:
            self.init(.io, "journal \(path): cannot \(doing): \(cause)")
        }
    }
}
