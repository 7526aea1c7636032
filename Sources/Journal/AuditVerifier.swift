import Delivery
import GRDB
import Manifests

/// Recomputes the chain from its first entry. Entries edited, removed, put in another order or cut off at the end are all found.
struct AuditVerifier: Sendable {
    let signer: JournalSigner?

    func verify(_ db: Database) throws -> AuditVerification {
        let keys = try SigningKeyHistory(db)
        if let signer, let fault = keys.fault(for: signer) { return .broken(sequence: fault.sequence, what: fault.what) }
        var checkpoints = try Checkpoint.all(db)
        var sequence: Int64 = 0
        var hash = AuditChain.root
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY sequence")
        while let row = try rows.next() {
            let found: Int64 = try row.column("sequence")
            guard found == sequence + 1 else {
                return .broken(sequence: sequence + 1, what: "entry \(sequence + 1) is missing: entry \(found) follows \(sequence)")
            }
            sequence = found
            let entry: AuditEntry
            do {
                entry = try AuditEntry(row: row)
            } catch {
                return .broken(sequence: sequence, what: "entry \(sequence) cannot be read: \(error)")
            }
            hash = AuditChain.hash(entry.draft, sequence: sequence, previous: hash)
            guard Hex.encode(hash) == entry.hash else {
                return .broken(
                    sequence: sequence, what: "entry \(sequence) is not what was recorded, or an entry before it was exchanged")
            }
            if let key = keys.keys.first(where: { $0.since == sequence }), key.hash != hash {
                return .broken(
                    sequence: sequence,
                    what: "signing key \(key.keyID) was introduced at another entry \(sequence): the record was rewritten")
            }
            if let checkpoint = checkpoints.removeValue(forKey: sequence), let what = fault(of: checkpoint, hash: hash, keys) {
                return .broken(sequence: sequence, what: what)
            }
        }
        if let lost = checkpoints.keys.max() {
            return .broken(
                sequence: sequence + 1, what: "the record ends at entry \(sequence), but a checkpoint was signed at entry \(lost)")
        }
        if let lost = keys.last, lost.since > sequence {
            return .broken(
                sequence: sequence + 1,
                what: "the record ends at entry \(sequence), but signing key \(lost.keyID) was introduced at entry \(lost.since)")
        }
        if let what = try faultOfEnd(sequence: sequence, hash: hash, db) { return .broken(sequence: sequence, what: what) }
        return .ok(count: sequence, headHash: Hex.encode(hash))
    }

    private func fault(of checkpoint: Checkpoint, hash: [UInt8], _ keys: SigningKeyHistory) -> String? {
        guard checkpoint.hash == hash else {
            return "the signed checkpoint at entry \(checkpoint.sequence) has another hash: the record was rewritten"
        }
        guard let signer else { return nil }
        let message = AuditChain.checkpointMessage(
            sequence: checkpoint.sequence, hash: hash, at: checkpoint.at, keyID: checkpoint.keyID)
        let forged = "the signature of the checkpoint at entry \(checkpoint.sequence) is not genuine"
        guard let due = keys.key(at: checkpoint.sequence) else {
            // The signature of a key that was exchanged without `rotate-keys` needs that key; its hash was compared.
            return signer.keyID != checkpoint.keyID || signer.verify(checkpoint.signature, message) ? nil : forged
        }
        guard due.keyID == checkpoint.keyID else {
            // A key before the first that is known. Later, every key is known.
            if due.since == 0, keys.key(named: checkpoint.keyID) == nil { return nil }
            return "the checkpoint at entry \(checkpoint.sequence) is signed by key \(checkpoint.keyID), when \(due.keyID) had to sign"
        }
        return signer.verifyUnder(due.publicKey, checkpoint.signature, message) ? nil : forged
    }

    private func faultOfEnd(sequence: Int64, hash: [UInt8], _ db: Database) throws -> String? {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM auditHead") else {
            return sequence == 0 ? nil : "the signed end of the record is missing"
        }
        let end: Int64 = try row.column("sequence")
        guard end == sequence, try row.bytes("hash") == hash else {
            return "the record ends at entry \(sequence), but it was written up to entry \(end)"
        }
        guard let signer else { return nil }
        guard let keyID: String = try row.optionalColumn("keyID"), row.hasColumn("signature") else {
            return "the end of the record is not signed"
        }
        guard keyID == signer.keyID else {
            return "the end of the record is signed by key \(keyID), not by \(signer.keyID)"
        }
        return signer.verify(try row.bytes("signature"), AuditChain.headMessage(sequence: sequence, hash: hash, keyID: keyID))
            ? nil : "the signature of the end of the record is not genuine"
    }

    private struct Checkpoint {
        var sequence: Int64
        var hash: [UInt8]
        var at: Timestamp
        var keyID: String
        var signature: [UInt8]

        static func all(_ db: Database) throws -> [Int64: Checkpoint] {
            var all: [Int64: Checkpoint] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM checkpoints") {
                let checkpoint = Checkpoint(
                    sequence: try row.column("sequence"), hash: try row.bytes("hash"), at: Timestamp(milliseconds: try row.column("at")),
                    keyID: try row.column("keyID"), signature: try row.bytes("signature"))
                all[checkpoint.sequence] = checkpoint
            }
            return all
        }
    }
}
