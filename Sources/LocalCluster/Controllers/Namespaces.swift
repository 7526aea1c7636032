package import Manifests

/// Says in the conditions of a Namespace that is being deleted what it still waits for. Its objects are deleted by the store itself.
struct NamespaceController: Reconciler {
    let store: ObjectStore

    let name = "namespace-controller"
    let watched: [ResourceType] = [.namespaces]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        object.isBeingDeleted ? NamespacedName(object).map { [$0] } ?? [] : []
    }

    func allKeys() -> [NamespacedName] {
        store.list(.namespaces).items.filter(\.isBeingDeleted).compactMap(NamespacedName.init)
    }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let namespace = store.get(.namespaces, name: key.name), namespace.isBeingDeleted else { return nil }
        let remaining = store.types.filter(\.namespaced).map { ($0, store.list($0, namespace: key.name).items) }
        var status = namespace["status"] ?? [:]
        status["conditions"] = .array(
            NamespaceConditions.make(remaining: remaining, former: status["conditions"], now: store.environment.now()))
        try store.replaceStatus(.namespaces, of: namespace, with: status)
        return ControllerLimits.terminatingNamespaceInterval
    }
}

/// The conditions of a Namespace that ends, in Kubernetes' words; pure.
package enum NamespaceConditions {
    package static func make(remaining: [(ResourceType, [Value])], former: Value?, now: Timestamp) -> [Value] {
        var list = ConditionList(former?.array)
        func set(_ type: String, _ status: String, _ reason: String, _ message: String) {
            if let old = list[type], old["status"]?.string == status, old["message"]?.string == message { return }
            list.replace(type, status, reason: reason, message: message, now: now)
        }
        set("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered")
        set("NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", "All legacy kube types successfully parsed")
        set(
            "NamespaceDeletionContentFailure", "False", "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization")
        let left = remaining.filter { !$0.1.isEmpty }.map { "\($0.0.plural).\($0.0.group) has \($0.1.count) resource instances" }.sorted()
        if left.isEmpty {
            set("NamespaceContentRemaining", "False", "ContentRemoved", "All content successfully removed")
        } else {
            set("NamespaceContentRemaining", "True", "SomeResourcesRemain", "Some resources are remaining: \(left.joined(separator: ", "))")
        }
        var finalizers: [String: Int] = [:]
        for object in remaining.flatMap(\.1) {
            for finalizer in StoreState.finalizers(of: object) { finalizers[finalizer, default: 0] += 1 }
        }
        if finalizers.isEmpty {
            set("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished")
        } else {
            let names = finalizers.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value) resource instances" }
            set(
                "NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain",
                "Some content in the namespace has finalizers remaining: \(names.joined(separator: ", "))")
        }
        return list.values
    }
}
