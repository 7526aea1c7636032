internal import Certificates
package import Delivery
package import Journal
internal import Logging
internal import Manifests

/// Tokens that administrators make while the controller runs, beside those of its configuration.
extension Controller {
    /// What all of ours begin with, so that scanners of leaked secrets know them.
    package static let tokenPrefix = "slw_"

    /// What an asker may do at this moment: a token that was revoked a moment ago gives nothing any more.
    func access(of actor: Actor) async throws -> AccessPolicy {
        try await Self.access(of: actor, configuration.access, journal, clock)
    }

    static func access(of actor: Actor, _ access: AccessPolicy, _ journal: Journal, _ clock: ControllerClock) async throws -> AccessPolicy {
        guard actor.source == .token else { return access }
        var policy = access
        for token in try await journal.validAccessTokens(at: clock.now()) where token.name == actor.name {
            policy.grants.append(
                .init(identity: "token:\(token.name)", roles: Set(token.roles), environments: Set(token.environments)))
        }
        return policy
    }

    /// Who bears this token; `nil` for nobody, whatever the reason. Everything is compared, in constant time, so that the time of the answer
    /// tells nothing.
    package func bearer(of token: String) async throws -> Actor? {
        let now = clock.now()
        let digest = Array(SHA256.hex(Array(token.utf8)).utf8)
        var actor: Actor?
        for each in configuration.access.tokens where ConstantTime.areEqual(digest, Array(each.sha256.utf8)) {
            if each.expires.map({ now < $0 }) ?? true { actor = Actor(name: each.name, source: .token) }
        }
        var used: AccessToken?
        for each in try await journal.validAccessTokens(at: now) where ConstantTime.areEqual(digest, Array(each.sha256.utf8)) {
            used = each
        }
        guard let used else { return actor }
        if used.lastUsedAt.map({ now - $0 >= Limits.tokenUse }) ?? true {
            do throws(JournalError) {
                try await journal.tokenUsed(used.id, at: now)
            } catch {
                // A disk that is full must not keep people from looking.
                logger.warning("the use of a token could not be noted", metadata: ["error": "\(error.message)"])
            }
        }
        return Actor(name: used.name, source: .token)
    }

    /// - Parameters:
    ///   - roles: `nil` takes those of the valid token of this name, which the new one is to replace; so do environments.
    ///   - lifetime: `nil` takes the default.
    /// - Returns: the token, which is never to be had again, and what is stored of it.
    package func createToken(
        _ name: String, roles: [String]?, environments: [String]?, lifetime: Duration?, by actor: Actor, reason: String
    ) async throws -> (token: String, stored: AccessToken) {
        try await authorize(actor, .manageTokens, environment: nil)
        try requireName(name)
        let now = clock.now()
        let lifetime = lifetime ?? Limits.tokenLifetime
        guard Limits.tokenLifetimes.contains(lifetime) else {
            throw RequestRefused(.notPossible, "a token lives for 1 hour at least and 366 days at most")
        }
        let other = try await journal.validAccessTokens(at: now).last { $0.name == name }
        guard let roles = roles ?? other?.roles, !roles.isEmpty else {
            throw RequestRefused(.notPossible, "say what the token is for: --roles, of \(AccessPolicy.Role.all.joined(separator: ", "))")
        }
        try requireKnown(roles)
        let environments = environments ?? other?.environments ?? []
        if let other, Set(other.roles) != Set(roles) || Set(other.environments) != Set(environments) {
            throw RequestRefused(
                .notPossible,
                "token \"\(name)\" exists with other rights (number \(other.id)), and both would have all of them. Choose another name, leave out --roles and --environments to renew it, or revoke it first"
            )
        }
        let secret = Self.tokenPrefix + SecureRandom.token()
        var token = AccessToken(
            name: name, sha256: SHA256.hex(Array(secret.utf8)), roles: roles, environments: environments, createdBy: actor, createdAt: now,
            expiresAt: now + lifetime)
        let places = environments.isEmpty ? "every environment" : environments.joined(separator: ", ")
        let audit = AuditDraft(
            at: now, actor: actor, action: "token.created", reason: reason,
            outcome: "\(name): \(roles.joined(separator: ", ")) in \(places), until \(token.expiresAt.utc)")
        do throws(JournalError) {
            token.id = try await journal.store(token, audit: audit)
        } catch {
            guard error.code == .invalid else { throw error }
            throw RequestRefused(.notPossible, error.message)
        }
        logger.info("token.created", metadata: ["actor": "\(actor.name)", "token": "\(name)", "number": "\(token.id)"])
        return (secret, token)
    }

    package func tokens(by actor: Actor) async throws -> [AccessToken] {
        try await authorize(actor, .manageTokens, environment: nil)
        return try await journal.accessTokens()
    }

    /// - Parameter token: the number of one, or the name of all that have it.
    /// - Returns: the numbers of those that were ended.
    package func revokeToken(_ token: String, by actor: Actor, reason: String) async throws -> [Int64] {
        try await authorize(actor, .manageTokens, environment: nil)
        let now = clock.now()
        let valid = try await journal.validAccessTokens(at: now)
        let chosen = valid.filter { "\($0.id)" == token || $0.name == token }
        guard let first = chosen.first else {
            let nearest = NearestName.suggestion(for: token, among: valid.map(\.name)).map { "; did you mean \"\($0)\"?" } ?? ""
            throw RequestRefused(.notFound, "there is no valid token \"\(token.prefix(80))\"\(nearest). Look: slipway token list")
        }
        let ids = chosen.map(\.id)
        let numbers = ids.map(String.init).joined(separator: ", ")
        try await journal.revoke(
            tokens: ids, at: now,
            audit: AuditDraft(at: now, actor: actor, action: "token.revoked", reason: reason, outcome: "\(first.name): \(numbers)"))
        logger.info("token.revoked", metadata: ["actor": "\(actor.name)", "token": "\(first.name)", "numbers": "\(numbers)"])
        return ids
    }

    /// It begins with a letter, since a number names one token.
    private func requireName(_ name: String) throws(RequestRefused) {
        let isPlain = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "-_.".utf8.contains(byte)
        }
        guard isPlain, (1...60).contains(name.utf8.count), name.first?.isLetter == true else {
            throw RequestRefused(.notPossible, "a token's name has 1 to 60 letters, digits, \"-\", \"_\" and \".\", a letter first")
        }
        guard !configuration.access.tokens.contains(where: { $0.name == name }) else {
            throw RequestRefused(.notPossible, "the controller's configuration has a token \"\(name)\" already. Choose another name")
        }
    }

    private func requireKnown(_ roles: [String]) throws(RequestRefused) {
        let known = Set(AccessPolicy.Role.all).union(configuration.access.grants.flatMap(\.roles))
        guard let unknown = roles.first(where: { !known.contains($0) }) else { return }
        let nearest = NearestName.suggestion(for: unknown, among: known.sorted()).map { "; did you mean \"\($0)\"?" } ?? ""
        throw RequestRefused(
            .notPossible, "there is no role \"\(unknown.prefix(80))\" (there is: \(known.sorted().joined(separator: ", ")))\(nearest)")
    }
}
