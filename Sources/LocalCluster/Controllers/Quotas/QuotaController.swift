internal import Manifests
internal import Synchronization

/// The status of ResourceQuotas: what is used of what they limit.
struct QuotaController: Reconciler {
    let store: ObjectStore

    let name = "resourcequota-controller"
    let watched: [ResourceType] = [.resourceQuotas] + QuotaController.counted

    /// What can be counted by a name of its own; anything else by `count/`.
    private static let counted: [ResourceType] = [
        .pods, .services, .configMaps, .secrets, .persistentVolumeClaims, .deployments, .replicaSets, .statefulSets, .jobs, .cronJobs,
    ]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        store.list(.resourceQuotas, namespace: object.namespace ?? "").items.compactMap(NamespacedName.init)
    }

    func allKeys() -> [NamespacedName] { store.list(.resourceQuotas).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let quota = store.get(.resourceQuotas, key), !quota.isBeingDeleted else { return nil }
        let objects = QuotaAdmission.objects(of: quota, store.types).map { ($0, store.list($0, namespace: key.namespace).items) }
        let used = QuotaRules.used(quota, objects: objects)
        var status = Value.object([:])
        status["hard"] = quota["spec"]?["hard"] ?? [:]
        status["used"] = .object(Object(used.sorted { $0.key < $1.key }.map { ($0.key, Value.string($0.value.canonical)) }))
        try store.replaceStatus(.resourceQuotas, of: quota, with: status)
        return nil
    }
}

extension ObjectStore {
    /// The types that have had objects.
    var types: [ResourceType] { state.withLock { Array($0.tables.keys) } }
}
