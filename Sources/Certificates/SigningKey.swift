/// An Ed25519 key that signs, such as the controller's for checkpoints of the audit chain.
package struct SigningKey: Sendable {
    package let publicKey: VerificationKey
    private let privatePEM: [UInt8]

    private init(_ handle: KeyHandle) throws(CertificateError) {
        publicKey = VerificationKey(rawBytes: try handle.rawPublicKey())
        privatePEM = try handle.privatePEM()
    }

    /// A new random key.
    package static func generate() throws(CertificateError) -> SigningKey {
        try SigningKey(KeyHandle.generate(.ed25519))
    }

    /// Reads a PEM file, or makes one (mode 0600) when there is none.
    package static func loadOrCreate(path: String) throws(CertificateError) -> SigningKey {
        if let key = try load(path: path) { return key }
        let key = try generate()
        try key.save(path: path)
        return key
    }

    /// `nil` when there is no such file.
    package static func load(path: String) throws(CertificateError) -> SigningKey? {
        guard let pem = try KeyFile.read(path) else { return nil }
        return try SigningKey(content: pem, of: path)
    }

    /// - Parameter path: where the content comes from, for messages.
    package init(content: [UInt8], of path: String) throws(CertificateError) {
        let handle = try KeyHandle(privatePEM: content)
        guard handle.algorithm == .ed25519 else {
            throw CertificateError(
                code: .malformed, message: "key file \(path) holds no Ed25519 key; make one with: openssl genpkey -algorithm ed25519")
        }
        try self.init(handle)
    }

    /// Writes the PEM text with mode 0600. It fails when the file exists.
    package func save(path: String) throws(CertificateError) {
        try KeyFile.create(path, privatePEM)
    }

    /// The 64 bytes of the signature.
    package func sign(_ message: [UInt8]) throws(CertificateError) -> [UInt8] {
        try KeyHandle(privatePEM: privatePEM).sign(message)
    }
}

/// The public half of a ``SigningKey``: 32 bytes.
package struct VerificationKey: Sendable, Hashable {
    package let rawBytes: [UInt8]

    package init(rawBytes: [UInt8]) {
        self.rawBytes = rawBytes
    }

    /// From a text `-----BEGIN PUBLIC KEY-----`.
    package init(pem: [UInt8]) throws(CertificateError) {
        let handle = try KeyHandle(publicPEM: pem)
        guard handle.algorithm == .ed25519 else {
            throw CertificateError(code: .malformed, message: "the public key is no Ed25519 key")
        }
        rawBytes = try handle.rawPublicKey()
    }

    /// The text that `openssl pkey -pubin` reads.
    package func pem() throws(CertificateError) -> [UInt8] {
        try KeyHandle(rawEd25519PublicKey: rawBytes).publicPEM()
    }

    /// False for any other message, signature or key.
    package func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard let handle = try? KeyHandle(rawEd25519PublicKey: rawBytes) else { return false }
        return handle.verify(signature, message)
    }

    /// The first 16 hexadecimal digits of the key: enough to tell keys apart in a list.
    package var shortName: String { Hexadecimal.text(rawBytes.prefix(8)) }
}
