internal import Certificates
internal import Foundation
package import Journal

/// The controller's directory: journal, keys, mirror, socket. Its owner alone may read it, and one controller alone may have it.
package struct StateDirectory: Sendable {
    package let path: String

    /// Makes the directory when it is missing.
    package init(path: String) throws(ControllerError) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ControllerError(.io, "the state directory \(path) cannot be made: \(error.localizedDescription)")
        }
    }

    /// The directory of a controller that has run before; `nil` when there is none. For reading, it makes nothing.
    package init?(existing path: String) {
        guard FileManager.default.fileExists(atPath: path + "/journal.sqlite") else { return nil }
        self.path = path
    }

    package var mirror: String { path + "/mirror.git" }
    /// The last head that the commit policy has taken.
    package var acceptedCommit: String { path + "/accepted-commit" }
    /// The mirrors of remote bases.
    package var remotes: String { path + "/remotes" }
    /// Where the address of the API is written once it listens.
    package var address: String { path + "/address" }
    /// The same of `listen.metrics`.
    package var metricsAddress: String { path + "/metrics-address" }

    /// A new key beside an old journal would open none of its Secrets and prove none of its record.
    private func requireKeysOfExistingJournal() throws(ControllerError) {
        guard FileManager.default.fileExists(atPath: path + "/journal.sqlite") else { return }
        for key in ["sealing.key", "signing.pem"] where !FileManager.default.fileExists(atPath: "\(path)/\(key)") {
            throw ControllerError(
                .journal,
                "\(path) has a journal but not its \(key): restore the key from the backup of this directory; without it the journal cannot be used"
            )
        }
    }

    /// Opens the Journal with the keys that lie beside it; they are made at the first start.
    package func openJournal(
        readOnly: Bool = false, onCommit: (@Sendable (CommitMoment, Int64) -> Void)? = nil
    ) throws(ControllerError) -> Journal {
        try requireKeysOfExistingJournal()
        do {
            let sealing = try SealingKey.loadOrCreate(path: path + "/sealing.key")
            let signing = try SigningKey.loadOrCreate(path: path + "/signing.pem")
            return try Journal(
                path: path + "/journal.sqlite",
                sealer: JournalSealer(seal: { try sealing.seal($0) }, open: { try sealing.open($0) }),
                signer: JournalSigner(
                    sign: { try signing.sign($0) }, verify: { signature, message in signing.publicKey.isValid(signature, for: message) },
                    keyID: signing.publicKey.shortName),
                readOnly: readOnly, onCommit: onCommit)
        } catch let error as JournalError {
            throw ControllerError(.journal, error.message)
        } catch {
            throw ControllerError(.io, "the keys in \(path) cannot be used: \(error)")
        }
    }
}
