import Delivery
import GRDB
import Manifests

extension Journal {
    /// Recording the same Revision of an Environment again replaces what was known, and makes it the newest.
    package func recordRendering(_ rendering: StoredRendering) async throws(JournalError) {
        try await write("record a rendering of \(rendering.environment)") { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO renderings (environment, revision, bundle, at, encoding, body) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    rendering.environment, rendering.revision.id, rendering.bundle, rendering.at.milliseconds, RecordEncoding.version,
                    rendering.record.body,
                ])
        }
    }

    package func rendering(environment: String, revisionID: String) async throws(JournalError) -> StoredRendering? {
        try await read("read a rendering of \(environment)") { db in
            try Row.one(
                db, sql: "SELECT * FROM renderings WHERE environment = ? AND revision = ?", arguments: [environment, revisionID]
            ).map { row in try StoredRendering(row.reader("a rendering of \(environment)")) }
        }
    }

    /// The most recently recorded first.
    package func latestRenderings(environment: String, limit: Int = 20) async throws(JournalError) -> [StoredRendering] {
        let limit = Self.bounded(limit)
        return try await read("list renderings of \(environment)") { db in
            try Row.all(
                db, sql: "SELECT * FROM renderings WHERE environment = ? ORDER BY sequence DESC LIMIT ?", arguments: [environment, limit]
            ).map { row in try StoredRendering(row.reader("a rendering of \(environment)")) }
        }
    }

    /// Whether a Revision was recorded after another one; `nil` when one of them is not known.
    package func isNewer(_ revisionID: String, than other: String, environment: String) async throws(JournalError) -> Bool? {
        try await read("compare two renderings of \(environment)") { db in
            func sequence(_ id: String) throws -> Int64? {
                try Int64.fetchOne(
                    db, sql: "SELECT sequence FROM renderings WHERE environment = ? AND revision = ?", arguments: [environment, id])
            }
            guard let one = try sequence(revisionID), let two = try sequence(other) else { return nil }
            return one > two
        }
    }

    /// The newest one that could be rendered.
    package func latestBundle(environment: String) async throws(JournalError) -> StoredRendering? {
        try await read("read the newest rendering of \(environment)") { db in
            try Row.one(
                db, sql: "SELECT * FROM renderings WHERE environment = ? AND bundle IS NOT NULL ORDER BY sequence DESC LIMIT 1",
                arguments: [environment]
            ).map { row in try StoredRendering(row.reader("a rendering of \(environment)")) }
        }
    }

    /// The names of all Environments that any Revision was rendered for, sorted.
    package func renderedEnvironments() async throws(JournalError) -> [String] {
        try await read("list the environments") { db in
            try String.fetchAll(db, sql: "SELECT DISTINCT environment FROM renderings ORDER BY environment")
        }
    }
}
