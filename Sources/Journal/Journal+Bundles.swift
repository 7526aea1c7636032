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
        if try await isFresh(digest) { return digest }
        let sealer = sealer
        try await write("keep bundle \(digest.prefix(12))") { db in
            try db.execute(
                sql: """
                    INSERT INTO bundles (digest, objectCount, touched) VALUES (?, ?, \(Retention.currentRun))
                    ON CONFLICT (digest) DO UPDATE SET touched = excluded.touched
                    """,
                arguments: [digest, stored.count])
            for (position, object) in stored.enumerated() {
                try object.store(sealer, db)
                try db.execute(
                    sql: "INSERT INTO bundleObjects (digest, position, object) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    arguments: [digest, position, object.hash])
            }
        }
        return digest
    }

    /// Whether it is kept and retention will leave it alone for a while.
    private func isFresh(_ digest: String) async throws(JournalError) -> Bool {
        try await read("look for bundle \(digest.prefix(12))") { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM bundles WHERE digest = ? AND touched = \(Retention.currentRun))",
                arguments: [digest]) ?? false
        }
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
            return try Self.objects(of: digest, count: count, sealer, db).map { bytes in try JSON.parse(bytes) }
        }
    }

    /// The canonical bytes of a Bundle's objects, which are known to have its digest.
    static func objects(of digest: String, count: Int, _ sealer: JournalSealer, _ db: Database) throws -> [[UInt8]] {
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
                "bundle \(digest.prefix(12)): what is stored is not what was rendered, so it is not used. \(JournalError.restoring)"
            )
        }
        return canonical
    }
}
