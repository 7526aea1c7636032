internal import Manifests

/// Deployments to ReplicaSets.
struct DeploymentController: Reconciler {
    let store: ObjectStore
    let events: EventRecorder

    let name = "deployment-controller"
    let watched: [ResourceType] = [.deployments, .replicaSets, .pods]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        let namespace = object.namespace ?? ""
        switch type {
        case .deployments:
            return NamespacedName(object).map { [$0] } ?? []
        case .replicaSets:
            return owner(of: object, kind: "Deployment").map { [NamespacedName(namespace: namespace, name: $0)] } ?? []
        default:
            // Only Recreate waits for Pods, and only for those that leave.
            guard !object.isActivePod || object.isBeingDeleted, let setName = owner(of: object, kind: "ReplicaSet"),
                let set = store.get(.replicaSets, namespace: namespace, name: setName),
                let deployment = owner(of: set, kind: "Deployment")
            else { return [] }
            return [NamespacedName(namespace: namespace, name: deployment)]
        }
    }

    func allKeys() -> [NamespacedName] { store.list(.deployments).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let deployment = store.get(.deployments, key), let uid = deployment.uid else { return nil }
        let sets = try ownedReplicaSets(of: deployment, uid)
        var pods: [Value] = []
        if DeploymentView(deployment).isRecreate {
            let owners = Set(sets.compactMap(\.uid))
            pods = store.list(.pods, namespace: key.namespace).items.filter { pod in
                pod.controllerReference?["uid"]?.string.map(owners.contains) ?? false
            }
        }
        let decision = DeploymentRules.decide(deployment: deployment, replicaSets: sets, pods: pods, now: store.environment.now())
        try await carryOut(decision, deployment)
        return decision.lookAgainAfter
    }

    private func carryOut(_ decision: DeploymentDecision, _ deployment: Value) async throws(APIError) {
        if let creation = decision.creation {
            do throws(APIError) {
                try store.create(.replicaSets, creation)
            } catch {
                if error.reason != .alreadyExists { try await reportFailedCreation(deployment, error) }
                throw error
            }
        }
        for update in decision.updates { try store.replace(.replicaSets, update) }
        for scaling in decision.scalings where scaling.from != scaling.to {
            await events.record(.normal, "ScalingReplicaSet", scaling.message, about: deployment, by: name)
        }
        for set in decision.deletions { try store.remove(.replicaSets, set) }
        var current = deployment
        if let revision = decision.revision {
            current["metadata", "annotations", DeploymentView.revisionAnnotation] = .string(String(revision))
            current = try store.replace(.deployments, current)
        }
        try store.replaceStatus(.deployments, of: current, with: decision.status)
    }

    private func reportFailedCreation(_ deployment: Value, _ error: APIError) async throws(APIError) {
        await events.record(
            .warning, "ReplicaSetCreateError", "Failed to create new replica set: \(error.message)", about: deployment, by: name)
        guard DeploymentView(deployment).progressDeadlineSeconds != nil else { return }
        var conditions = ConditionList(deployment["status", "conditions"]?.array)
        conditions.set(
            "Progressing", "False", reason: "ReplicaSetCreateError", message: error.message, now: store.environment.now(),
            hasUpdateTime: true)
        var status = deployment["status"] ?? .object([:])
        status["conditions"] = .array(conditions.values)
        try store.replaceStatus(.deployments, of: deployment, with: status)
    }

    /// The ReplicaSets it controls; those that nobody controls and that its selector matches become its own.
    private func ownedReplicaSets(of deployment: Value, _ uid: String) throws(APIError) -> [Value] {
        let selector = LabelSelector(deployment["spec", "selector"])
        var owned: [Value] = []
        for set in store.list(.replicaSets, namespace: deployment.namespace).items {
            if set.isControlled(by: uid) {
                owned.append(set)
            } else if set.controllerReference == nil, !set.isBeingDeleted, !deployment.isBeingDeleted, let selector, !selector.isEmpty,
                selector.matches(set.labels)
            {
                var adopted = set
                adopted["metadata", "ownerReferences"] = .array(set.ownerReferences + [deployment.asControllerReference])
                owned.append(try store.replace(.replicaSets, adopted))
            }
        }
        return owned
    }

    private func owner(of object: Value, kind: String) -> String? {
        guard let reference = object.controllerReference, reference["kind"]?.string == kind else { return nil }
        return reference["name"]?.string
    }
}
