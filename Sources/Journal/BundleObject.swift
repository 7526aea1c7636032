import Compression
import FoundationEssentials
import GRDB
import Manifests

/// One object as it is kept: once for all Bundles that have it, compressed, and sealed when it is a Secret.
struct BundleObject: Sendable {
    /// The column `encoding`.
    enum Encoding: Int64 {
        case plain = 0
        case packed = 1
    }

    var canonical: [UInt8]
    var hash: String
    /// Secrets never stand in the file in the clear.
    var isSecret: Bool

    init(_ object: Value) {
        canonical = object.canonicalBytes()
        hash = SHA256.hex(canonical)
        isSecret = object.kind == "Secret" && object.group == ""
    }

    func store(_ sealer: JournalSealer, _ db: Database) throws {
        let isKept = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM objects WHERE hash = ?)", arguments: [hash]) ?? false
        guard !isKept else { return }
        var (encoding, body) = try Self.encode(canonical)
        if isSecret { body = try Self.seal(body, sealer) }
        try db.execute(
            sql: "INSERT INTO objects (hash, isSealed, body, encoding, keyID) VALUES (?, ?, ?, ?, ?)",
            arguments: [hash, isSecret, Data(body), encoding.rawValue, isSecret ? sealer.keyID : nil])
    }

    /// Before it is sealed: what is sealed cannot be made smaller any more.
    private static func encode(_ canonical: [UInt8]) throws -> (Encoding, [UInt8]) {
        guard canonical.count >= JournalLimits.compressedFromBytes else { return (.plain, canonical) }
        let packed = try Packed.pack(canonical)
        return packed.count < canonical.count ? (.packed, packed) : (.plain, canonical)
    }

    static func seal(_ body: [UInt8], _ sealer: JournalSealer) throws(JournalError) -> [UInt8] {
        do {
            return try sealer.seal(body)
        } catch {
            throw JournalError(.sealing, "a Secret of a bundle cannot be sealed: \(error). Nothing was stored")
        }
    }

    /// The body of a row as it was before it was sealed; still packed when it was.
    static func opened(_ row: Row, _ sealer: JournalSealer) throws -> [UInt8] {
        let body = try row.bytes("body")
        guard try row.column("isSealed") else { return body }
        do {
            return try sealer.open(body)
        } catch {
            let key = try row.optionalColumn("keyID", String.self).map { " \($0)" } ?? ""
            throw JournalError(
                .sealing,
                "a sealed Secret of the journal cannot be opened: \(error). Start the controller with the key\(key) that it was sealed under"
            )
        }
    }

    static func canonical(_ row: Row, _ sealer: JournalSealer) throws -> [UInt8] {
        let body = try opened(row, sealer)
        switch Encoding(rawValue: try row.column("encoding")) {
        case .plain: return body
        case .packed:
            do throws(CompressionError) {
                return try Packed.unpack(body, limit: JournalLimits.objectBytes)
            } catch {
                throw JournalError(.corrupt, "an object of the journal cannot be used: \(error). \(JournalError.restoring)")
            }
        case nil:
            throw JournalError(.schema, "an object of the journal is stored in a way that this version does not know: use a newer slipway")
        }
    }
}
