/// Encrypts what must not stand in the file, such as Secrets of a Bundle. The key belongs to the caller and is never in the Journal.
package struct JournalSealer: Sendable {
    /// Authenticated encryption: plain bytes in, sealed bytes out.
    package var seal: @Sendable ([UInt8]) throws -> [UInt8]
    /// The opposite; throws when the bytes were altered or sealed under another key.
    package var open: @Sendable ([UInt8]) throws -> [UInt8]
    /// Names the key that seals, without saying anything about it.
    package var keyID: String?

    package init(
        keyID: String? = nil, seal: @escaping @Sendable ([UInt8]) throws -> [UInt8], open: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) {
        self.keyID = keyID
        self.seal = seal
        self.open = open
    }
}

/// Signs the head of the audit chain, so that whoever can write the file still cannot shorten or rewrite the record.
package struct JournalSigner: Sendable {
    package var sign: @Sendable ([UInt8]) throws -> [UInt8]
    package var verify: @Sendable (_ signature: [UInt8], _ message: [UInt8]) -> Bool
    /// Names the key in what is signed, so that a change of keys can be told from a forgery.
    package var keyID: String
    /// The key that everybody may know; kept in the Journal when another one follows it.
    package var publicKey: [UInt8]
    /// `verify` for the signature of an earlier key.
    package var verifyUnder: @Sendable (_ publicKey: [UInt8], _ signature: [UInt8], _ message: [UInt8]) -> Bool

    package init(
        sign: @escaping @Sendable ([UInt8]) throws -> [UInt8],
        verify: @escaping @Sendable (_ signature: [UInt8], _ message: [UInt8]) -> Bool, keyID: String, publicKey: [UInt8] = [],
        verifyUnder: @escaping @Sendable (_ publicKey: [UInt8], _ signature: [UInt8], _ message: [UInt8]) -> Bool = { _, _, _ in false }
    ) {
        self.sign = sign
        self.verify = verify
        self.keyID = keyID
        self.publicKey = publicKey
        self.verifyUnder = verifyUnder
    }
}

/// Where a write transaction stands when the hook of a crash test is called.
package enum CommitMoment: String, Sendable, CaseIterable {
    /// Every statement has run, COMMIT has not: a kill here must leave nothing of it.
    case before
    /// COMMIT has returned: a kill here must leave all of it.
    case after
}
