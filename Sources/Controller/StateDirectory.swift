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

    package var journal: String { path + "/journal.sqlite" }

    /// Where a controller that starts writes the path of its configuration, for commands that act while none runs.
    private var configurationFile: String { path + "/configuration" }

    /// - Parameter path: relative to the working directory, or absolute.
    package func remember(configuration path: String) throws(ControllerError) {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        guard
            FileManager.default.createFile(
                atPath: configurationFile, contents: Data((absolute + "\n").utf8), attributes: [.posixPermissions: 0o600])
        else { throw ControllerError(.io, "\(configurationFile) cannot be written") }
    }

    /// The configuration that the last controller was started with; `nil` when none has said so.
    package var rememberedConfiguration: String? {
        FileManager.default.contents(atPath: configurationFile).flatMap { String(decoding: $0, as: UTF8.self).split(separator: "\n").first }
            .map(String.init)
    }

    /// A new key beside an old journal would open none of its Secrets and prove none of its record.
    private func requireKeysOfExistingJournal() throws(ControllerError) {
        guard FileManager.default.fileExists(atPath: journal) else { return }
        for key in StateKeys.Name.both where !FileManager.default.fileExists(atPath: "\(path)/\(key)") {
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
            let keys = try StateKeys(in: path)
            let opened = try Journal(
                path: journal, sealer: keys.sealer, signer: StateKeys.signer(keys.signing),
                nextSigner: keys.nextSigning.map(StateKeys.signer), readOnly: readOnly, onCommit: onCommit)
            // A change of the signing key that was stored, and killed before its file had the name.
            if !readOnly, let next = keys.nextSigning, opened.signingKeyID == next.publicKey.shortName {
                try finishReplacing(StateKeys.Name.signing)
            }
            if !readOnly { try destroyReplacedKeys() }
            return opened
        } catch let error as JournalError {
            throw ControllerError(error.code == .locked ? .locked : .journal, error.message)
        } catch {
            throw ControllerError(.io, "the keys in \(path) cannot be used: \(error)")
        }
    }

    /// The rest of a change of keys that was killed right before its end.
    private func destroyReplacedKeys() throws(CertificateError) {
        for key in StateKeys.Name.both where !FileManager.default.fileExists(atPath: "\(path)/\(StateKeys.Name.next(key))") {
            try finishReplacing(key)
        }
    }

    func finishReplacing(_ key: String) throws(CertificateError) {
        try KeyReplacement.replace("\(path)/\(key)", by: "\(path)/\(StateKeys.Name.next(key))")
    }
}
