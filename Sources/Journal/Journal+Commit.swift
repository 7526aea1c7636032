package import Delivery
import FoundationEssentials
import GRDB
import Manifests

extension Journal {
    /// Stores all of a decision in one transaction, or nothing of it. An empty change makes no transaction.
    ///
    /// - Throws: `stale` when a Release or Environment in it does not follow the stored version by exactly one; `conflict` when an
    ///   Environment would have two active Releases.
    package func commit(_ change: StateChange) async throws(JournalError) {
        guard !change.isEmpty else { return }
        try await write("store a change") { [self] db in
            for environment in change.given { try Self.requireUnchanged(environment, db) }
            for release in change.releases { try Self.store(release, db) }
            for environment in change.environments { try Self.store(environment, db) }
            for lift in change.liftedQuarantines { try Self.remove(lift, db) }
            for quarantine in change.quarantines { try Self.store(quarantine, db) }
            for approval in change.approvals { try Self.store(approval, db) }
            for notice in change.notices { try Self.store(notice, routedAt: self.routedAtOnce(notice.at), db) }
            try AuditChain(signer: signer).append(change.audit, db)
            for environment in Set(change.releases.map(\.environment)) { try Self.refuseTwoActive(environment, db) }
        }
        if !change.notices.isEmpty { noticesStored() }
    }

    private static func store(_ release: Release, _ db: Database) throws {
        let stored = try Row.fetchOne(db, sql: "SELECT environment, version FROM releases WHERE id = ?", arguments: [release.id])
        try requireNext(
            "release \(release.id)", stored: try stored.map { try $0.column("version") }, new: release.version)
        if let owner: String = try stored?.column("environment"), owner != release.environment {
            throw JournalError(.invalid, "release \(release.id) belongs to environment \(owner), not to \(release.environment)")
        }
        try db.execute(
            sql: """
                INSERT INTO releases (id, environment, phase, isActive, isUnfinished, version, encoding, body)
                VALUES (:id, :environment, :phase, :isActive, :isUnfinished, :version, :encoding, :body)
                ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, isActive = excluded.isActive,
                    isUnfinished = excluded.isUnfinished, version = excluded.version, encoding = excluded.encoding, body = excluded.body
                """,
            arguments: [
                "id": release.id, "environment": release.environment, "phase": release.phase.rawValue,
                "isActive": release.phase.isActive, "isUnfinished": release.isUnfinished, "version": release.version,
                "encoding": RecordEncoding.version, "body": release.record.body,
            ])
        if stored == nil {
            try Retention.touch([release.bundle, release.previousBundle], db)
            try db.execute(sql: "UPDATE counters SET value = max(value, ?) WHERE name = 'release'", arguments: [release.id])
        }
    }

    private static func store(_ environment: EnvironmentState, _ db: Database) throws {
        let stored = try Int64.fetchOne(db, sql: "SELECT version FROM environments WHERE name = ?", arguments: [environment.name])
        try requireNext("environment \(environment.name)", stored: stored, new: environment.version)
        try db.execute(
            sql: """
                INSERT INTO environments (name, version, encoding, body) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET version = excluded.version, encoding = excluded.encoding, body = excluded.body
                """,
            arguments: [environment.name, environment.version, RecordEncoding.version, environment.record.body])
    }

    private static func requireUnchanged(_ environment: EnvironmentState, _ db: Database) throws {
        let stored = try Int64.fetchOne(db, sql: "SELECT version FROM environments WHERE name = ?", arguments: [environment.name]) ?? 0
        guard stored == environment.version else {
            throw JournalError(
                .stale,
                "environment \(environment.name) was changed in between: version \(stored) is stored, \(environment.version) was decided upon"
            )
        }
    }

    private static func requireNext(_ what: String, stored: Int64?, new: Int64) throws(JournalError) {
        if let stored {
            guard stored != .max, new == stored + 1 else {
                throw JournalError(.stale, "\(what) was changed in between: version \(stored) is stored, \(new) does not follow it")
            }
        } else if new != 0 && new != 1 {
            throw JournalError(.stale, "\(what) is not stored, so its version \(new) cannot follow")
        }
    }

    private static func refuseTwoActive(_ environment: String, _ db: Database) throws {
        let active = try Int64.fetchAll(
            db, sql: "SELECT id FROM releases WHERE environment = ? AND isActive = 1 ORDER BY id", arguments: [environment])
        guard active.count > 1 else { return }
        let list = active.map(String.init).joined(separator: " and ")
        throw JournalError(.conflict, "environment \(environment) would have the active releases \(list); only one may be active")
    }

    private static func remove(_ lift: QuarantineLift, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM quarantines WHERE environment = ? AND bundle = ?", arguments: [lift.environment, lift.bundle])
    }

    /// The latest failure of a Bundle is the one that counts.
    private static func store(_ quarantine: Quarantine, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO quarantines (environment, bundle, since, encoding, body) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (environment, bundle) DO UPDATE SET since = excluded.since, encoding = excluded.encoding, body = excluded.body
                """,
            arguments: [
                quarantine.environment, quarantine.bundle, quarantine.since.milliseconds, RecordEncoding.version, quarantine.record.body,
            ])
    }

    /// Saying yes twice is one approval, at the time of the first.
    private static func store(_ approval: Approval, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO approvals ("release", planHash, byName, bySource, role, at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET at = excluded.at
                """,
            arguments: [
                approval.release, approval.planHash, approval.by.name, approval.by.source.rawValue, approval.role, approval.at.milliseconds,
            ])
    }

    /// A notice whose dedupe key is known is the same notice again.
    static func store(_ notice: Notice, routedAt: Timestamp? = nil, _ db: Database) throws {
        var notice = notice
        notice.text = StoredText.bounded(notice.text)
        try db.execute(
            sql: """
                INSERT INTO outbox (dedupeKey, at, routedAt, encoding, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (dedupeKey) DO NOTHING
                """,
            arguments: [
                notice.dedupeKey, notice.at.milliseconds, routedAt?.milliseconds, RecordEncoding.version, notice.record.body,
            ])
    }
}
