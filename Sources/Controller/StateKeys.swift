internal import Certificates
internal import Journal

/// The keys of a state directory; two of a kind while one is being changed for another.
struct StateKeys: Sendable {
    /// What the files are called. `.new` is what a change of keys makes first; it takes the place of the other at its end.
    enum Name {
        static let sealing = "sealing.key"
        static let signing = "signing.pem"
        static let both = [sealing, signing]
        static func next(_ name: String) -> String { name + ".new" }
    }

    var sealing: SealingKey
    var nextSealing: SealingKey?
    var signing: SigningKey
    var nextSigning: SigningKey?

    /// Reads them; the first of each kind is made when there is none.
    init(in directory: String) throws(CertificateError) {
        sealing = try .loadOrCreate(path: "\(directory)/\(Name.sealing)")
        nextSealing = try .load(path: "\(directory)/\(Name.next(Name.sealing))")
        signing = try .loadOrCreate(path: "\(directory)/\(Name.signing)")
        nextSigning = try .load(path: "\(directory)/\(Name.next(Name.signing))")
    }

    init(sealing: SealingKey, signing: SigningKey) {
        self.sealing = sealing
        self.signing = signing
    }

    /// Seals under the newest key, and opens what either has sealed.
    var sealer: JournalSealer {
        guard let next = nextSealing else { return Self.sealer(sealing) }
        let current = sealing
        return JournalSealer(
            keyID: next.name, seal: { try next.seal($0) },
            open: { sealed in
                do {
                    return try next.open(sealed)
                } catch let error as CertificateError where error.code == .sealBroken {
                    return try current.open(sealed)
                }
            })
    }

    private static func sealer(_ key: SealingKey) -> JournalSealer {
        JournalSealer(keyID: key.name, seal: { try key.seal($0) }, open: { try key.open($0) })
    }

    static func signer(_ key: SigningKey) -> JournalSigner {
        JournalSigner(
            sign: { try key.sign($0) }, verify: { signature, message in key.publicKey.isValid(signature, for: message) },
            keyID: key.publicKey.shortName, publicKey: key.publicKey.rawBytes,
            verifyUnder: { publicKey, signature, message in VerificationKey(rawBytes: publicKey).isValid(signature, for: message) })
    }
}
