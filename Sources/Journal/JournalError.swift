/// What the Journal refuses or cannot do. The message is a sentence for an operator: what was wanted, why it failed, what to do.
package struct JournalError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// Somebody stored a newer version in between: read again and decide again.
        case stale
        /// The change would break a rule of the whole, such as one active Release in an Environment.
        case conflict
        /// What is stored is not what was written.
        case corrupt
        /// The disk, or the size allowed to the database, is used up.
        case full
        /// Another process has the Journal.
        case locked
        /// No Journal stands at the path.
        case notFound
        /// Opened for reading, or the file system does not allow writing.
        case readOnly
        /// The sealing key is missing or another one.
        case sealing
        /// The signing key did not sign.
        case signing
        /// Written by a newer slipway, or not yet brought up to date.
        case schema
        /// The caller gave something that cannot be stored.
        case invalid
        case io
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension JournalError {
    /// What to do about a damaged file, as the end of a message.
    static let restoring =
        "See what is whole with: slipway journal check. Then stop the controller and restore a backup: slipway journal restore FILE"
}

extension JournalError: CustomStringConvertible {
    package var description: String { message }
}
