import Delivery
import Journal
import Testing

@Suite struct TokenTests {
    private static let admin = Actor(name: "adam", source: .socket)

    private static func token(_ number: Int, at now: Timestamp, days: Int64 = 30) -> AccessToken {
        AccessToken(
            name: "ci", sha256: "hash \(number)", roles: ["deployer"], environments: ["prod-*"], createdBy: admin, createdAt: now,
            expiresAt: now + .seconds(days * 86_400))
    }

    private static func audit(_ action: String, at now: Timestamp) -> AuditDraft { AuditDraft(at: now, actor: admin, action: action) }

    @Test func aTokenIsStoredUsedAndRevokedWithItsRecord() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let now = Timestamp(milliseconds: 1_700_000_000_000), later = now + .seconds(60)
        var token = Self.token(1, at: now)
        token.id = try await journal.store(token, audit: Self.audit("token.created", at: now))
        #expect(try await journal.validAccessTokens(at: now) == [token])
        #expect(try await journal.validAccessTokens(at: token.expiresAt).isEmpty)
        try await journal.tokenUsed(token.id, at: later)
        token.lastUsedAt = later
        #expect(try await journal.accessTokens() == [token])
        try await journal.revoke(tokens: [token.id], at: later, audit: Self.audit("token.revoked", at: later))
        #expect(try await journal.validAccessTokens(at: later).isEmpty)
        #expect(try await journal.accessTokens().first?.revokedAt == later)
        #expect(try await journal.auditEntries().map(\.draft.action) == ["token.created", "token.revoked"])
    }

    @Test func thereIsALimitAndWhatEndedLongAgoGoes() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        for number in 0..<200 { _ = try await journal.store(Self.token(number, at: now), audit: Self.audit("token.created", at: now)) }
        await #expect(throws: JournalError.self) {
            _ = try await journal.store(Self.token(200, at: now), audit: Self.audit("token.created", at: now))
        }
        let later = now + .seconds(121 * 86_400)
        _ = try await journal.store(Self.token(201, at: later), audit: Self.audit("token.created", at: later))
        #expect(try await journal.accessTokens().map(\.sha256) == ["hash 201"])
    }
}
