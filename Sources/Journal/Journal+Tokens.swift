package import Delivery
import GRDB
import Manifests

extension Journal {
    /// Newest last. Those that ended are here for some time longer.
    package func accessTokens() async throws(JournalError) -> [AccessToken] {
        try await read("read the tokens") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM tokens ORDER BY id LIMIT ?", arguments: [JournalLimits.rows]).map(Self.token)
        }
    }

    package func validAccessTokens(at now: Timestamp) async throws(JournalError) -> [AccessToken] {
        try await read("read the tokens") { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM tokens WHERE revokedAt IS NULL AND expiresAt > ? ORDER BY id LIMIT ?",
                arguments: [now.milliseconds, JournalLimits.rows]
            ).map(Self.token)
        }
    }

    /// - Returns: its number.
    /// - Throws: `invalid` when there are too many already.
    package func store(_ token: AccessToken, audit: AuditDraft) async throws(JournalError) -> Int64 {
        let chain = AuditChain(signer: signer)
        return try await write("store a token") { db in
            let now = token.createdAt.milliseconds
            let long = JournalLimits.endedTokenDays * 86_400_000
            try db.execute(sql: "DELETE FROM tokens WHERE coalesce(revokedAt, expiresAt) < ?", arguments: [now - long])
            let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM tokens WHERE revokedAt IS NULL AND expiresAt > ?", arguments: [now])
            guard count ?? 0 < JournalLimits.tokens else {
                throw JournalError(
                    .invalid, "there are \(JournalLimits.tokens) valid tokens; revoke what is not needed: slipway token list")
            }
            try db.execute(
                sql: """
                    INSERT INTO tokens (name, sha256, roles, environments, createdByName, createdBySource, createdAt, expiresAt)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    token.name, token.sha256, Self.list(token.roles), Self.list(token.environments), token.createdBy.name,
                    token.createdBy.source.rawValue, now, token.expiresAt.milliseconds,
                ])
            let id = db.lastInsertedRowID
            try chain.append([audit], db)
            return id
        }
    }

    /// Ends tokens at once. One that has ended already keeps its end.
    package func revoke(tokens ids: [Int64], at now: Timestamp, audit: AuditDraft) async throws(JournalError) {
        let chain = AuditChain(signer: signer)
        try await write("revoke a token") { db in
            for id in ids {
                try db.execute(
                    sql: "UPDATE tokens SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL", arguments: [now.milliseconds, id])
            }
            try chain.append([audit], db)
        }
    }

    package func tokenUsed(_ id: Int64, at now: Timestamp) async throws(JournalError) {
        try await write("note the use of a token") { db in
            try db.execute(sql: "UPDATE tokens SET lastUsedAt = ? WHERE id = ?", arguments: [now.milliseconds, id])
        }
    }

    private static func list(_ texts: [String]) -> String { JSON.string(.array(texts.map { .string($0) })) }

    private static func token(_ row: Row) throws -> AccessToken {
        func texts(_ column: String) throws -> [String] {
            let text: String = try row.column(column)
            return try JSON.parse(Array(text.utf8)).array?.compactMap(\.string) ?? []
        }
        func time(_ column: String) throws -> Timestamp? {
            let milliseconds: Int64? = try row.optionalColumn(column)
            return milliseconds.map { Timestamp(milliseconds: $0) }
        }
        let source: String = try row.column("createdBySource")
        guard let known = Actor.Source(rawValue: source) else {
            throw JournalError(.corrupt, "a token was made by an actor of the unknown source \"\(source)\"")
        }
        var token = AccessToken(
            name: try row.column("name"), sha256: try row.column("sha256"), roles: try texts("roles"),
            environments: try texts("environments"),
            createdBy: Actor(name: try row.column("createdByName"), source: known),
            createdAt: Timestamp(milliseconds: try row.column("createdAt")),
            expiresAt: Timestamp(milliseconds: try row.column("expiresAt")))
        token.id = try row.column("id")
        token.lastUsedAt = try time("lastUsedAt")
        token.revokedAt = try time("revokedAt")
        return token
    }
}
