/// Whose signatures count: the operator's files, as they were when they were read.
package struct SignatureTrust: Sendable, Hashable {
    /// The content of an allowed-signers file as ssh-keygen(1) has it; `nil`: SSH signatures do not count.
    package var allowedSigners: [UInt8]?
    /// A keyring as `gpg --export` writes it; `nil`: OpenPGP signatures do not count.
    package var keyring: [UInt8]?
    /// Paths, or names that are looked for in `PATH`.
    package var sshKeygen = "ssh-keygen"
    package var gpgv = "gpgv"

    package init(allowedSigners: [UInt8]?, keyring: [UInt8]?) {
        self.allowedSigners = allowedSigners
        self.keyring = keyring
    }
}
