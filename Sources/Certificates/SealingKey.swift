internal import COpenSSL

/// A key that seals secrets before they are stored: AES-256-GCM, a fresh random nonce each time.
///
/// Sealed form: one byte of version (1), 12 bytes of nonce, the cipher text, 16 bytes of tag. The version byte is authenticated too.
package struct SealingKey: Sendable {
    private static let version: UInt8 = 1
    private static let nonceCount = 12
    private static let tagCount = 16
    private let key: [UInt8]

    private init(key: [UInt8]) {
        self.key = key
    }

    /// A key that was derived; 32 bytes.
    init(bytes: [UInt8]) { self.init(key: bytes) }

    /// A new random key.
    package static func generate() -> SealingKey {
        SealingKey(key: SecureRandom.bytes(32))
    }

    /// Reads a key file, or makes one (mode 0600) when there is none.
    package static func loadOrCreate(path: String) throws(CertificateError) -> SealingKey {
        if let key = try load(path: path) { return key }
        let key = generate()
        try key.save(path: path)
        return key
    }

    /// `nil` when there is no such file.
    package static func load(path: String) throws(CertificateError) -> SealingKey? {
        guard let text = try KeyFile.read(path) else { return nil }
        return try SealingKey(content: text, of: path)
    }

    /// - Parameter path: where the content comes from, for messages.
    package init(content: [UInt8], of path: String) throws(CertificateError) {
        guard let key = Hexadecimal.bytes(content), key.count == 32 else {
            throw CertificateError(code: .malformed, message: "key file \(path) holds no sealing key (64 hexadecimal digits)")
        }
        self.init(key: key)
    }

    /// Writes the key with mode 0600. It fails when the file exists.
    package func save(path: String) throws(CertificateError) {
        try KeyFile.create(path, Array((Hexadecimal.text(key) + "\n").utf8))
    }

    /// Names the key in what it sealed and in messages. It is made by a one-way function, so it tells nothing about the key.
    package var name: String { Hexadecimal.text(HMACSHA256.authenticate(Array("slipway-sealing-key-name".utf8), key: key).prefix(8)) }

    /// Seals the bytes. `context` is authenticated but not contained: opening needs the same, so that one sealed value cannot
    /// be passed off as another.
    package func seal(_ plain: [UInt8], context: [UInt8] = []) throws(CertificateError) -> [UInt8] {
        guard plain.count <= Limits.sealedBytes else {
            throw CertificateError(code: .tooLarge, message: "\(plain.count) bytes are too many to seal at once")
        }
        let nonce = SecureRandom.bytes(Self.nonceCount)
        let cipher = try Cipher(key: key, nonce: nonce, isSealing: true)
        try cipher.authenticate([Self.version] + context)
        let body = try cipher.update(plain)
        guard cipher.finish() else { throw .library("sealing failed") }
        return [Self.version] + nonce + body + (try cipher.tag(count: Self.tagCount))
    }

    /// Opens what ``seal(_:context:)`` made. It fails when a single bit, the context or the key differs.
    package func open(_ sealed: [UInt8], context: [UInt8] = []) throws(CertificateError) -> [UInt8] {
        let broken = CertificateError(
            code: .sealBroken, message: "sealed data cannot be opened: it was changed, or sealed under another key or for another purpose")
        guard sealed.count >= 1 + Self.nonceCount + Self.tagCount, sealed.count <= Limits.sealedBytes + 64, sealed.first == Self.version
        else { throw broken }
        let nonce = Array(sealed[1..<(1 + Self.nonceCount)])
        let body = Array(sealed[(1 + Self.nonceCount)..<(sealed.count - Self.tagCount)])
        let cipher = try Cipher(key: key, nonce: nonce, isSealing: false)
        try cipher.authenticate([Self.version] + context)
        let plain = try cipher.update(body)
        try cipher.expect(tag: Array(sealed.suffix(Self.tagCount)))
        guard cipher.finish() else {
            ERR_clear_error()
            throw broken
        }
        return plain
    }
}

/// One run of AES-256-GCM.
@safe private final class Cipher {
    private let context: OpaquePointer

    init(key: [UInt8], nonce: [UInt8], isSealing: Bool) throws(CertificateError) {
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .library("memory is short") }
        unsafe self.context = context
        guard unsafe EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, isSealing ? 1 : 0) == 1 else {
            throw .library("AES-256-GCM is not available")
        }
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(context)
    }

    func authenticate(_ bytes: [UInt8]) throws(CertificateError) {
        var count: Int32 = 0
        guard unsafe EVP_CipherUpdate(context, nil, &count, bytes, Int32(clamping: bytes.count)) == 1 else {
            throw .library("the context of sealed data was refused")
        }
    }

    func update(_ bytes: [UInt8]) throws(CertificateError) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var output = [UInt8](repeating: 0, count: bytes.count)
        var count: Int32 = 0
        guard unsafe EVP_CipherUpdate(context, &output, &count, bytes, Int32(clamping: bytes.count)) == 1, Int(count) == bytes.count
        else { throw .library("AES-256-GCM failed") }
        return output
    }

    func finish() -> Bool {
        var rest = [UInt8](repeating: 0, count: 16)
        var count: Int32 = 0
        return unsafe EVP_CipherFinal_ex(context, &rest, &count) == 1
    }

    func tag(count: Int) throws(CertificateError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: count)
        guard unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(count), &tag) == 1 else { throw .library("no tag") }
        return tag
    }

    func expect(tag: [UInt8]) throws(CertificateError) {
        var tag = tag
        guard unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1 else { throw .library("bad tag") }
    }
}
