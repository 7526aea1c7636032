import Delivery
import GRDB
import Manifests

extension Journal {
    /// Reads everything: the file's structure, references, every record, every object and Bundle against its digest, Secrets under the key,
    /// the audit record and its signed end. It changes nothing and works beside a controller.
    package func check() async throws(JournalError) -> JournalCheck {
        let (sealer, signer) = (sealer, signer)
        let path = path
        return try await read("check it") { db in
            var checker = JournalChecker(db: db, sealer: sealer, path: path)
            try checker.structure()
            checker.records()
            checker.objects()
            checker.bundles()
            checker.audit(AuditVerifier(signer: signer))
            return checker.result
        }
    }
}

/// One look at everything, in one read transaction. An error of one part is a finding, and the other parts are looked at all the same.
private struct JournalChecker {
    let db: Database
    let sealer: JournalSealer
    let path: String
    var result = JournalCheck()

    mutating func structure() throws {
        part("look at the structure of the file") { db, result in
            for answer in try String.fetchAll(db, sql: "PRAGMA integrity_check(\(JournalLimits.findings))") where answer != "ok" {
                result.add("the file is damaged: \(answer)")
            }
        }
        part("look at its references") { db, result in
            for row in try Row.fetchAll(db, sql: "SELECT * FROM pragma_foreign_key_check LIMIT \(JournalLimits.findings)") {
                let (table, parent): (String, String) = (try row.column("table"), try row.column("parent"))
                result.add("a row of \(table) names one of \(parent) that is not there")
            }
        }
    }

    mutating func records() {
        each("SELECT * FROM releases ORDER BY id") { row in _ = try Release(row: row) }
        each("SELECT * FROM environments ORDER BY name") { row in _ = try EnvironmentState(row: row) }
        each("SELECT * FROM quarantines") { row in
            _ = try Quarantine(row.reader("a quarantine of \(row.column("environment", String.self))"))
        }
        each("SELECT * FROM renderings ORDER BY sequence") { row in
            _ = try StoredRendering(row.reader("a rendering of \(row.column("environment", String.self))"))
        }
        each("SELECT * FROM outbox ORDER BY id") { row in _ = try Notice(row.reader("notice \(row.column("id", Int64.self))")) }
        each(
            """
            SELECT name, json_extract(CAST(body AS TEXT), '$.verifiedBundle') AS bundle FROM environments
            WHERE bundle IS NOT NULL AND bundle NOT IN (SELECT digest FROM bundles)
            """
        ) { row in
            let (name, bundle): (String, String) = (try row.column("name"), try row.column("bundle"))
            throw JournalError(.corrupt, "environment \(name) names bundle \(bundle.prefix(12)) as verified, which is not stored")
        }
    }

    mutating func objects() {
        let sealer = sealer
        var (objects, sealed): (Int64, Int64) = (0, 0)
        each("SELECT * FROM objects") { row in
            let hash: String = try row.column("hash")
            objects += 1
            if try row.column("isSealed", Bool.self) { sealed += 1 }
            do {
                guard SHA256.hex(try BundleObject.canonical(row, sealer)) == hash else {
                    throw JournalError(.corrupt, "its content has another hash")
                }
            } catch let error as JournalError {
                throw JournalError(error.code, "object \(hash.prefix(12)): \(error.message)")
            }
        }
        (result.objects, result.sealed) = (objects, sealed)
    }

    mutating func bundles() {
        let sealer = sealer
        part("list the bundles") { db, result in
            let bundles = try Row.fetchCursor(db, sql: "SELECT * FROM bundles ORDER BY digest")
            while let bundle = try bundles.next() {
                let digest: String = try bundle.column("digest")
                result.bundles += 1
                do {
                    _ = try Journal.objects(of: digest, count: try bundle.column("objectCount"), sealer, db)
                } catch {
                    result.add("bundle \(digest.prefix(12)): \(error)")
                }
            }
        }
    }

    mutating func audit(_ verifier: AuditVerifier) {
        part("verify the audit record") { db, result in
            switch try verifier.verify(db) {
            case .ok(let count, let headHash):
                result.auditEntries = count
                result.headHash = headHash
            case .broken(let sequence, let what): result.add("audit record, entry \(sequence): \(what)")
            }
        }
    }

    private mutating func each(_ sql: String, _ body: (Row) throws -> Void) {
        part("read its records") { db, result in
            let rows = try Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() {
                do {
                    try body(row)
                } catch let error as JournalError {
                    result.add(error.message)
                }
            }
        }
    }

    private mutating func part(_ doing: String, _ body: (Database, inout JournalCheck) throws -> Void) {
        do {
            try body(db, &result)
        } catch {
            result.add(JournalError(error, doing: doing, path: path).message)
        }
    }
}
