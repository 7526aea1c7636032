import FoundationEssentials
import GRDB
package import Manifests

extension Journal {
    /// Keeps the objects of a Bundle and returns its digest. Objects that are already kept, in any Bundle, are not stored again.
    @discardableResult
    @concurrent
    package func storeBundle(objects: [Value]) async throws(JournalError) -> String {
        guard objects.count <= JournalLimits.bundleObjects else {
            throw JournalError(.invalid, "a bundle has \(objects.count) objects; at most \(JournalLimits.bundleObjects) are kept")
        }
        let stored = try BundleDigest.ordered(objects).map(BundleObject.init)
        for (object, part) in zip(objects, stored) where part.canonical.count > JournalLimits.objectBytes {
            throw JournalError(.invalid, "\(object.identity?.description ?? "an object") is larger than \(JournalLimits.objectBytes) bytes")
        }
        let digest = BundleDigest.digest(canonical: stored.map(\.canonical))
        if try await hasBundle(digest) { return digest }
        let sealer = sealer
        try await write("keep bundle \(digest.prefix(12))") { db in
            try db.execute(
                sql: "INSERT INTO bundles (digest, objectCount) VALUES (?, ?) ON CONFLICT DO NOTHING", arguments: [digest, stored.count])
            for (position, object) in stored.enumerated() {
                try object.store(sealer, db)
                try db.execute(
                    sql: "INSERT INTO bundleObjects (digest, position, object) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    arguments: [digest, position, object.hash])
            }
        }
        return digest
    }

    package func hasBundle(_ digest: String) async throws(JournalError) -> Bool {
        try await read("look for bundle \(digest.prefix(12))") { db in
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM bundles WHERE digest = ?)", arguments: [digest]) ?? false
        }
    }

    /// The objects of a Bundle by identity, or `nil` when it is not kept.
    ///
    /// - Throws: `corrupt` when what is stored does not have this digest, `sealing` when its Secrets cannot be opened with this key.
    package func bundleObjects(_ digest: String) async throws(JournalError) -> [Value]? {
        let sealer = sealer
        return try await read("read bundle \(digest.prefix(12))") { db in
            guard let count = try Int.fetchOne(db, sql: "SELECT objectCount FROM bundles WHERE digest = ?", arguments: [digest]) else {
                return nil
            }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT objects.* FROM bundleObjects JOIN objects ON objects.hash = bundleObjects.object
                    WHERE bundleObjects.digest = ? ORDER BY bundleObjects.position
                    """,
                arguments: [digest])
            let canonical = try rows.map { row in try BundleObject.canonical(row, sealer) }
            guard canonical.count == count, BundleDigest.digest(canonical: canonical) == digest else {
                throw JournalError(
                    .corrupt,
                    "bundle \(digest.prefix(12)): what is stored is not what was rendered, so it is not used. Restore the journal from a backup"
                )
            }
            return try canonical.map { bytes in try JSON.parse(bytes) }
        }
    }
}

/// One object as it is kept.
private struct BundleObject: Sendable {
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
        var body = canonical
        if isSecret {
            do {
                body = try sealer.seal(canonical)
            } catch {
                throw JournalError(.sealing, "a Secret of a bundle cannot be sealed: \(error). Nothing was stored")
            }
        }
        try db.execute(sql: "INSERT INTO objects (hash, isSealed, body) VALUES (?, ?, ?)", arguments: [hash, isSecret, Data(body)])
    }

    static func canonical(_ row: Row, _ sealer: JournalSealer) throws -> [UInt8] {
        let body = try row.bytes("body")
        guard try row.column("isSealed") else { return body }
        do {
            return try sealer.open(body)
        } catch {
            throw JournalError(
                .sealing, "a sealed Secret of the journal cannot be opened: \(error). Start the controller with the key it was sealed under"
            )
        }
    }
}
