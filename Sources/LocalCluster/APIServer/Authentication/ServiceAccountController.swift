internal import Manifests

/// Each namespace has a ServiceAccount `default`, also after somebody deleted it.
struct ServiceAccountController: Reconciler {
    let store: ObjectStore

    let name = "service-account-controller"
    let watched: [ResourceType] = [.namespaces, .serviceAccounts]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        [NamespacedName(namespace: "", name: (type == .namespaces ? object.name : object.namespace) ?? "")]
    }

    func allKeys() -> [NamespacedName] { store.list(.namespaces).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let namespace = store.get(.namespaces, key), namespace["metadata"]?["deletionTimestamp"] == nil,
            store.get(.serviceAccounts, namespace: key.name, name: "default") == nil
        else { return nil }
        do {
            try store.create(.serviceAccounts, ["metadata": ["name": "default", "namespace": .string(key.name)]])
        } catch  where error.reason == .alreadyExists || error.reason == .forbidden {
            return nil  // it was made with the namespace, or the namespace is ending
        }
        return nil
    }
}

/// Puts a token into each Secret of the type `kubernetes.io/service-account-token`, and deletes those whose account is gone.
struct TokenSecretController: Reconciler {
    let store: ObjectStore
    let tokens: ServiceAccountTokens
    let authorityPEM: [UInt8]

    let name = "tokens-controller"
    let watched: [ResourceType] = [.secrets, .serviceAccounts]

    static let secretType = "kubernetes.io/service-account-token"
    static let accountAnnotation = "kubernetes.io/service-account.name"
    private static let uidAnnotation = "kubernetes.io/service-account.uid"

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        if type == .serviceAccounts {
            return allKeys().filter { $0.namespace == object.namespace }
        }
        return object["type"]?.string == Self.secretType ? NamespacedName(object).map { [$0] } ?? [] : []
    }

    func allKeys() -> [NamespacedName] {
        store.list(.secrets).items.filter { $0["type"]?.string == Self.secretType }.compactMap(NamespacedName.init)
    }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let secret = store.get(.secrets, key), secret["type"]?.string == Self.secretType else { return nil }
        let annotations = secret["metadata"]?["annotations"]
        let name = annotations?[Self.accountAnnotation]?.string ?? ""
        let account = store.get(.serviceAccounts, namespace: key.namespace, name: name)
        let uid = annotations?[Self.uidAnnotation]?.string
        guard let account, uid == nil || uid == account.uid else {
            try store.remove(.secrets, secret)
            return nil
        }
        let isDone = uid != nil && ["token", "ca.crt", "namespace"].allSatisfy { secret["data"]?[$0] != nil }
        if isDone { return nil }
        let issued = try tokens.legacy(account: account, secret: key.name)
        let token = secret["data"]?["token"] ?? .string(Base64.encode(Array(issued.utf8)))
        try store.update(.secrets, namespace: key.namespace, name: key.name) { live in
            live["metadata", "annotations", Self.uidAnnotation] = account.uid.map(Value.string)
            live["data", "token"] = token
            live["data", "ca.crt"] = .string(Base64.encode(authorityPEM))
            live["data", "namespace"] = .string(Base64.encode(Array(key.namespace.utf8)))
        }
        return nil
    }
}
