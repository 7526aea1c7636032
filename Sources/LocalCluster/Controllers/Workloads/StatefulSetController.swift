package import Manifests

/// StatefulSets: Pods with numbers, made in order and replaced from the highest number down.
struct StatefulSetController: Reconciler {
    let store: ObjectStore
    let events: EventRecorder

    let name = "statefulset-controller"
    let watched: [ResourceType] = [.statefulSets, .pods]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        if type == .statefulSets { return NamespacedName(object).map { [$0] } ?? [] }
        guard let owner = object.controllerReference, owner["kind"]?.string == "StatefulSet", let name = owner["name"]?.string
        else { return [] }
        return [NamespacedName(namespace: object.namespace ?? "", name: name)]
    }

    func allKeys() -> [NamespacedName] { store.list(.statefulSets).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let set = store.get(.statefulSets, key), let uid = set.uid else { return nil }
        let hash = ControllerRevisions.hash(of: set["spec", "template"])
        let now = store.environment.now()
        var pods = ownPods(uid, key.namespace)
        if !set.isBeingDeleted {
            try ControllerRevisions.ensure(for: set, hash: hash, in: store)
            switch StatefulSetRules.step(set, pods: pods, hash: hash, now: now) {
            case .create(let numbers):
                for number in numbers {
                    try await makeClaims(of: set, number)
                    let pod = try store.create(.pods, StatefulSetRules.pod(of: set, number: number, hash: "\(key.name)-\(hash)"))
                    await events.record(
                        .normal, "SuccessfulCreate", "create Pod \(pod.name ?? "") in StatefulSet \(key.name) successful", about: set,
                        by: name)
                }
            case .delete(let leaving):
                for pod in leaving {
                    try store.remove(.pods, pod)
                    await events.record(
                        .normal, "SuccessfulDelete", "delete Pod \(pod.name ?? "") in StatefulSet \(key.name) successful", about: set,
                        by: name)
                }
            case .none: break
            }
            pods = ownPods(uid, key.namespace)
        }
        try store.replaceStatus(.statefulSets, of: set, with: StatefulSetRules.status(set, pods: pods, hash: hash, now: now))
        return StatefulSetRules.nextAvailability(set, pods: pods, now: now)
    }

    /// Those that are not there yet; a claim of an earlier Pod of that number is used again.
    private func makeClaims(of set: Value, _ number: Int64) async throws(APIError) {
        let podName = "\(set.name ?? "")-\(number)"
        for claim in VolumeClaims.claims(of: set, podName: podName) {
            let name = claim.name ?? ""
            guard store.get(.persistentVolumeClaims, namespace: set.namespace ?? "", name: name) == nil else { continue }
            try store.create(.persistentVolumeClaims, claim)
            await events.record(
                .normal, "SuccessfulCreate", "create Claim \(name) Pod \(podName) in StatefulSet \(set.name ?? "") success", about: set,
                by: self.name)
        }
    }

    private func ownPods(_ uid: String, _ namespace: String) -> [Value] {
        store.list(.pods, namespace: namespace).items.filter { $0.isControlled(by: uid) }
    }
}

/// Decides about one StatefulSet; pure.
package enum StatefulSetRules {
    package enum Step: Sendable {
        case create([Int64])
        case delete([Value])
        case none
    }

    package static func number(of pod: Value) -> Int64? { pod.name.flatMap { $0.split(separator: "-").last }.flatMap { Int64($0) } }

    package static func step(_ set: Value, pods: [Value], hash: String, now: Timestamp) -> Step {
        let wanted = max(0, set.specReplicas)
        let isParallel = set["spec", "podManagementPolicy"]?.string == "Parallel"
        let minReady = set["spec", "minReadySeconds"]?.integer ?? 0
        let byNumber = Dictionary(pods.compactMap { pod in number(of: pod).map { ($0, pod) } }, uniquingKeysWith: { $1 })

        if let finished = pods.first(where: { ($0.podPhase == "Failed" || $0.podPhase == "Succeeded") && !$0.isBeingDeleted }) {
            return .delete([finished])
        }
        let missing = (0..<wanted).filter { byNumber[$0] == nil }
        if isParallel {
            if !missing.isEmpty { return .create(missing) }
        } else {
            for index in 0..<wanted {
                guard let pod = byNumber[index] else { return .create([index]) }
                // Each has to be there before the next is made.
                if pod.isBeingDeleted || !pod.isAvailablePod(minReadySeconds: minReady, now: now) { break }
            }
            if missing.isEmpty == false { return .none }
        }
        let surplus = byNumber.filter { $0.key >= wanted }.sorted { $0.key > $1.key }.map(\.value)
        if !surplus.isEmpty {
            if isParallel { return .delete(surplus.filter { !$0.isBeingDeleted }) }
            guard let highest = surplus.first, !highest.isBeingDeleted else { return .none }
            return .delete([highest])
        }
        guard set["spec", "updateStrategy", "type"]?.string != "OnDelete" else { return .none }
        let partition = set["spec", "updateStrategy", "rollingUpdate", "partition"]?.integer ?? 0
        let name = "\(set.name ?? "")-\(hash)"
        for index in stride(from: wanted - 1, through: max(0, partition), by: -1) {
            guard let pod = byNumber[index] else { return .none }
            if pod.isBeingDeleted { return .none }
            if pod.label(ControllerRevisions.label) != name { return .delete([pod]) }
            if !pod.isAvailablePod(minReadySeconds: minReady, now: now) { return .none }
        }
        return .none
    }

    package static func pod(of set: Value, number: Int64, hash: String) -> Value {
        let template = set["spec", "template"]
        let name = "\(set.name ?? "")-\(number)"
        var labels = template?["metadata"]?["labels"] ?? .object([:])
        labels[ControllerRevisions.label] = .string(hash)
        labels["statefulset.kubernetes.io/pod-name"] = .string(name)
        labels["apps.kubernetes.io/pod-index"] = .string(String(number))
        var spec = template?["spec"] ?? .object([:])
        spec["hostname"] = .string(name)
        spec["subdomain"] = set["spec", "serviceName"]
        var volumes = spec["volumes"]?.array ?? []
        for claim in set["spec", "volumeClaimTemplates"]?.array ?? [] {
            guard let claimName = claim.name else { continue }
            volumes.removeAll { $0["name"]?.string == claimName }
            volumes.append(["name": .string(claimName), "persistentVolumeClaim": ["claimName": .string("\(claimName)-\(name)")]])
        }
        if !volumes.isEmpty { spec["volumes"] = .array(volumes) }
        return .mapping(
            (
                "metadata",
                .mapping(
                    ("name", .string(name)), ("namespace", set.namespace.map(Value.string)), ("labels", labels),
                    ("annotations", template?["metadata"]?["annotations"]), ("ownerReferences", [set.asControllerReference]))
            ), ("spec", spec))
    }

    package static func status(_ set: Value, pods: [Value], hash: String, now: Timestamp) -> Value {
        let name = "\(set.name ?? "")-\(hash)"
        let minReady = set["spec", "minReadySeconds"]?.integer ?? 0
        let active = pods.filter { !$0.isBeingDeleted }
        let updated = active.filter { $0.label(ControllerRevisions.label) == name }
        let former = set["status", "currentRevision"]?.string
        let isDone = updated.count == active.count && Int64(updated.count) == set.specReplicas && updated.allSatisfy(\.isReadyPod)
        let current = isDone ? name : former ?? name
        return .mapping(
            ("observedGeneration", set.generation.map(Value.integer)), ("replicas", .integer(Int64(pods.count))),
            ("readyReplicas", .positive(Int64(active.count(where: \.isReadyPod)))),
            ("availableReplicas", .integer(Int64(active.count { $0.isAvailablePod(minReadySeconds: minReady, now: now) }))),
            ("currentReplicas", .positive(Int64(active.count { $0.label(ControllerRevisions.label) == current }))),
            ("updatedReplicas", .positive(Int64(updated.count))), ("currentRevision", .string(current)), ("updateRevision", .string(name)),
            ("collisionCount", 0))
    }

    package static func nextAvailability(_ set: Value, pods: [Value], now: Timestamp) -> Duration? {
        let minReady = set["spec", "minReadySeconds"]?.integer ?? 0
        guard minReady > 0 else { return nil }
        return pods.filter { $0.isReadyPod && !$0.isAvailablePod(minReadySeconds: minReady, now: now) }
            .compactMap { $0.condition("Ready")?["lastTransitionTime"]?.string.flatMap(Timestamp.init(rfc3339:)) }
            .map { max(.milliseconds(10), $0 + .seconds(minReady) - now) }.min()
    }
}
