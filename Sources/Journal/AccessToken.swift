package import Delivery

/// A bearer token that an administrator made. The token itself is nowhere: it was shown once.
package struct AccessToken: Sendable, Hashable {
    /// 0 until it is stored.
    package var id: Int64 = 0
    /// The bearer is `token:NAME`. Two that are valid at once have the same rights: one takes the other's place.
    package var name: String
    /// Of the whole token, 64 hexadecimal digits. It needs no salt: the token is 256 random bits.
    package var sha256: String
    package var roles: [String]
    /// Names with `*` and `?`; empty means all.
    package var environments: [String]
    package var createdBy: Actor
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    /// To the minute.
    package var lastUsedAt: Timestamp?
    package var revokedAt: Timestamp?

    package init(
        name: String, sha256: String, roles: [String], environments: [String], createdBy: Actor, createdAt: Timestamp, expiresAt: Timestamp
    ) {
        self.name = name
        self.sha256 = sha256
        self.roles = roles
        self.environments = environments
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    package func isValid(at now: Timestamp) -> Bool { revokedAt == nil && now < expiresAt }
}
