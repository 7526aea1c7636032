package import Delivery
import GRDB
import Manifests

extension Journal {
    /// Oldest first, from after `sequence`: the way to read all of it page by page.
    package func auditEntries(
        after sequence: Int64 = 0, filter: AuditFilter = AuditFilter(), limit: Int = 100
    ) async throws(JournalError) -> [AuditEntry] {
        try await auditEntries(filter, "sequence > ?", sequence, "ASC", limit)
    }

    /// Newest first, from before `sequence`: what a person looks at.
    package func latestAuditEntries(
        before sequence: Int64 = .max, filter: AuditFilter = AuditFilter(), limit: Int = 100
    ) async throws(JournalError) -> [AuditEntry] {
        try await auditEntries(filter, "sequence < ?", sequence, "DESC", limit)
    }

    private func auditEntries(
        _ filter: AuditFilter, _ start: String, _ sequence: Int64, _ order: String, _ limit: Int
    ) async throws(JournalError) -> [AuditEntry] {
        let limit = Self.bounded(limit)
        return try await read("read the audit record") { db in
            var conditions = [start]
            var arguments: StatementArguments = [sequence]
            func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
                guard let value else { return }
                conditions.append(condition)
                arguments += [value]
            }
            require("environment = ?", filter.environment)
            require(Self.isAmong, filter.among.map(Self.list))
            require("actorName = ?", filter.actor)
            require("substr(action, 1, length(?)) = ?", filter.actionPrefix)
            if let prefix = filter.actionPrefix { arguments += [prefix] }
            require("\"release\" = ?", filter.release)
            require("at >= ?", filter.from?.milliseconds)
            require("at < ?", filter.until?.milliseconds)
            arguments += [limit]
            return try Row.fetchAll(
                db, sql: "SELECT * FROM audit WHERE \(conditions.joined(separator: " AND ")) ORDER BY sequence \(order) LIMIT ?",
                arguments: arguments
            ).map(AuditEntry.init(row:))
        }
    }

    /// Reads the whole record and compares every hash, every checkpoint and the signed end.
    ///
    /// What it cannot see from the file alone: the whole file replaced by an older copy. For that the head hash is also sent out with
    /// notifications.
    package func verifyAudit() async throws(JournalError) -> AuditVerification {
        let verifier = AuditVerifier(signer: signer)
        return try await read("verify the audit record") { db in try verifier.verify(db) }
    }

    /// Signs how far the record has come, for keeps. `nil` when it is empty or has not grown since the last checkpoint.
    ///
    /// - Throws: `signing` when the Journal was opened without a signer.
    @discardableResult
    package func signCheckpoint(at now: Timestamp) async throws(JournalError) -> AuditCheckpoint? {
        guard let signer else {
            throw JournalError(.signing, "journal \(path): the audit record cannot be signed: the controller has no signing key")
        }
        return try await write("sign the audit record") { db in
            let chain = AuditChain(signer: signer)
            let (sequence, hash) = try AuditChain.end(db)
            let last = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM checkpoints")
            guard sequence > (last ?? 0) else { return nil }
            return try chain.storeCheckpoint(sequence: sequence, hash: hash, at: now, db)
        }
    }

    /// The sequence and hash of the newest entry, to be sent out with notifications; `nil` while the record is empty.
    package func auditHead() async throws(JournalError) -> (sequence: Int64, hash: String)? {
        try await read("read the end of the audit record") { db in
            let (sequence, hash) = try AuditChain.end(db)
            return sequence == 0 ? nil : (sequence, Hex.encode(hash))
        }
    }
}

extension AuditEntry {
    init(row: Row) throws {
        let sequence: Int64 = try row.column("sequence")
        guard let source = Actor.Source(rawValue: try row.column("actorSource")) else {
            throw JournalError(.corrupt, "audit entry \(sequence) names an unknown source of its actor")
        }
        self.init(
            sequence: sequence,
            draft: AuditDraft(
                at: Timestamp(milliseconds: try row.column("at")), actor: Actor(name: try row.column("actorName"), source: source),
                action: try row.column("action"), environment: try row.optionalColumn("environment"),
                release: try row.optionalColumn("release"), revision: try row.optionalColumn("revision"),
                planHash: try row.optionalColumn("planHash"), reason: try row.column("reason"), outcome: try row.column("outcome")),
            hash: Hex.encode(try row.bytes("hash")))
    }
}
