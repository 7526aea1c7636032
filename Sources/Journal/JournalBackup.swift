package import Delivery
import FoundationEssentials
import GRDB
import Manifests

/// What a backup says of itself, in the table `backup` of its file. The file is a whole Journal beside that.
package struct JournalBackup: Sendable, Hashable {
    package var at: Timestamp
    /// The key that signs the end of its audit record, and the one that seals its Secrets: both are needed to restore it.
    package var signingKeyID: String?
    package var sealingKeyID: String?
    package var sequence: Int64
    package var headHash: String
    /// The highest number that a Release had.
    package var newestRelease: Int64
    /// The key files, sealed by a passphrase; `nil` when they are not in it.
    package var keys: [UInt8]?

    private static let table = """
        CREATE TABLE backup (id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1), at INTEGER NOT NULL, signingKeyID TEXT, sealingKeyID TEXT,
            sequence INTEGER NOT NULL, hash TEXT NOT NULL, newestRelease INTEGER NOT NULL, keys BLOB) STRICT
        """

    func write(_ db: Database) throws {
        try db.execute(sql: Self.table)
        try db.execute(
            sql: "INSERT INTO backup VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [at.milliseconds, signingKeyID, sealingKeyID, sequence, headHash, newestRelease, keys.map { Data($0) }])
    }

    /// `nil` in a Journal that is no backup.
    init?(_ db: Database) throws {
        guard try db.tableExists("backup"), let row = try Row.fetchOne(db, sql: "SELECT * FROM backup") else { return nil }
        at = Timestamp(milliseconds: try row.column("at"))
        signingKeyID = try row.optionalColumn("signingKeyID")
        sealingKeyID = try row.optionalColumn("sealingKeyID")
        sequence = try row.column("sequence")
        headHash = try row.column("hash")
        newestRelease = try row.column("newestRelease")
        keys = row.hasColumnValue("keys") ? try row.bytes("keys") : nil
    }

    init(at now: Timestamp, of db: Database, signingKeyID: String?, sealingKeyID: String?, keys: [UInt8]?) throws {
        at = now
        self.signingKeyID = signingKeyID
        self.sealingKeyID = sealingKeyID
        self.keys = keys
        let (sequence, hash) = try AuditChain.end(db)
        self.sequence = sequence
        headHash = Hex.encode(hash)
        newestRelease = try Int64.fetchOne(db, sql: "SELECT value FROM counters WHERE name = 'release'") ?? 0
    }
}
