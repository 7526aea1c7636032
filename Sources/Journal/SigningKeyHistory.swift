import FoundationEssentials
import GRDB

/// The keys that signed the audit record, oldest first; empty until the first change of keys.
///
/// Each change is signed twice: by the old key, which introduces the new one, and by the new key, which accepts. Whoever holds the newest
/// key can so believe all public keys before it, though they lie in the same file as what they signed.
struct SigningKeyHistory: Sendable {
    struct Key: Sendable, Hashable {
        var keyID: String
        var publicKey: [UInt8]
        /// The audit entry that tells of the change; the key signs what comes after it. 0 for the first.
        var since: Int64
        /// The hash of that entry.
        var hash: [UInt8]
        var introduction: [UInt8]
        var acceptance: [UInt8]
    }

    let keys: [Key]
    var first: Key? { keys.first }
    var last: Key? { keys.last }

    init(_ db: Database) throws {
        keys = try Row.fetchAll(db, sql: "SELECT * FROM signingKeys ORDER BY number").map { row in
            Key(
                keyID: try row.column("keyID"), publicKey: try row.bytes("publicKey"), since: try row.column("since"),
                hash: try row.bytes("hash"), introduction: row.hasColumnValue("introduction") ? try row.bytes("introduction") : [],
                acceptance: row.hasColumnValue("acceptance") ? try row.bytes("acceptance") : [])
        }
    }

    /// The key that had to sign a statement about the record up to this entry.
    func key(at sequence: Int64) -> Key? { keys.last { $0.since < sequence } }

    func key(named keyID: String) -> Key? { keys.first { $0.keyID == keyID } }

    /// Why these keys cannot be believed by the holder of `signer`; `nil` when they can.
    func fault(for signer: JournalSigner) -> (sequence: Int64, what: String)? {
        guard let first, let last else { return nil }
        guard first.since == 0 else { return (first.since, "the signing keys before \(first.keyID) are missing") }
        guard last.keyID == signer.keyID, last.publicKey == signer.publicKey else {
            return (last.since, "the newest signing key of the record is \(last.keyID), not \(signer.keyID)")
        }
        for (old, new) in zip(keys, keys.dropFirst()) {
            let message = Self.message(from: old, to: new)
            guard signer.verifyUnder(old.publicKey, new.introduction, message) else {
                return (new.since, "signing key \(new.keyID) was not introduced by key \(old.keyID)")
            }
            guard signer.verifyUnder(new.publicKey, new.acceptance, message) else {
                return (new.since, "signing key \(new.keyID) did not accept its predecessor \(old.keyID)")
            }
        }
        return nil
    }

    static func message(from old: Key, to new: Key) -> [UInt8] {
        var encoding = AuditEncoding(label: "slipway-signing-key-v1")
        encoding.append(text: old.keyID)
        encoding.append(bytes: old.publicKey)
        encoding.append(text: new.keyID)
        encoding.append(bytes: new.publicKey)
        encoding.append(integer: new.since)
        encoding.append(bytes: new.hash)
        return encoding.bytes
    }

    static func store(_ key: Key, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO signingKeys (keyID, publicKey, since, hash, introduction, acceptance)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.keyID, Data(key.publicKey), key.since, Data(key.hash), key.introduction.isEmpty ? nil : Data(key.introduction),
                key.acceptance.isEmpty ? nil : Data(key.acceptance),
            ])
    }
}

extension Row {
    /// Whether the column has a value that is not NULL.
    func hasColumnValue(_ name: String) -> Bool {
        let stored: DatabaseValue = self[name]
        return !stored.isNull
    }
}
