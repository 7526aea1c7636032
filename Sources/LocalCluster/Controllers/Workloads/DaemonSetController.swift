internal import Manifests

/// DaemonSets: one Pod on the one node. An update replaces it, old first.
struct DaemonSetController: Reconciler {
    let store: ObjectStore
    let events: EventRecorder

    let name = "daemonset-controller"
    let watched: [ResourceType] = [.daemonSets, .pods, .nodes]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        switch type {
        case .daemonSets: return NamespacedName(object).map { [$0] } ?? []
        case .nodes: return allKeys()
        default:
            guard let owner = object.controllerReference, owner["kind"]?.string == "DaemonSet", let name = owner["name"]?.string
            else { return [] }
            return [NamespacedName(namespace: object.namespace ?? "", name: name)]
        }
    }

    func allKeys() -> [NamespacedName] { store.list(.daemonSets).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let set = store.get(.daemonSets, key), let uid = set.uid else { return nil }
        let nodes = store.list(.nodes).items.filter {
            LabelSelector(map: set["spec", "template", "spec", "nodeSelector"]).matches($0.labels)
        }
        let hash = ControllerRevisions.hash(of: set["spec", "template"])
        var pods = store.list(.pods, namespace: key.namespace).items.filter { $0.isControlled(by: uid) }
        if !set.isBeingDeleted {
            try ControllerRevisions.ensure(for: set, hash: hash, in: store)
            let updates = set["spec", "updateStrategy", "type"]?.string != "OnDelete"
            for pod in pods
            where pod.podPhase == "Failed" || pod.podPhase == "Succeeded" || (updates && pod.label(ControllerRevisions.label) != hash) {
                guard !pod.isBeingDeleted else { continue }
                try store.remove(.pods, pod)
                await events.record(.normal, "SuccessfulDelete", "Deleted pod: \(pod.name ?? "")", about: set, by: name)
            }
            pods = store.list(.pods, namespace: key.namespace).items.filter { $0.isControlled(by: uid) }
            for node in nodes where !pods.contains(where: { isOn($0, node) }) {
                let pod = try store.create(.pods, makePod(set, hash, node: node.name ?? ""))
                await events.record(.normal, "SuccessfulCreate", "Created pod: \(pod.name ?? "")", about: set, by: name)
                pods.append(pod)
            }
        }
        try store.replaceStatus(.daemonSets, of: set, with: status(set, pods, nodes.count, hash))
        return nil
    }

    /// The node is written into the Pod's affinity; it is the only one, so every Pod of the set is on it.
    private func isOn(_ pod: Value, _ node: Value) -> Bool {
        let name = pod["spec", "nodeName"]?.string ?? ""
        return name.isEmpty || name == node.name
    }

    private func makePod(_ set: Value, _ hash: String, node: String) -> Value {
        let template = set["spec", "template"]
        var labels = template?["metadata"]?["labels"] ?? .object([:])
        labels[ControllerRevisions.label] = .string(hash)
        return .mapping(
            (
                "metadata",
                .mapping(
                    ("generateName", .string("\(set.name ?? "")-")), ("namespace", set.namespace.map(Value.string)), ("labels", labels),
                    ("annotations", template?["metadata"]?["annotations"]), ("ownerReferences", [set.asControllerReference]))
            ), ("spec", template?["spec"]))
    }

    private func status(_ set: Value, _ pods: [Value], _ nodes: Int, _ hash: String) -> Value {
        let now = store.environment.now()
        let minReady = set["spec", "minReadySeconds"]?.integer ?? 0
        let active = pods.filter(\.isActivePod)
        let ready = active.count(where: \.isReadyPod)
        let available = active.count { $0.isAvailablePod(minReadySeconds: minReady, now: now) }
        return .mapping(
            ("currentNumberScheduled", .integer(Int64(min(active.count, nodes)))), ("desiredNumberScheduled", .integer(Int64(nodes))),
            ("numberMisscheduled", 0), ("numberReady", .integer(Int64(ready))),
            ("updatedNumberScheduled", .positive(Int64(active.count { $0.label(ControllerRevisions.label) == hash }))),
            ("numberAvailable", .positive(Int64(available))), ("numberUnavailable", .positive(Int64(max(0, nodes - available)))),
            ("observedGeneration", set.generation.map(Value.integer)))
    }
}
