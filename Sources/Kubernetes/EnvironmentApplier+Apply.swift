package import Manifests

/// An object as the last apply left it. Health is asked about this one.
package struct AppliedObject: Sendable, Hashable {
    package var identity: ObjectIdentity
    package var apiVersion: String
    package var uid: String
    /// 0 for kinds without generations.
    package var generation: Int64
    /// Of the server's answer; empty when it had none.
    package var resourceVersion: String
    /// Of the server's answer.
    package var fingerprint: ContentFingerprint
    /// Whether the apply changed anything but who owns which field.
    package var changed: Bool

    /// - Parameter stored: the server's answer.
    init(identity: ObjectIdentity, apiVersion: String, uid: String, stored: Value, changed: Bool) {
        self.identity = identity
        self.apiVersion = apiVersion
        self.uid = uid
        generation = stored.generation ?? 0
        resourceVersion = stored.resourceVersion ?? ""
        fingerprint = ContentFingerprint(stored)
        self.changed = changed
    }
}

/// How far an apply is.
package struct ApplyProgress: Sendable {
    package var object: AppliedObject
    /// Objects applied, this one included.
    package var done: Int
    package var total: Int
}

extension EnvironmentApplier {
    /// Applies all objects: the inventory first, then wave by wave, those of one wave side by side.
    ///
    /// The first wave with a failure is the last one that is sent. Nothing is taken back: the inventory has all, and the next apply or
    /// prune goes on from there. Applying the same objects again changes nothing.
    ///
    /// - Parameters:
    ///   - only: the objects that are to be sent, of all that are named; `nil` sends all.
    ///   - progress: called after each object, from any task.
    package func apply(
        _ objects: [Value], only: Set<ObjectIdentity>? = nil, progress: @escaping @Sendable (ApplyProgress) -> Void = { _ in }
    ) async throws(KubernetesError) -> [AppliedObject] {
        let all = try await preparation.prepare(objects)
        let desired = all.filter { only?.contains($0.id) ?? true }
        knownSecrets.remember(objects)
        try await ensureNamespace(desired)
        let live = try await LiveObjects.list(
            desired.filter { $0.resource != nil }.map { ($0.id, $0.object.apiVersion ?? "") }, client: client)
        for object in desired {
            if let existing = live[object.id] { try refuseForeign(existing, object.id) }
        }
        try await store.update { inventory in
            for object in desired {
                // A UID that is kept here is that of the live object. Any other one is forgotten before the apply may replace it.
                inventory.set(Inventory.Entry(id: object.id, apiVersion: object.object.apiVersion ?? "", uid: live[object.id]?.uid))
            }
        }
        let applied = try await applyWaves(desired, live: live, autoscaling: Autoscaling(all), progress: progress)
        try await store.update { inventory in
            for object in applied { inventory.set(Inventory.Entry(id: object.identity, apiVersion: object.apiVersion, uid: object.uid)) }
        }
        return applied
    }

    private func applyWaves(
        _ desired: [DesiredObject], live: LiveObjects, autoscaling: Autoscaling, progress: @escaping @Sendable (ApplyProgress) -> Void
    ) async throws(KubernetesError) -> [AppliedObject] {
        var applied: [AppliedObject] = []
        var rest = desired[...]
        while let wave = rest.first?.wave {
            let members = Array(rest.prefix { $0.wave == wave })
            rest = rest.dropFirst(members.count)
            let counter = Counter(applied.count)
            let results = await BoundedTasks.run(members, limit: client.limits.concurrentRequests) {
                member async -> Result<AppliedObject, KubernetesError> in
                do throws(KubernetesError) {
                    let object = try await applyOne(member, live: live[member.id], autoscaling: autoscaling)
                    progress(ApplyProgress(object: object, done: counter.next(), total: desired.count))
                    return .success(object)
                } catch {
                    return .failure(error)
                }
            }
            var problems = ProblemList()
            for result in results {
                switch result {
                case .success(let object): applied.append(object)
                case .failure(let error): problems.add(error)
                }
            }
            try problems.throwIfAny(
                "\(results.count - problems.problems.count) of \(results.count) objects of this wave were applied, these were not")
            let definitions = members.filter(\.isDefinition)
            if !definitions.isEmpty { try await DefinitionWait(client: client).untilServed(definitions) }
        }
        return applied
    }

    private func applyOne(_ desired: DesiredObject, live: Value?, autoscaling: Autoscaling) async throws(KubernetesError) -> AppliedObject {
        let result = try await send(desired, live: live, autoscaling: autoscaling)
        guard let uid = result.uid else { throw .unexpected(CallSubject("apply", desired.id), "has no metadata.uid") }
        let isSame = live.map { $0.uid == uid && ($0.resourceVersion == result.resourceVersion || PlanDiff.isSame($0, result)) } ?? false
        return AppliedObject(
            identity: desired.id, apiVersion: desired.object.apiVersion ?? "", uid: uid, stored: result, changed: !isSame)
    }

    /// An autoscaler may change the number of replicas between our look and our write: then it is looked at again.
    private func send(_ desired: DesiredObject, live: Value?, autoscaling: Autoscaling) async throws(KubernetesError) -> Value {
        guard autoscaling.contains(desired.id) else {
            guard desired.resource == nil else { return try await applyUnderPolicy(desired.object, dryRun: false) }
            return try await DefinitionWait(client: client).firstObject(desired.id) { () async throws(KubernetesError) in
                try await applyUnderPolicy(desired.object, dryRun: false)
            }
        }
        var live = live
        for _ in 1..<EnvironmentLimits.replicaAttempts {
            if live == nil { live = try await client.get(desired.id) }
            do throws(KubernetesError) {
                return try await applyUnderPolicy(autoscaling.completed(desired, live: live), dryRun: false)
            } catch {
                guard case .conflict(let conflicts) = error.code, conflicts.allSatisfy({ $0.field == ".spec.replicas" }) else {
                    throw error
                }
                live = nil
            }
        }
        return try await applyUnderPolicy(autoscaling.completed(desired, live: try await client.get(desired.id)), dryRun: false)
    }

    /// The inventory lives in the namespace, so it has to be there first.
    private func ensureNamespace(_ desired: [DesiredObject]) async throws(KubernetesError) {
        let id = namespaceIdentity
        if let live = try await client.get(id) {
            guard live["metadata"]?["deletionTimestamp"]?.string == nil else {
                throw KubernetesError(
                    .refused, "\(id) is being deleted: nothing can be applied until it is gone", object: id, isTransient: true)
            }
            return
        }
        guard settings.createNamespace else { throw missingNamespace }
        if let own = desired.first(where: { $0.id == id }) {
            _ = try await applyUnderPolicy(own.object, dryRun: false)
        } else {
            var namespace: Value = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(id.name)]]
            namespace["metadata", "labels", SlipwayLabel.managedBy] = .string(SlipwayLabel.managedByValue)
            _ = try await client.apply(namespace)
        }
    }

    var missingNamespace: KubernetesError {
        KubernetesError(
            .refused,
            "\(namespaceIdentity) does not exist, and Environment \(settings.environment) may not create it; create it, or allow it in environment.yaml",
            object: namespaceIdentity)
    }
}
