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
    /// A Job that the cluster removes some time after it finished: that it is gone is as it should be.
    package var mayVanish: Bool
    /// What of it a way back had to leave as it was, in words.
    package var left: String?

    /// - Parameter stored: the server's answer; `null` when there is none.
    init(identity: ObjectIdentity, apiVersion: String, desired: Value? = nil, stored: Value, changed: Bool) {
        self.identity = identity
        self.apiVersion = apiVersion
        uid = stored.uid ?? ""
        let lifetime = (desired ?? stored)["spec", "ttlSecondsAfterFinished"]?.integer
        mayVanish = identity.group == "batch" && identity.kind == "Job" && (lifetime ?? 0) > 0
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
    /// What is in the cluster of these objects, as if they had just been applied. Nothing is written, and nothing is said about whether it is
    /// right: one that is missing has no UID.
    package func recognize(_ objects: [Value]) async throws(KubernetesError) -> [AppliedObject] {
        let desired = try await preparation.prepare(objects)
        knownSecrets.remember(objects)
        let live = try await LiveObjects.list(
            desired.filter { $0.resource != nil }.map { ($0.id, $0.object.apiVersion ?? "") }, unlabelled: [], client: client)
        return desired.map { object in
            AppliedObject(
                identity: object.id, apiVersion: object.object.apiVersion ?? "", desired: object.object, stored: live[object.id] ?? .null,
                changed: false)
        }
    }

    /// Applies all objects: the inventory first, then wave by wave, those of one wave side by side.
    ///
    /// The first wave with a failure is the last one that is sent; a way back sends all, and then fails with everything that was refused.
    /// Nothing is taken back: the inventory has all, and the next apply or prune goes on from there. Applying the same objects again changes
    /// nothing.
    ///
    /// - Parameters:
    ///   - only: the objects that are to be sent, of all that are named; `nil` sends all.
    ///   - progress: called after each object, from any task.
    ///   - waiting: told what is waited for, each time that it is looked at, from any task.
    package func apply(
        _ objects: [Value], only: Set<ObjectIdentity>? = nil, progress: @escaping @Sendable (ApplyProgress) -> Void = { _ in },
        waiting: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(KubernetesError) -> [AppliedObject] {
        var refused = ProblemList()
        let all =
            settings.isReturning ? try await preparation.prepare(objects, refused: &refused) : try await preparation.prepare(objects)
        if let only { refused.keep { $0.object.map(only.contains) ?? false } }
        var desired = all.filter { only?.contains($0.id) ?? true }
        let total = desired.count + refused.problems.count
        knownSecrets.remember(objects)
        try await ensureNamespace(desired)
        let adoption = Adoption(settings: settings, inventory: try await store.loadOwn())
        let live = try await LiveObjects.list(
            desired.filter { $0.resource != nil }.map { ($0.id, $0.object.apiVersion ?? "") },
            unlabelled: Set(desired.filter(adoption.mustLook).map(\.id)), client: client)
        if settings.isReturning {
            desired = withoutForeign(desired, live, refused: &refused)
        } else {
            var problems = ProblemList()
            for object in desired {
                guard let existing = live[object.id] else { continue }
                try refuseForeign(existing, object.id)
                if adoption.verdict(on: object, live: existing) == .refuse { problems.add(adoption.refusal(of: object, live: existing)) }
            }
            try problems.throwIfAny("these objects are not Environment \(settings.environment)'s")
        }
        let sent = desired
        try await store.update { inventory in
            for object in sent {
                // A UID that is kept here is that of the live object. Any other one is forgotten before the apply may replace it.
                inventory.set(Inventory.Entry(id: object.id, apiVersion: object.object.apiVersion ?? "", uid: live[object.id]?.uid))
            }
        }
        let applied = try await applyWaves(
            sent, live: live, others: FieldsOfOthers(all, settings),
            hooks: ApplyHooks(progress: progress, waiting: waiting), refused: &refused)
        try await store.update { inventory in
            for object in applied { inventory.set(Inventory.Entry(id: object.identity, apiVersion: object.apiVersion, uid: object.uid)) }
        }
        try refused.throwIfAny(ofWayBackOf: total, left: applied.compactMap(\.left))
        return applied
    }

    /// A way back leaves another Environment's objects alone, too, and takes the rest.
    private func withoutForeign(_ desired: [DesiredObject], _ live: LiveObjects, refused: inout ProblemList) -> [DesiredObject] {
        desired.filter { object in
            do throws(KubernetesError) {
                if let existing = live[object.id] { try refuseForeign(existing, object.id) }
                return true
            } catch {
                refused.add(error)
                return false
            }
        }
    }

    /// A namespace that is being deleted takes nothing more.
    func refuseGoing(_ namespace: Value) throws(KubernetesError) {
        guard namespace["metadata"]?["deletionTimestamp"]?.string != nil else { return }
        let id = namespaceIdentity
        throw KubernetesError(
            .refused, "\(id) is being deleted: nothing can be applied until it is gone\(Self.leftovers(namespace))", object: id,
            isTransient: true)
    }

    /// The inventory lives in the namespace, so it has to be there first.
    private func ensureNamespace(_ desired: [DesiredObject]) async throws(KubernetesError) {
        let id = namespaceIdentity
        if let live = try await client.get(id) {
            try refuseGoing(live)
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

    /// What still stands in a namespace that is being deleted, in the words of its controller.
    private static func leftovers(_ namespace: Value) -> String {
        let conditions = (namespace["status", "conditions"]?.array ?? []).filter { $0["status"]?.string == "True" }
        let words = conditions.compactMap { $0["message"]?.string }.filter { !$0.isEmpty }.prefix(3)
        return words.isEmpty ? "" : " (\(words.joined(separator: "; ").prefix(500)))"
    }

    var missingNamespace: KubernetesError {
        KubernetesError(
            .refused,
            "\(namespaceIdentity) does not exist, and Environment \(settings.environment) may not create it; create it, or allow it in environment.yaml",
            object: namespaceIdentity)
    }
}
