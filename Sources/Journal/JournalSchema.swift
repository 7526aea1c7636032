import GRDB

/// The tables, as a list of migrations. A released migration is never edited; a change of tables is a new one, and it only adds: a table, an
/// index, a column with a default. What is stored keeps its meaning, so that `MigrationTests` can bring every schema that was ever released
/// up to date, and nothing in it has to be rewritten. (`outbox-2` still took columns away that no version had used.)
///
/// What is queried has a column; the whole record stands beside it as JSON in `body`, under the version `encoding` of that JSON.
enum JournalSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in try db.execute(sql: version1) }
        migrator.registerMigration("2") { db in try db.execute(sql: version2) }
        migrator.registerMigration("outbox-2") { db in try db.execute(sql: outbox2) }
        return migrator
    }

    private static let version1 = """
        CREATE TABLE counters (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO counters (name, value) VALUES ('release', 0);

        CREATE TABLE releases (
            id INTEGER PRIMARY KEY NOT NULL, environment TEXT NOT NULL, phase TEXT NOT NULL,
            isActive INTEGER NOT NULL, isUnfinished INTEGER NOT NULL, version INTEGER NOT NULL,
            encoding INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
        CREATE INDEX releasesOfEnvironment ON releases (environment, id);
        CREATE INDEX releasesActive ON releases (environment) WHERE isActive = 1;
        CREATE INDEX releasesUnfinished ON releases (id) WHERE isUnfinished = 1;

        CREATE TABLE environments (
            name TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, encoding INTEGER NOT NULL, body BLOB NOT NULL) STRICT;

        CREATE TABLE quarantines (
            environment TEXT NOT NULL, bundle TEXT NOT NULL, since INTEGER NOT NULL, encoding INTEGER NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (environment, bundle)) STRICT;

        CREATE TABLE approvals (
            id INTEGER PRIMARY KEY NOT NULL, "release" INTEGER NOT NULL, planHash TEXT NOT NULL, byName TEXT NOT NULL,
            bySource TEXT NOT NULL, role TEXT NOT NULL, at INTEGER NOT NULL,
            UNIQUE ("release", planHash, byName, bySource, role)) STRICT;

        CREATE TABLE objects (
            hash TEXT PRIMARY KEY NOT NULL, isSealed INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
        CREATE TABLE bundles (digest TEXT PRIMARY KEY NOT NULL, objectCount INTEGER NOT NULL) STRICT;
        CREATE TABLE bundleObjects (
            digest TEXT NOT NULL REFERENCES bundles (digest), position INTEGER NOT NULL,
            object TEXT NOT NULL REFERENCES objects (hash), PRIMARY KEY (digest, position)) STRICT, WITHOUT ROWID;
        CREATE INDEX bundlesOfObject ON bundleObjects (object);

        CREATE TABLE renderings (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, environment TEXT NOT NULL, revision TEXT NOT NULL,
            bundle TEXT, at INTEGER NOT NULL, encoding INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (environment, revision)) STRICT;
        CREATE INDEX renderingsOfEnvironment ON renderings (environment, sequence);

        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, dedupeKey TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, deliveredAt INTEGER,
            attempts INTEGER NOT NULL DEFAULT 0, lastError TEXT, encoding INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
        CREATE INDEX outboxPending ON outbox (id) WHERE deliveredAt IS NULL;

        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY NOT NULL, at INTEGER NOT NULL, actorName TEXT NOT NULL, actorSource TEXT NOT NULL,
            action TEXT NOT NULL, environment TEXT, "release" INTEGER, revision TEXT, planHash TEXT, reason TEXT NOT NULL,
            outcome TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
        CREATE INDEX auditOfEnvironment ON audit (environment, sequence);
        CREATE TRIGGER auditKeepsEntries BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        CREATE TRIGGER auditKeepsAll BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        CREATE TRIGGER auditGrowsAtItsEnd BEFORE INSERT ON audit
            WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit)
            BEGIN SELECT RAISE(ABORT, 'an audit entry goes to the end of the record'); END;

        CREATE TABLE auditHead (
            id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1), sequence INTEGER NOT NULL, hash BLOB NOT NULL, keyID TEXT, signature BLOB) STRICT;

        CREATE TABLE checkpoints (
            sequence INTEGER PRIMARY KEY NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL, keyID TEXT NOT NULL,
            signature BLOB NOT NULL) STRICT;
        CREATE TRIGGER checkpointsKeepEntries BEFORE UPDATE ON checkpoints
            BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        CREATE TRIGGER checkpointsKeepAll BEFORE DELETE ON checkpoints
            BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        """

    /// Compressed objects, the names of keys, retention.
    private static let version2 = """
        -- 0: body as it is; 1: packed. Of a sealed object it says what is within the seal.
        ALTER TABLE objects ADD COLUMN encoding INTEGER NOT NULL DEFAULT 0;
        -- The key that sealed it; NULL before keys had names.
        ALTER TABLE objects ADD COLUMN keyID TEXT;
        CREATE INDEX objectsSealed ON objects (keyID) WHERE isSealed = 1;

        -- The number of the retention run during which it was last asked for.
        ALTER TABLE bundles ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX renderingsOfBundle ON renderings (bundle);
        INSERT INTO counters (name, value) VALUES ('retention', 0);
        -- What retention has dropped and the audit record does not say yet.
        CREATE TABLE dropped (
            kind TEXT NOT NULL, environment TEXT NOT NULL, count INTEGER NOT NULL, lowest INTEGER NOT NULL, highest INTEGER NOT NULL,
            PRIMARY KEY (kind, environment)) STRICT, WITHOUT ROWID;

        -- The keys that signed the audit record, one after the other; the first one has no predecessor that could introduce it.
        CREATE TABLE signingKeys (
            number INTEGER PRIMARY KEY NOT NULL, keyID TEXT NOT NULL UNIQUE, publicKey BLOB NOT NULL, since INTEGER NOT NULL,
            hash BLOB NOT NULL, introduction BLOB, acceptance BLOB) STRICT;
        CREATE TRIGGER signingKeysKeepEntries BEFORE UPDATE ON signingKeys
            BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        CREATE TRIGGER signingKeysKeepAll BEFORE DELETE ON signingKeys
            BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        """

    /// A notice is given its channels once (`routedAt`), and each of them has a delivery of its own. What older versions stored was never
    /// meant for a channel: it counts as routed, to nobody.
    private static let outbox2 = """
        DROP INDEX outboxPending;
        ALTER TABLE outbox DROP COLUMN deliveredAt;
        ALTER TABLE outbox DROP COLUMN attempts;
        ALTER TABLE outbox DROP COLUMN lastError;
        ALTER TABLE outbox ADD COLUMN routedAt INTEGER;
        UPDATE outbox SET routedAt = at;
        CREATE INDEX outboxUnrouted ON outbox (id) WHERE routedAt IS NULL;

        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, notice INTEGER NOT NULL REFERENCES outbox (id), channel TEXT NOT NULL,
            state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, since INTEGER NOT NULL, dueAt INTEGER NOT NULL, endedAt INTEGER,
            lastError TEXT, slot TEXT, incident TEXT, UNIQUE (notice, channel)) STRICT;
        CREATE INDEX deliveriesPending ON deliveries (channel, notice) WHERE state = 'pending';
        CREATE INDEX deliveriesDead ON deliveries (channel, id) WHERE state = 'dead';
        CREATE INDEX deliveriesOfSlot ON deliveries (channel, slot, notice) WHERE slot IS NOT NULL;
        CREATE INDEX deliveriesOfIncident ON deliveries (incident, notice) WHERE incident IS NOT NULL;
        CREATE INDEX deliveriesEnded ON deliveries (endedAt) WHERE endedAt IS NOT NULL;

        CREATE TABLE threads (
            channel TEXT NOT NULL, subject TEXT NOT NULL, reference TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (channel, subject)) STRICT, WITHOUT ROWID;

        CREATE TABLE incidents (
            key TEXT PRIMARY KEY NOT NULL, environment TEXT NOT NULL, severity TEXT NOT NULL, openedAt INTEGER NOT NULL,
            firstNotice INTEGER NOT NULL, lastNotice INTEGER NOT NULL, levels INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
        """
}
