internal import Certificates
internal import Manifests
internal import Synchronization

/// Issues and checks the tokens of ServiceAccounts. A token is good as long as its account, and the object that it is bound to, are the ones
/// that it was issued for.
package final class ServiceAccountTokens: Sendable {
    /// Who issues them; also the audience of the API itself.
    static let issuer = "https://kubernetes.default.svc.cluster.local"

    private let store: ObjectStore
    private let tokens: WebToken
    /// Claims of tokens whose signature was found good, so that it is not checked with every request.
    private let known = Mutex<[String: Value]>([:])

    init(key: SigningKey, store: ObjectStore) {
        self.store = store
        tokens = WebToken(key: key)
    }

    /// What a token is bound to besides its account.
    struct BoundObject: Sendable {
        /// `Pod`, `Secret` or `Node`.
        let kind: String
        let name: String
        let uid: String
    }

    // MARK: Issuing

    /// - Parameter seconds: how long it is good for.
    /// - Throws: `NotFound` when there is no such account.
    func issue(
        account name: String, namespace: String, audiences: [String] = [], seconds: Int64, bound: BoundObject? = nil
    ) throws(APIError) -> (token: String, expires: Timestamp) {
        guard let account = store.get(.serviceAccounts, namespace: namespace, name: name), let uid = account.uid else {
            throw APIError.notFound(.serviceAccounts, name)
        }
        let now = store.environment.now()
        let expires = now.adding(seconds: seconds)
        var place: Value = ["namespace": .string(namespace), "serviceaccount": ["name": .string(name), "uid": .string(uid)]]
        if let bound { place[bound.kind.lowercased()] = ["name": .string(bound.name), "uid": .string(bound.uid)] }
        let claims: Value = [
            "aud": .array((audiences.isEmpty ? [Self.issuer] : audiences).map(Value.string)), "exp": .integer(expires.seconds),
            "iat": .integer(now.seconds), "iss": .string(Self.issuer), "jti": .string(store.environment.uuid()), "kubernetes.io": place,
            "nbf": .integer(now.seconds), "sub": .string(ServiceAccountName(namespace: namespace, name: name).userName),
        ]
        return (try tokens.sign(claims), expires)
    }

    /// The token of a Secret, which has no end but the Secret's.
    func legacy(account: Value, secret: String) throws(APIError) -> String {
        let name = ServiceAccountName(namespace: account.namespace ?? "", name: account.name ?? "")
        return try tokens.sign([
            "iss": "kubernetes/serviceaccount", "kubernetes.io/serviceaccount/namespace": .string(name.namespace),
            "kubernetes.io/serviceaccount/secret.name": .string(secret),
            "kubernetes.io/serviceaccount/service-account.name": .string(name.name),
            "kubernetes.io/serviceaccount/service-account.uid": .string(account.uid ?? ""), "sub": .string(name.userName),
        ])
    }

    // MARK: Checking

    /// Who the bearer of a token is, and for which of the wanted audiences.
    ///
    /// - Throws: what is wrong with it, for the eyes of a TokenReview.
    func identity(
        of token: String, audiences wanted: [String] = [issuer]
    ) throws(APIError) -> (user: ClientIdentity, audiences: [String]) {
        guard let claims = claims(of: token) else { throw APIError(.unauthorized, "invalid bearer token") }
        if claims["iss"]?.string != Self.issuer { return (try legacyIdentity(claims, token), wanted) }
        let now = store.environment.now().seconds
        guard now < claims["exp"]?.integer ?? 0 else { throw APIError(.unauthorized, "service account token has expired") }
        guard now >= claims["nbf"]?.integer ?? .max else { throw APIError(.unauthorized, "service account token is not valid yet") }
        let audiences = (claims["aud"]?.array?.compactMap(\.string) ?? []).filter(wanted.contains)
        guard !audiences.isEmpty else { throw APIError(.unauthorized, "token audiences are not the ones that are wanted") }
        let place = claims["kubernetes.io"] ?? [:]
        var extra = ["authentication.kubernetes.io/credential-id": ["JTI=\(claims["jti"]?.string ?? "")"]]
        for (field, type) in [("pod", ResourceType.pods), ("secret", .secrets), ("node", .nodes)] {
            guard let bound = place[field] else { continue }
            let name = bound["name"]?.string ?? ""
            let namespace = place["namespace"]?.string ?? ""
            guard let object = store.get(type, namespace: namespace, name: name), object.uid == bound["uid"]?.string else {
                throw APIError(.unauthorized, "the \(field) \"\(name)\" that the token is bound to is gone")
            }
            guard field != "secret" else { continue }
            extra["authentication.kubernetes.io/\(field)-name"] = [name]
            extra["authentication.kubernetes.io/\(field)-uid"] = [object.uid ?? ""]
        }
        return (
            try account(
                namespace: place["namespace"]?.string, name: place["serviceaccount"]?["name"]?.string,
                uid: place["serviceaccount"]?["uid"]?.string, extra), audiences
        )
    }

    private func legacyIdentity(_ claims: Value, _ token: String) throws(APIError) -> ClientIdentity {
        func claim(_ name: String) -> String? { claims["kubernetes.io/serviceaccount/\(name)"]?.string }
        let namespace = claim("namespace") ?? ""
        let secret = store.get(.secrets, namespace: namespace, name: claim("secret.name") ?? "")
        guard secret?["data"]?["token"]?.string == Base64.encode(Array(token.utf8)) else {
            throw APIError(.unauthorized, "the Secret of the token is gone")
        }
        return try account(namespace: namespace, name: claim("service-account.name"), uid: claim("service-account.uid"), [:])
    }

    private func account(
        namespace: String?, name: String?, uid: String?, _ extra: [String: [String]]
    ) throws(APIError) -> ClientIdentity {
        let account = ServiceAccountName(namespace: namespace ?? "", name: name ?? "")
        guard let uid, store.get(.serviceAccounts, namespace: account.namespace, name: account.name)?.uid == uid else {
            throw APIError(.unauthorized, "the ServiceAccount \(account.namespace)/\(account.name) of the token is gone")
        }
        return ClientIdentity(name: account.userName, groups: account.groups + ["system:authenticated"], uid: uid, extra: extra)
    }

    private func claims(of token: String) -> Value? {
        if let claims = known.withLock({ $0[token] }) { return claims }
        guard let claims = tokens.claims(of: token) else { return nil }
        known.withLock { known in
            if known.count >= APIServerLimits.rememberedTokens { known.removeAll() }
            known[token] = claims
        }
        return claims
    }
}
