package import Delivery
import GRDB

extension Journal {
    /// Writes a whole copy of one moment into a new file, while others go on writing here. The name appears when all of it is on the disk.
    ///
    /// - Parameter keys: the key files, sealed; `nil` leaves them out, and whoever restores it needs them from elsewhere.
    /// - Throws: `invalid` when the file exists, `full`, `io`; then nothing is left of it.
    package func backup(to file: String, keys: [UInt8]?, at now: Timestamp) async throws(JournalError) -> JournalBackup {
        guard !PrivateFile.exists(file) else {
            throw JournalError(.invalid, "\(file) exists; a backup is never written over another file. Give it a new name")
        }
        let temporary = file + ".part"
        let (signing, sealing) = (signer?.keyID, sealer.keyID)
        try PrivateFile.create(temporary)
        defer { WholeFile.remove(temporary) }
        let backup = try await read("copy it to \(file)") { source in
            let note = try JournalBackup(at: now, of: source, signingKeyID: signing, sealingKeyID: sealing, keys: keys)
            try WholeFile.copy(source, to: temporary) { db in try note.write(db) }
            return note
        }
        try WholeFile.publish(temporary, as: file)
        return backup
    }
}
