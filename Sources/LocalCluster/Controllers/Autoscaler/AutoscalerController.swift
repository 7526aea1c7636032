internal import Manifests

/// HorizontalPodAutoscalers: measures the target's Pods and keeps the replica count where the usage asks for, between the bounds.
struct AutoscalerController: Reconciler {
    let store: ObjectStore
    let events: EventRecorder
    /// Who measures; nil: nobody, and the conditions say so.
    let node: (any NodeServices)?
    private let histories = AutoscalerHistories()

    let name = "horizontal-pod-autoscaler"
    let watched: [ResourceType] = [.horizontalPodAutoscalers, .deployments, .statefulSets, .replicaSets]

    init(store: ObjectStore, events: EventRecorder, node: (any NodeServices)?) {
        self.store = store
        self.events = events
        self.node = node
    }

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        if type == .horizontalPodAutoscalers { return NamespacedName(object).map { [$0] } ?? [] }
        return store.list(.horizontalPodAutoscalers, namespace: object.namespace).items.filter { scaler in
            let target = scaler["spec", "scaleTargetRef"]
            return target?["kind"]?.string == type.kind && target?["name"]?.string == object.name
        }.compactMap(NamespacedName.init)
    }

    func allKeys() -> [NamespacedName] { store.list(.horizontalPodAutoscalers).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let scaler = store.get(.horizontalPodAutoscalers, key), !scaler.isBeingDeleted, let uid = scaler.uid else { return nil }
        let reference = scaler["spec", "scaleTargetRef"]
        let type = [ResourceType.deployments, .statefulSets, .replicaSets].first { $0.kind == reference?["kind"]?.string }
        let targetName = reference?["name"]?.string ?? ""
        let target = type.flatMap { store.get($0, namespace: key.namespace, name: targetName) }
        let pods = await measured(target, in: key.namespace)
        let decision = AutoscalerRules.decide(
            scaler, target: target, pods: pods, history: await histories.of(uid), now: store.environment.now())
        await histories.set(decision.history, of: uid)
        if let size = decision.newSize, let type {
            try store.update(
                type, namespace: key.namespace, name: targetName,
                options: WriteOptions(tracking: .manager("kube-controller-manager"), target: .scale)
            ) { $0["spec", "replicas"] = .integer(size) }
            await events.record(
                .normal, "SuccessfulRescale", "New size: \(size); reason: \(decision.reason)", about: scaler, by: name)
        }
        if let problem = decision.problem {
            await events.record(.warning, problem.reason, problem.message, about: scaler, by: name)
        }
        try store.replaceStatus(.horizontalPodAutoscalers, of: scaler, with: decision.status)
        return ControllerLimits.autoscalerInterval
    }

    /// The Pods of the target with what they use; an empty list without a target or without anybody who measures.
    private func measured(_ target: Value?, in namespace: String) async -> [MeasuredPod] {
        guard let target, let selector = LabelSelector(target["spec", "selector"]) else { return [] }
        var pods: [MeasuredPod] = []
        for pod in store.list(.pods, namespace: namespace).items where selector.matches(pod.labels) {
            let usage = pod.isBeingDeleted ? nil : await node?.usage(namespace: namespace, pod: pod.name ?? "")
            pods.append(MeasuredPod(pod: pod, usage: usage))
        }
        return pods
    }
}

/// What each autoscaler recommended and did lately; ends with the process, as in Kubernetes.
private actor AutoscalerHistories {
    private var histories: [String: AutoscalerHistory] = [:]

    func of(_ uid: String) -> AutoscalerHistory { histories[uid] ?? AutoscalerHistory() }

    func set(_ history: AutoscalerHistory, of uid: String) {
        if histories.count >= ControllerLimits.rememberedAutoscalers { histories = [:] }
        histories[uid] = history
    }
}
