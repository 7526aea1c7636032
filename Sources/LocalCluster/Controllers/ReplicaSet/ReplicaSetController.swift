internal import Manifests

/// ReplicaSets to Pods.
struct ReplicaSetController: Reconciler {
    let store: ObjectStore
    let events: EventRecorder

    let name = "replicaset-controller"
    let watched: [ResourceType] = [.replicaSets, .pods]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        if type == .replicaSets { return NamespacedName(object).map { [$0] } ?? [] }
        let namespace = object.namespace ?? ""
        if let owner = object.controllerReference {
            guard owner["kind"]?.string == "ReplicaSet", let name = owner["name"]?.string else { return [] }
            return [NamespacedName(namespace: namespace, name: name)]
        }
        // A Pod that nobody controls may be adopted.
        return store.list(.replicaSets, namespace: namespace).items
            .filter { LabelSelector($0["spec", "selector"])?.matches(object.labels) ?? false }.compactMap(NamespacedName.init)
    }

    func allKeys() -> [NamespacedName] { store.list(.replicaSets).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let set = store.get(.replicaSets, key), let uid = set.uid else { return nil }
        let pods = try ownedPods(of: set, uid)
        let now = store.environment.now()
        let decision = ReplicaSetRules.decide(set, pods: pods, now: now)
        let failure = await carryOut(decision, set)
        let current = store.list(.pods, namespace: key.namespace).items.filter { $0.isControlled(by: uid) }
        guard let latest = store.get(.replicaSets, key), latest.uid == uid else { return nil }
        let reported = failure.map { (reason: $0.reason, message: $0.error.message) }
        try store.replaceStatus(.replicaSets, of: latest, with: ReplicaSetRules.status(latest, pods: current, failure: reported, now: now))
        if let failure { throw failure.error }
        return decision.lookAgainAfter
    }

    private func carryOut(_ decision: ReplicaSetRules.Decision, _ set: Value) async -> (reason: String, error: APIError)? {
        for _ in 0..<decision.toCreate {
            do throws(APIError) {
                let pod = try store.create(.pods, ReplicaSetRules.pod(of: set))
                await events.record(.normal, "SuccessfulCreate", "Created pod: \(pod.name ?? "")", about: set, by: name)
            } catch {
                await events.record(.warning, "FailedCreate", "Error creating: \(error.message)", about: set, by: name)
                return ("FailedCreate", error)
            }
        }
        for pod in decision.toDelete {
            do throws(APIError) {
                try store.remove(.pods, pod)
                await events.record(.normal, "SuccessfulDelete", "Deleted pod: \(pod.name ?? "")", about: set, by: name)
            } catch {
                await events.record(.warning, "FailedDelete", "Error deleting: \(error.message)", about: set, by: name)
                return ("FailedDelete", error)
            }
        }
        return nil
    }

    /// Its own Pods: those of its UID whose labels still match, and matching ones that nobody controls, which become its own.
    private func ownedPods(of set: Value, _ uid: String) throws(APIError) -> [Value] {
        guard let selector = LabelSelector(set["spec", "selector"]) else { return [] }
        var owned: [Value] = []
        for pod in store.list(.pods, namespace: set.namespace).items {
            let matches = selector.matches(pod.labels)
            if pod.isControlled(by: uid) {
                if matches {
                    owned.append(pod)
                } else {
                    var released = pod
                    released["metadata", "ownerReferences"] = .array(pod.ownerReferences.filter { $0["uid"]?.string != uid })
                    try store.replace(.pods, released)
                }
            } else if matches, pod.controllerReference == nil, pod.isActivePod, !set.isBeingDeleted, !selector.isEmpty {
                var adopted = pod
                adopted["metadata", "ownerReferences"] = .array(pod.ownerReferences + [set.asControllerReference])
                owned.append(try store.replace(.pods, adopted))
            }
        }
        return owned
    }
}
