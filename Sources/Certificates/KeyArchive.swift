internal import COpenSSL

/// Key files sealed under a passphrase, for a backup: scrypt (RFC 7914) makes the key, AES-256-GCM seals.
///
/// Form: a label, 16 bytes of salt, then what ``SealingKey/seal(_:context:)`` makes, with label and salt as context.
package enum KeyArchive {
    private static let label = Array("slipway-keys-1\n".utf8)
    private static let saltCount = 16
    /// 32 MiB and about a tenth of a second for one guess.
    private static let cost: (n: UInt64, r: UInt64, p: UInt64) = (1 << 15, 8, 1)
    private static let memoryBytes: UInt64 = 64 << 20
    /// Shorter ones are guessed.
    private static let leastPassphraseBytes = 12

    /// The passphrase in a file of its owner's alone, without the line's end.
    package static func passphrase(path: String) throws(CertificateError) -> [UInt8] {
        guard let bytes = try KeyFile.read(path) else {
            throw CertificateError(code: .file, message: "passphrase file \(path) does not exist")
        }
        let lineEnds: [UInt8] = [0x0A, 0x0D]
        let phrase = Array(bytes.reversed().drop { lineEnds.contains($0) }.reversed())
        guard phrase.count >= leastPassphraseBytes else {
            throw CertificateError(
                code: .malformed,
                message:
                    "the passphrase in \(path) has \(phrase.count) bytes; at least \(leastPassphraseBytes) are needed: openssl rand -base64 24"
            )
        }
        return phrase
    }

    package static func pack(_ files: [(name: String, path: String)], passphrase: [UInt8]) throws(CertificateError) -> [UInt8] {
        var plain: [UInt8] = []
        for file in files {
            guard let content = try KeyFile.read(file.path) else {
                throw CertificateError(code: .file, message: "key file \(file.path) does not exist")
            }
            for part in [Array(file.name.utf8), content] {
                plain += (0..<4).map { UInt8(truncatingIfNeeded: part.count >> (24 - 8 * $0)) } + part
            }
        }
        let salt = SecureRandom.bytes(saltCount)
        return try label + salt + key(passphrase, salt).seal(plain, context: label + salt)
    }

    package static func unpack(_ archive: [UInt8], passphrase: [UInt8]) throws(CertificateError) -> [(name: String, content: [UInt8])] {
        guard archive.starts(with: label), archive.count > label.count + saltCount else {
            throw CertificateError(code: .malformed, message: "the keys of the backup are in a form that this version does not know")
        }
        let salt = Array(archive[label.count..<(label.count + saltCount)])
        let plain: [UInt8]
        do {
            plain = try key(passphrase, salt).open(Array(archive.dropFirst(label.count + saltCount)), context: label + salt)
        } catch {
            throw CertificateError(
                code: .sealBroken, message: "the keys of the backup cannot be opened: the passphrase is another one, or they were changed")
        }
        var rest = plain[...]
        func part() throws(CertificateError) -> [UInt8] {
            let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 4 + count else { throw CertificateError(code: .malformed, message: "the keys of the backup are cut off") }
            defer { rest = rest.dropFirst(4 + count) }
            return Array(rest.dropFirst(4).prefix(count))
        }
        var files: [(name: String, content: [UInt8])] = []
        while !rest.isEmpty { files.append((String(decoding: try part(), as: UTF8.self), try part())) }
        return files
    }

    private static func key(_ passphrase: [UInt8], _ salt: [UInt8]) throws(CertificateError) -> SealingKey {
        var bytes = [UInt8](repeating: 0, count: 32)
        let status = unsafe passphrase.withUnsafeBytes { phrase in
            unsafe EVP_PBE_scrypt(
                phrase.baseAddress?.assumingMemoryBound(to: CChar.self), phrase.count, salt, salt.count, cost.n, cost.r, cost.p,
                memoryBytes,
                &bytes, bytes.count)
        }
        guard status == 1 else { throw .library("scrypt failed") }
        return SealingKey(bytes: bytes)
    }
}
