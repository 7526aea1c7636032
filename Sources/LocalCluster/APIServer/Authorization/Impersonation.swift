/// Somebody who asks to be taken for another (`kubectl --as`).
struct Impersonation: Sendable, Hashable {
    var user = ""
    var groups: [String] = []
    var uid = ""
    var extra: [String: [String]] = [:]

    var isEmpty: Bool { user.isEmpty && groups.isEmpty && uid.isEmpty && extra.isEmpty }

    /// The identity that the request goes on with.
    ///
    /// - Throws: `Forbidden` when the roles of the one who asks do not allow it.
    func identity(askedBy asker: ClientIdentity, _ authorizer: RoleAuthorizer) throws(APIError) -> ClientIdentity {
        guard !user.isEmpty else {
            throw APIError(.internalError, "Internal error occurred: requested groups, uid or extra without impersonating a user")
        }
        func require(_ resource: AccessAttributes.Resource) throws(APIError) {
            try authorizer.require(AccessAttributes(user: asker, verb: "impersonate", target: .resource(resource)))
        }
        let account = ServiceAccountName(userName: user)
        if let account {
            try require(.init(version: "v1", plural: "serviceaccounts", namespace: account.namespace, name: account.name))
        } else {
            try require(.init(plural: "users", name: user))
        }
        for group in groups { try require(.init(plural: "groups", name: group)) }
        if !uid.isEmpty { try require(.init(group: "authentication.k8s.io", plural: "uids", name: uid)) }
        for (key, values) in extra {
            for value in values {
                try require(.init(group: "authentication.k8s.io", plural: "userextras", subresource: key, name: value))
            }
        }
        var all = groups
        if all.isEmpty, let account { all = account.groups }
        let everyone = user == ClientIdentity.anonymous.name ? "system:unauthenticated" : "system:authenticated"
        if !all.contains(everyone), !all.contains("system:unauthenticated") { all.append(everyone) }
        return ClientIdentity(name: user, groups: all, uid: uid, extra: extra)
    }
}

/// The user name of a ServiceAccount: `system:serviceaccount:NAMESPACE:NAME`.
struct ServiceAccountName: Sendable, Hashable {
    var namespace: String
    var name: String

    private static let prefix = "system:serviceaccount:"

    var userName: String { "\(Self.prefix)\(namespace):\(name)" }
    /// The groups that it is in, besides the one of all who are authenticated.
    var groups: [String] { ["system:serviceaccounts", "system:serviceaccounts:\(namespace)"] }

    init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// Nil for the name of anybody else.
    init?(userName: String) {
        guard userName.hasPrefix(Self.prefix) else { return nil }
        let parts = userName.dropFirst(Self.prefix.count).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        self.init(namespace: String(parts[0]), name: String(parts[1]))
    }
}
