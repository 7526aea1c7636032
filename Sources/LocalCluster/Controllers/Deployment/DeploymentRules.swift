package import Manifests

/// Decides about one Deployment from everything there is to know about it; pure.
package struct DeploymentRules: Sendable {
    let deployment: DeploymentView
    /// All ReplicaSets it controls.
    let replicaSets: [Value]
    /// All Pods of those ReplicaSets, for Recreate.
    let pods: [Value]
    let now: Timestamp

    package static func decide(deployment: Value, replicaSets: [Value], pods: [Value], now: Timestamp) -> DeploymentDecision {
        DeploymentRules(deployment: DeploymentView(deployment), replicaSets: replicaSets, pods: pods, now: now).decide()
    }

    private func decide() -> DeploymentDecision {
        var decision = DeploymentDecision()
        var sets = ReplicaSets(deployment, replicaSets)
        var progress: [DeploymentDecision.Progress] = []

        if deployment.object.isBeingDeleted {
            decision.status = DeploymentStatus.make(deployment, new: sets.new, old: sets.old, events: [], now: now)
            return decision
        }
        if let change = pauseChange { progress.append(change) }

        if deployment.isPaused || isScaling(sets) {
            if !deployment.isPaused { adoptRevision(&sets, &progress, &decision) }
            scale(&sets)
        } else if deployment.isRecreate {
            recreate(&sets, &progress, &decision)
        } else {
            adoptRevision(&sets, &progress, &decision)
            roll(&sets)
        }
        decision.status = DeploymentStatus.make(deployment, new: sets.new, old: sets.old, events: progress, now: now)
        if !deployment.isPaused, DeploymentStatus.isComplete(deployment, decision.status) {
            decision.deletions = surplusHistory(sets.old)
        }
        sets.collectChanges(from: replicaSets, into: &decision)
        decision.lookAgainAfter = DeploymentStatus.deadlineCheck(deployment, status: decision.status, now: now)
        return decision
    }

    // MARK: - The new ReplicaSet

    /// Makes or finds the ReplicaSet of the current template and gives it the next revision.
    private func adoptRevision(
        _ sets: inout ReplicaSets, _ progress: inout [DeploymentDecision.Progress], _ decision: inout DeploymentDecision
    ) {
        let revision = (sets.old.map(DeploymentView.revision).max() ?? 0) + 1
        let hasProgress = ConditionList(deployment.object["status", "conditions"]?.array)["Progressing"] != nil
        if var new = sets.new {
            markRevision(&new, revision)
            new["spec", "minReadySeconds"] = deployment.object["spec", "minReadySeconds"]
            sets.new = new
            if !hasProgress, deployment.progressDeadlineSeconds != nil { progress.append(.found(replicaSet: new.name ?? "")) }
        } else {
            var new = makeReplicaSet()
            markRevision(&new, revision)
            let replicas =
                deployment.isRecreate
                ? deployment.replicas
                : RolloutArithmetic.newReplicas(
                    wanted: deployment.replicas, current: 0, all: sets.old.reduce(0) { $0 + $1.specReplicas }, surge: deployment.maxSurge)
            sets.size(&new, to: replicas)
            sets.new = new
            sets.isNewCreated = true
            if deployment.progressDeadlineSeconds != nil { progress.append(.created(replicaSet: new.name ?? "")) }
        }
        let current = sets.new.map(DeploymentView.revision) ?? revision
        if deployment.revision != current { decision.revision = current }
    }

    private func markRevision(_ replicaSet: inout Value, _ revision: Int64) {
        let skipped: Set<String> = [
            "kubectl.kubernetes.io/last-applied-configuration", DeploymentView.revisionAnnotation,
            DeploymentView.revisionHistoryAnnotation, DeploymentView.desiredReplicasAnnotation, DeploymentView.maxReplicasAnnotation,
        ]
        for (key, value) in deployment.object.annotations ?? [:] where !skipped.contains(key) {
            replicaSet["metadata", "annotations", key] = value
        }
        let former = replicaSet.annotation(DeploymentView.revisionAnnotation)
        guard revision > DeploymentView.revision(of: replicaSet) else { return }
        replicaSet["metadata", "annotations", DeploymentView.revisionAnnotation] = .string(String(revision))
        if let former {
            let history = replicaSet.annotation(DeploymentView.revisionHistoryAnnotation)
            replicaSet["metadata", "annotations", DeploymentView.revisionHistoryAnnotation] =
                .string(history.map { $0.isEmpty ? former : "\($0),\(former)" } ?? former)
        }
    }

    private func makeReplicaSet() -> Value {
        let hash = deployment.templateHash
        var template = deployment.template
        template["metadata", "labels", DeploymentView.hashLabel] = .string(hash)
        var selector = deployment.object["spec", "selector"] ?? .object([:])
        selector.set(["matchLabels", DeploymentView.hashLabel], to: .string(hash))
        return .mapping(
            ("apiVersion", "apps/v1"), ("kind", "ReplicaSet"),
            (
                "metadata",
                .mapping(
                    ("name", .string("\(deployment.name)-\(hash)")), ("namespace", deployment.object.namespace.map(Value.string)),
                    ("labels", template["metadata", "labels"]), ("annotations", .object([:])),
                    ("ownerReferences", [deployment.object.asControllerReference]))
            ),
            (
                "spec",
                .mapping(
                    ("replicas", 0), ("minReadySeconds", deployment.object["spec", "minReadySeconds"]), ("selector", selector),
                    ("template", template))
            ))
    }

    // MARK: - Strategies

    private func roll(_ sets: inout ReplicaSets) {
        guard let new = sets.new else { return }
        if !sets.isNewCreated {
            let wanted =
                new.specReplicas > deployment.replicas
                ? deployment.replicas
                : RolloutArithmetic.newReplicas(
                    wanted: deployment.replicas, current: new.specReplicas, all: sets.total, surge: deployment.maxSurge)
            if sets.sizeNew(to: wanted) { return }
        } else if new.specReplicas > 0 {
            return
        }
        let order = sets.old.indices.sorted { sets.isOlder($0, $1) }
        let shrunk = RolloutArithmetic.shrink(
            old: order.map { .init(replicas: sets.old[$0].specReplicas, available: sets.old[$0].availableReplicas) },
            new: .init(replicas: new.specReplicas, available: new.availableReplicas), wanted: deployment.replicas,
            unavailable: deployment.maxUnavailable)
        for (position, index) in order.enumerated() { sets.sizeOld(index, to: shrunk[position]) }
    }

    /// All old Pods have to be gone before the first new one is made.
    private func recreate(
        _ sets: inout ReplicaSets, _ progress: inout [DeploymentDecision.Progress], _ decision: inout DeploymentDecision
    ) {
        var isScaledDown = false
        for index in sets.old.indices where sets.old[index].specReplicas > 0 {
            sets.sizeOld(index, to: 0)
            isScaledDown = true
        }
        let newUID = sets.new?.uid
        let isOldRunning = pods.contains { pod in
            !(newUID != nil && pod.isControlled(by: newUID)) && pod.podPhase != "Failed" && pod.podPhase != "Succeeded"
        }
        if isScaledDown || isOldRunning { return }
        adoptRevision(&sets, &progress, &decision)
        if !sets.isNewCreated { _ = sets.sizeNew(to: deployment.replicas) }
    }

    // MARK: - Scaling

    private func isScaling(_ sets: ReplicaSets) -> Bool {
        sets.all.contains { set in
            guard set.specReplicas > 0, let desired = set.annotation(DeploymentView.desiredReplicasAnnotation).flatMap({ Int64($0) })
            else { return false }
            return desired != deployment.replicas
        }
    }

    private func scale(_ sets: inout ReplicaSets) {
        let active = sets.all.filter { $0.specReplicas > 0 }
        if active.count <= 1 {
            // Kubernetes scales the only active ReplicaSet, or the latest when none is.
            if let only = active.first ?? sets.new
                ?? sets.old.max(by: { DeploymentView.revision(of: $0) < DeploymentView.revision(of: $1) })
            {
                sets.size(named: only.name, to: deployment.replicas)
            }
            return
        }
        if let new = sets.new, new.specReplicas == deployment.replicas, new.availableReplicas == deployment.replicas,
            new.annotation(DeploymentView.desiredReplicasAnnotation) == String(deployment.replicas)
        {
            for index in sets.old.indices { sets.sizeOld(index, to: 0) }
            return
        }
        guard !deployment.isRecreate else { return }
        let allowed = deployment.replicas > 0 ? deployment.replicas + deployment.maxSurge : 0
        let toAdd = allowed - sets.total
        let ordered = active.sorted { left, right in
            if left.specReplicas != right.specReplicas { return left.specReplicas > right.specReplicas }
            return toAdd > 0 ? ReplicaSets.isOlder(right, left) : ReplicaSets.isOlder(left, right)
        }
        let formerTotal = deployment.object["status", "replicas"]?.integer ?? 0
        let sizes = RolloutArithmetic.proportional(
            active: ordered.map { set in
                (set.specReplicas, set.annotation(DeploymentView.maxReplicasAnnotation).flatMap { Int64($0) } ?? formerTotal)
            }, wanted: deployment.replicas, surge: deployment.maxSurge, toAdd: toAdd)
        for (set, size) in zip(ordered, sizes) { sets.size(named: set.name, to: size) }
    }

    // MARK: - Pause and history

    private var pauseChange: DeploymentDecision.Progress? {
        guard deployment.progressDeadlineSeconds != nil else { return nil }
        let reason = ConditionList(deployment.object["status", "conditions"]?.array)["Progressing"]?["reason"]?.string
        if reason == "ProgressDeadlineExceeded" { return nil }
        if deployment.isPaused { return reason == "DeploymentPaused" ? nil : .paused }
        return reason == "DeploymentPaused" ? .resumed : nil
    }

    private func surplusHistory(_ old: [Value]) -> [Value] {
        guard let limit = deployment.revisionHistoryLimit else { return [] }
        let empty = old.filter {
            !$0.isBeingDeleted && $0.specReplicas == 0 && $0.statusReplicas == 0
                && ($0["status", "observedGeneration"]?.integer ?? 0) >= ($0.generation ?? 0)
        }
        let surplus = old.count - Int(clamping: limit)
        guard surplus > 0 else { return [] }
        return Array(empty.sorted { DeploymentView.revision(of: $0) < DeploymentView.revision(of: $1) }.prefix(surplus))
    }
}
