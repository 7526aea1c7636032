import Delivery
import FoundationEssentials
import GRDB
import Manifests

/// Puts entries at the end of the record, each hash over the one before, and signs the new end.
struct AuditChain: Sendable {
    let signer: JournalSigner?

    static let root = [UInt8](repeating: 0, count: 32)

    func append(_ drafts: [AuditDraft], _ db: Database) throws {
        guard !drafts.isEmpty else { return }
        var (sequence, hash) = try Self.end(db)
        for draft in drafts {
            let draft = Self.storable(draft)
            sequence += 1
            hash = Self.hash(draft, sequence: sequence, previous: hash)
            try insert(draft, sequence: sequence, hash: hash, db)
        }
        try signEnd(sequence: sequence, hash: hash, db)
    }

    func signEnd(sequence: Int64, hash: [UInt8], _ db: Database) throws {
        let signature = try sign(Self.headMessage(sequence: sequence, hash: hash, keyID: signer?.keyID ?? ""))
        try db.execute(
            sql: "INSERT OR REPLACE INTO auditHead (id, sequence, hash, keyID, signature) VALUES (1, ?, ?, ?, ?)",
            arguments: [sequence, Data(hash), signer?.keyID, signature.map { Data($0) }])
    }

    /// Keeps a signature of how far the record has come.
    @discardableResult
    func storeCheckpoint(sequence: Int64, hash: [UInt8], at now: Timestamp, _ db: Database) throws -> AuditCheckpoint? {
        guard let keyID = signer?.keyID,
            let signature = try sign(Self.checkpointMessage(sequence: sequence, hash: hash, at: now, keyID: keyID))
        else { return nil }
        try db.execute(
            sql: "INSERT INTO checkpoints (sequence, hash, at, keyID, signature) VALUES (?, ?, ?, ?, ?)",
            arguments: [sequence, Data(hash), now.milliseconds, keyID, Data(signature)])
        return AuditCheckpoint(sequence: sequence, headHash: Hex.encode(hash), at: now, keyID: keyID, signature: signature)
    }

    func sign(_ message: [UInt8]) throws(JournalError) -> [UInt8]? {
        guard let signer else { return nil }
        do {
            return try signer.sign(message)
        } catch {
            throw JournalError(.signing, "the audit record cannot be signed with key \(signer.keyID): \(error). Nothing was stored")
        }
    }

    private func insert(_ draft: AuditDraft, sequence: Int64, hash: [UInt8], _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO audit (sequence, at, actorName, actorSource, action, environment, "release", revision, planHash, reason, outcome, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                sequence, draft.at.milliseconds, draft.actor.name, draft.actor.source.rawValue, draft.action, draft.environment,
                draft.release, draft.revision, draft.planHash, draft.reason, draft.outcome, Data(hash),
            ])
    }

    /// The last sequence and its hash; 0 and the root of an empty record.
    static func end(_ db: Database) throws -> (sequence: Int64, hash: [UInt8]) {
        guard let row = try Row.fetchOne(db, sql: "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1") else {
            return (0, root)
        }
        return (try row.column("sequence"), try row.bytes("hash"))
    }

    /// What is hashed must be what is read back.
    private static func storable(_ draft: AuditDraft) -> AuditDraft {
        var draft = draft
        draft.actor.name = StoredText.bounded(draft.actor.name)
        draft.action = StoredText.bounded(draft.action)
        draft.environment = draft.environment.map(StoredText.bounded)
        draft.revision = draft.revision.map(StoredText.bounded)
        draft.planHash = draft.planHash.map(StoredText.bounded)
        draft.reason = StoredText.bounded(draft.reason)
        draft.outcome = StoredText.bounded(draft.outcome)
        return draft
    }

    // MARK: What is hashed and signed

    /// SHA-256 over a label, the previous hash, and every field with its kind and length in front, so that no two entries share an encoding.
    static func hash(_ draft: AuditDraft, sequence: Int64, previous: [UInt8]) -> [UInt8] {
        var encoding = AuditEncoding(label: "slipway-audit-entry-v1")
        encoding.append(bytes: previous)
        encoding.append(integer: sequence)
        encoding.append(integer: draft.at.milliseconds)
        encoding.append(text: draft.actor.name)
        encoding.append(text: draft.actor.source.rawValue)
        encoding.append(text: draft.action)
        encoding.append(text: draft.environment)
        encoding.append(integer: draft.release)
        encoding.append(text: draft.revision)
        encoding.append(text: draft.planHash)
        encoding.append(text: draft.reason)
        encoding.append(text: draft.outcome)
        return SHA256.hash(encoding.bytes)
    }

    /// Signed at every commit and overwritten by the next, so that an older end of the record cannot be put back with its signature.
    static func headMessage(sequence: Int64, hash: [UInt8], keyID: String) -> [UInt8] {
        var encoding = AuditEncoding(label: "slipway-audit-head-v1")
        encoding.append(integer: sequence)
        encoding.append(bytes: hash)
        encoding.append(text: keyID)
        return encoding.bytes
    }

    static func checkpointMessage(sequence: Int64, hash: [UInt8], at: Timestamp, keyID: String) -> [UInt8] {
        var encoding = AuditEncoding(label: "slipway-audit-checkpoint-v1")
        encoding.append(integer: sequence)
        encoding.append(bytes: hash)
        encoding.append(integer: at.milliseconds)
        encoding.append(text: keyID)
        return encoding.bytes
    }
}

/// Fields one after another, each with a tag and a fixed size or its length: only one list of fields has these bytes.
struct AuditEncoding {
    private(set) var bytes: [UInt8] = []

    init(label: String) { append(text: label) }

    mutating func append(integer: Int64?) {
        guard let integer else { return bytes.append(0) }
        bytes.append(1)
        append(word: UInt64(bitPattern: integer))
    }

    mutating func append(text: String?) {
        guard let text else { return bytes.append(0) }
        bytes.append(2)
        append(word: UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(bytes field: [UInt8]) {
        bytes.append(3)
        append(word: UInt64(field.count))
        bytes.append(contentsOf: field)
    }

    /// Big-endian.
    private mutating func append(word: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
