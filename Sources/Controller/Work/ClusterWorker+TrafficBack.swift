internal import Delivery
internal import Health
internal import Kubernetes
internal import Manifests

/// The ends of the steps: back to the old version, or on to the whole Bundle.
extension ClusterWorker {
    /// All traffic to the old version, before anything else is done. It goes by what is in the cluster, not by the policy, which may be
    /// another one by now. Where nothing stands beside the Environment's objects it writes nothing.
    ///
    /// - Parameter bundle: the proven one, whose Service and routes come back.
    func takeTrafficBack(to bundle: String, policy: EnvironmentPolicy) async throws {
        let applier = try context.applier(for: policy, isReturning: true, release: newestRelease)
        let beside = try await Self.beside(applier)
        guard !beside.isEmpty else { return }
        note.say("takes the traffic back to the version before")
        applied = nil
        stepUp = nil
        try await applier.withdraw(beside.filter { $0.kind == "Ingress" })
        let objects = try await objects(of: bundle)
        try await takeRoutesBack(objects, applier, policy: policy)
        let deployments = beside.filter { $0.kind == "Deployment" }
        guard let canary = deployments.first else { return }
        let search = Search(objects: objects, namespace: policy.target.namespace)
        let service = canary.annotations?[RolloutStep.serviceAnnotation]?.string.flatMap { search.find("", "Service", $0) }
        guard let service, let live = try await applier.client.get(service.identity) else {
            try await applier.withdraw(deployments)
            return
        }
        if let old = try await versionToReturnTo(of: canary, applier) {
            let pinned = objects.map { $0 == service.object ? RolloutStep.pinned($0, to: old.hash) : $0 }
            _ = try await applier.apply(pinned, only: [service.identity])
            try await applier.withdraw(deployments)
            let areEnding = try await applier.awaitEnding(podsWith: RolloutStep.trackLabel, value: RolloutStep.canary)
            // With nothing else to choose from it needs no holding, and what comes next may wait for a person.
            if old.isAlone, areEnding { _ = try await applier.apply(objects, only: [service.identity]) }
        } else if live["spec", "selector", RolloutStep.trackLabel] == nil {
            try await applier.withdraw(deployments)
        }
        // Else only the new version can serve, until the old one is healthy again.
    }

    /// While all traffic goes to the new version beside, the whole Bundle comes without taking it from there.
    func holdingSwitch(in objects: [Value], policy: EnvironmentPolicy, isReturning: Bool) async throws -> [Value] {
        guard !isReturning, let strategy = policy.rollout.strategy, strategy.kind == .blueGreen,
            let service = Search(objects: objects, namespace: policy.target.namespace).find("", "Service", strategy.service)
        else { return objects }
        let live = try await context.clusters.client(policy.target.cluster).get(service.identity)
        guard live?["spec", "selector", RolloutStep.trackLabel]?.string == RolloutStep.canary else { return objects }
        return objects.map { $0 == service.object ? RolloutStep.switched($0) : $0 }
    }

    /// What was applied is healthy: the Service takes it.
    func endSwitch(to bundle: String, of release: Release, policy: EnvironmentPolicy) async throws {
        guard release.isReturning else {
            let objects = try await objects(of: bundle)
            guard let strategy = policy.rollout.strategy,
                try await holdingSwitch(in: objects, policy: policy, isReturning: false) != objects,
                let service = Search(objects: objects, namespace: policy.target.namespace).find("", "Service", strategy.service)
            else { return }
            let again = try await context.applier(for: policy, release: newestRelease).apply(objects, only: [service.identity])
            applied?.replace(again)
            return
        }
        let applier = try context.applier(for: policy, isReturning: true, release: newestRelease)
        try await applier.withdraw(try await Self.beside(applier).filter { $0.kind == "Deployment" })
    }

    /// What stood beside goes, however many objects those are: the cap of the policy is about its own.
    func endSteps(policy: EnvironmentPolicy) async throws {
        let applier = try context.applier(for: policy, release: newestRelease)
        let beside = try await Self.beside(applier)
        guard !beside.isEmpty else { return }
        try await applier.withdraw(beside.filter { $0.kind == "Ingress" })
        _ = try await applier.prune(only: Set(beside.compactMap(\.identity))) { [note] words in note.say(words) }
    }

    private static func beside(_ applier: EnvironmentApplier) async throws -> [Value] {
        try await applier.beside(nameSuffix: RolloutStep.suffix, label: RolloutStep.trackLabel, value: RolloutStep.canary)
    }

    /// Routes that lead to the new version lead where the Bundle says.
    private func takeRoutesBack(_ objects: [Value], _ applier: EnvironmentApplier, policy: EnvironmentPolicy) async throws {
        let search = Search(objects: objects, namespace: policy.target.namespace)
        var routes: Set<ObjectIdentity> = []
        for object in objects where object.kind == "HTTPRoute" && object.group == "gateway.networking.k8s.io" {
            let id = search.identity(of: object)
            guard let live = try await applier.client.get(id) else { continue }
            let backends = (live["spec", "rules"]?.array ?? []).flatMap { $0["backendRefs"]?.array ?? [] }
            if backends.contains(where: { $0["name"]?.string?.hasSuffix(RolloutStep.suffix) == true }) { routes.insert(id) }
        }
        if !routes.isEmpty { _ = try await applier.apply(objects, only: routes) }
    }

    /// The `pod-template-hash` of the version that the canary was put beside, as long as enough of it runs to bear the traffic, and whether
    /// its Deployment has and makes no Pods of another.
    private func versionToReturnTo(of canary: Value, _ applier: EnvironmentApplier) async throws -> (hash: String, isAlone: Bool)? {
        guard let hash = canary.annotations?[RolloutStep.besideAnnotation]?.string, !hash.isEmpty, let name = canary.name else {
            return nil
        }
        let namespace = applier.settings.namespace
        let id = ObjectIdentity(
            group: "apps", kind: "Deployment", namespace: namespace, name: String(name.dropLast(RolloutStep.suffix.count)))
        guard let live = try await applier.client.get(id) else { return nil }
        let sets = try await applier.client.list(
            GroupKind(group: "apps", kind: "ReplicaSet"), version: "v1", namespace: namespace,
            labelSelector: RolloutStep.hashLabel)
        let own = sets.filter { $0.controllerUID == live.uid }
        let ready = own.first { $0.labels?[RolloutStep.hashLabel]?.string == hash }?["status", "readyReplicas"]?.integer ?? 0
        let wanted = max(live["spec", "replicas"]?.integer ?? 1, 1)
        guard ready > 0, ready * 2 >= wanted else { return nil }
        let isSettled = live["status", "observedGeneration"]?.integer == live["metadata", "generation"]?.integer
        let others = own.filter { $0.labels?[RolloutStep.hashLabel]?.string != hash }
        let isAlone = others.allSatisfy { ($0["spec", "replicas"]?.integer ?? 0) == 0 && ($0["status", "replicas"]?.integer ?? 0) == 0 }
        return (hash, isSettled && isAlone)
    }

    private struct Search {
        var objects: [Value]
        var namespace: String

        func identity(of object: Value) -> ObjectIdentity {
            let own = object.namespace ?? ""
            return ObjectIdentity(
                group: object.group ?? "", kind: object.kind ?? "", namespace: own.isEmpty ? namespace : own, name: object.name ?? "")
        }

        func find(_ group: String, _ kind: String, _ name: String) -> (identity: ObjectIdentity, object: Value)? {
            let id = ObjectIdentity(group: group, kind: kind, namespace: namespace, name: name)
            return objects.first { identity(of: $0) == id }.map { (id, $0) }
        }
    }
}
