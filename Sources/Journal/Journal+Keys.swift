package import Delivery
import FoundationEssentials
import GRDB
import Manifests

extension Journal {
    /// Seals again, under the key that `sealer` seals with, some objects that were sealed under another. Each call is one bounded
    /// transaction; a process that is killed between two leaves both kinds, and a sealer that opens with both keys reads them all.
    ///
    /// - Parameter sealer: one that opens with both keys.
    /// - Returns: how many were sealed anew; 0 when all are under the new key.
    package func resealSome(_ sealer: JournalSealer) async throws(JournalError) -> Int {
        guard let keyID = sealer.keyID else {
            throw JournalError(.sealing, "journal \(path): the key to seal with has no name, so nothing is sealed again")
        }
        return try await write("seal Secrets under key \(keyID)") { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT * FROM objects WHERE isSealed = 1 AND keyID IS NOT ? LIMIT \(JournalLimits.stepRows)", arguments: [keyID])
            for row in rows {
                let body = try BundleObject.seal(try BundleObject.opened(row, sealer), sealer)
                try db.execute(
                    sql: "UPDATE objects SET body = ?, keyID = ? WHERE hash = ?",
                    arguments: [Data(body), keyID, try row.column("hash", String.self)])
            }
            return rows.count
        }
    }

    /// Lets another key sign the audit record from now on, in one transaction: an entry that tells of it, a last checkpoint by the old key,
    /// the signatures of both keys over each other, and the end of the record signed by the new key.
    ///
    /// - Throws: `signing` when either key does not sign, or the new one is known already.
    package func changeSigner(to next: JournalSigner, by actor: Actor, reason: String, at now: Timestamp) async throws(JournalError) {
        guard let old = signer else {
            throw JournalError(.signing, "journal \(path): it has no signing key that could introduce another one")
        }
        guard !old.publicKey.isEmpty, !next.publicKey.isEmpty else {
            throw JournalError(.signing, "journal \(path): a key without its public half cannot take part in a change of keys")
        }
        try await write("change its signing key") { db in
            let history = try SigningKeyHistory(db)
            guard history.key(named: next.keyID) == nil, next.keyID != old.keyID else {
                throw JournalError(.signing, "signing key \(next.keyID) has signed this record before: a new one is needed")
            }
            let oldChain = AuditChain(signer: old)
            let draft = AuditDraft(
                at: now, actor: actor, action: "journal.signingKeyChanged",
                reason:
                    "\(reason.isEmpty ? "" : reason + ": ")key \(old.keyID) is followed by \(next.keyID) (\(Hex.encode(next.publicKey)))")
            try oldChain.append([draft], db)
            let (sequence, hash) = try AuditChain.end(db)
            try oldChain.storeCheckpoint(sequence: sequence, hash: hash, at: now, db)
            let first = SigningKeyHistory.Key(
                keyID: old.keyID, publicKey: old.publicKey, since: 0, hash: AuditChain.root, introduction: [], acceptance: [])
            if history.keys.isEmpty { try SigningKeyHistory.store(first, db) }
            var key = SigningKeyHistory.Key(
                keyID: next.keyID, publicKey: next.publicKey, since: sequence, hash: hash, introduction: [], acceptance: [])
            let message = SigningKeyHistory.message(from: history.last ?? first, to: key)
            key.introduction = try oldChain.sign(message) ?? []
            let newChain = AuditChain(signer: next)
            key.acceptance = try newChain.sign(message) ?? []
            try SigningKeyHistory.store(key, db)
            try newChain.signEnd(sequence: sequence, hash: hash, db)
        }
        use(next)
    }
}
