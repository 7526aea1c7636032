package import Manifests

/// What the cluster has in one step of a rollout: the old Bundle, and beside it the new version of one Deployment. Pure.
package struct RolloutStep: Sendable, Hashable {
    /// On what belongs to the new version, and on its Pods, so that the ReplicaSets of both do not mix.
    package static let trackLabel = "slipway.dev/track"
    package static let canary = "canary"
    /// Behind the name of what stands beside the old.
    package static let suffix = "-canary"
    /// Of the canary's Deployment: the `pod-template-hash` of the version that it stands beside, by which the way back knows it.
    package static let besideAnnotation = "slipway.dev/beside"
    /// Of the canary's Deployment: the Service whose traffic it shares.
    package static let serviceAnnotation = "slipway.dev/service"
    package static let hashLabel = "pod-template-hash"

    /// The old version as it runs.
    package struct Running: Sendable, Hashable {
        package var replicas: Int
        /// The `pod-template-hash` of its Pods.
        package var hash: String

        package init(replicas: Int, hash: String) {
            self.replicas = replicas
            self.hash = hash
        }
    }

    /// Everything: what of the old Bundle stays, as this step has it, and what comes beside it.
    package private(set) var objects: [Value]
    /// Written before all else: they keep the traffic with the old version while Pods come that their Service would select.
    package private(set) var guards: Set<ObjectIdentity> = []
    /// What has to be healthy.
    package private(set) var workload: Set<ObjectIdentity> = []
    /// Written when the workload is healthy: they bring the step's share of the traffic.
    package private(set) var routing: Set<ObjectIdentity> = []

    /// The `pod-template-hash` of the old version.
    package let beside: String
    private let namespace: String

    /// - Returns: `nil` when there is nothing to step: the old Bundle has no such Deployment, or the new one starts the same Pods.
    package static func make(
        from old: [Value], to new: [Value], by strategy: RolloutStrategy, step index: Int, running: Running, namespace: String
    ) throws(RolloutStepFault) -> RolloutStep? {
        let parts = try RolloutParts(old: old, new: new, strategy: strategy, namespace: namespace)
        guard let parts, parts.isChanged, strategy.steps.indices.contains(index) else { return nil }
        let weight = strategy.steps[index].weight
        var step = RolloutStep(objects: old, beside: running.hash, namespace: namespace)
        for object in parts.newcomers + parts.configuration { step.workload.insert(step.put(object)) }
        step.workload.insert(step.put(parts.previewService))
        let count = RolloutShare(strategy).replicas(weight: weight, of: running.replicas)
        step.workload.insert(step.put(parts.deployment(replicas: count, beside: running.hash)))
        switch (strategy.kind, strategy.routing) {
        case (.blueGreen, _) where weight == 0: step.guards.insert(step.put(Self.pinned(parts.oldService, to: running.hash)))
        case (.blueGreen, _): step.routing.insert(step.put(Self.switched(parts.newService)))
        case (.canary, .replicas): break
        case (.canary, .ingress(let name)):
            step.guards.insert(step.put(Self.pinned(parts.oldService, to: running.hash)))
            guard let ingress = try parts.ingress(name, weight: weight) else { return nil }
            step.routing.insert(step.put(ingress))
        case (.canary, .httpRoute(let name)):
            step.guards.insert(step.put(Self.pinned(parts.oldService, to: running.hash)))
            guard let route = try parts.route(name, weight: weight) else { return nil }
            step.routing.insert(step.put(route))
        }
        return step
    }

    /// Puts an object in the place of the one with its identity, or behind all.
    private mutating func put(_ object: Value) -> ObjectIdentity {
        let id = RolloutParts.identity(of: object, in: namespace)
        if let position = objects.firstIndex(where: { RolloutParts.identity(of: $0, in: namespace) == id }) {
            objects[position] = object
        } else {
            objects.append(object)
        }
        return id
    }

    /// A Service that takes only the Pods of one version of its Deployment.
    package static func pinned(_ service: Value, to hash: String) -> Value {
        var pinned = service
        pinned["spec", "selector", hashLabel] = .string(hash)
        return pinned
    }

    /// A Service that takes only the Pods of the new version beside.
    package static func switched(_ service: Value) -> Value {
        var switched = service
        switched["spec", "selector", trackLabel] = .string(canary)
        return switched
    }

    private init(objects: [Value], beside: String, namespace: String) {
        self.objects = objects
        self.beside = beside
        self.namespace = namespace
    }
}

/// Why a Deployment cannot be stepped.
package struct RolloutStepFault: Error, Sendable, Hashable {
    package var object: ObjectIdentity
    package var reason: String

    package var message: String { "rollout.strategy cannot be followed: \(object) \(reason)" }
}
