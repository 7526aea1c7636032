package import Manifests

extension EnvironmentApplier {
    /// What `apply` and the later prune would do, by a dry-run of every object on the server. It writes nothing.
    ///
    /// Changes are those between the live object and the server's dry-run result, so that defaults and admission do not show as noise.
    /// Secret values never show. Conflicts are changes of their own, with the field, the other manager and both values.
    ///
    /// - Parameter only: the objects that are looked at, of all that are named; deletions are then left out. `nil` looks at all.
    /// - Throws: one error that names every object that the server refuses. On a way back, and with `only`, each of these is a change of its
    ///   own instead, with the reason: they keep nothing else from going back.
    package func plan(_ objects: [Value], only: Set<ObjectIdentity>? = nil) async throws(KubernetesError) -> [ObjectChange] {
        var refused = ProblemList()
        let all =
            settings.isReturning ? try await preparation.prepare(objects, refused: &refused) : try await preparation.prepare(objects)
        let desired = all.filter { only?.contains($0.id) ?? true }
        knownSecrets.remember(objects)
        let namespace = try await client.get(namespaceIdentity)
        if namespace == nil, !settings.createNamespace { throw missingNamespace }
        if let namespace { try refuseGoing(namespace) }
        let inventory = namespace == nil ? Inventory() : try await store.loadOwn()
        let others = FieldsOfOthers(all, settings)
        let adoption = Adoption(settings: settings, inventory: inventory)
        let results = await BoundedTasks.run(desired, limit: client.limits.concurrentRequests) {
            object async -> Result<ObjectChange, KubernetesError> in
            do throws(KubernetesError) {
                return .success(try await change(of: object, others: others, adoption: adoption, hasNamespace: namespace != nil))
            } catch {
                return .failure(error)
            }
        }
        var changes: [ObjectChange] = []
        var problems = ProblemList()
        func add(_ error: KubernetesError, _ id: ObjectIdentity?) {
            if only != nil || settings.isReturning, let id {
                changes.append(ObjectChange(identity: id, action: .conflict, note: error.message))
            } else {
                problems.add(error)
            }
        }
        for error in refused.problems { add(error, error.object) }
        for (object, result) in zip(desired, results) {
            switch result {
            case .success(let change): changes.append(change)
            case .failure(let error):
                // Who goes back by hand is not held up by what the way back itself would pass over.
                if error.isOutage || error.code == .cancelled || (error.isTransient && !settings.isReturning) { throw error }
                add(error, error.object ?? (settings.isReturning ? object.id : nil))
            }
        }
        try problems.throwIfAny("the API server refuses these objects of Environment \(settings.environment)")
        guard only == nil else { return changes }
        if namespace == nil, !desired.contains(where: { $0.id == namespaceIdentity }) {
            changes.insert(ObjectChange(identity: namespaceIdentity, action: .create, note: "the Environment's namespace"), at: 0)
        }
        return changes + (try await deletions(keeping: Set(desired.map(\.id)), of: inventory))
    }

    private func change(
        of desired: DesiredObject, others: FieldsOfOthers, adoption: Adoption, hasNamespace: Bool
    ) async throws(KubernetesError) -> ObjectChange {
        guard desired.resource != nil else {
            return ObjectChange(
                identity: desired.id, action: .create,
                note: "its kind is defined by another of these objects; it is checked when that is applied")
        }
        if !hasNamespace, desired.id.namespace == settings.namespace {
            return ObjectChange(
                identity: desired.id, action: .create,
                note: "namespace \(settings.namespace) does not exist yet; only the kind could be checked")
        }
        let live = try await client.get(desired.id, version: desired.resource?.version)
        var isAdopted = false
        if let live {
            try refuseForeign(live, desired.id)
            switch adoption.verdict(on: desired, live: live) {
            case .ours: break
            case .adopt: isAdopted = true
            case .refuse: throw adoption.refusal(of: desired, live: live)
            }
        }
        let (desired, left) = live == nil ? (desired, nil) : try await sendable(desired, live: live)
        let object = others.completed(desired, live: live)
        let planned: Value
        do throws(KubernetesError) {
            planned = try await applyUnderPolicy(object, dryRun: true)
        } catch {
            if let fields = ImmutableFields.named(in: error, live: live) {
                guard ImmutableFields.mayReplace(desired, live: settings.isReturning ? live : nil) else {
                    throw ImmutableFields.refusal(error, of: desired, fields: fields)
                }
                return ObjectChange(
                    identity: desired.id, action: .replace, fields: ImmutableFields.changes(fields, live: live, ours: object),
                    note: "it is deleted and made anew, since \(Set(fields).sorted().joined(separator: ", ")) cannot be changed")
            }
            guard case .conflict(let conflicts) = error.code, !conflicts.isEmpty else { throw error }
            let owners = Set(conflicts.map(\.manager)).sorted().joined(separator: ", ")
            return ObjectChange(
                identity: desired.id, action: .conflict, fields: PlanDiff.conflictChanges(conflicts, live: live, ours: object),
                note: "\(conflicts.map(\.field).sorted().joined(separator: ", ")) belongs to \(owners)")
        }
        guard let live else { return ObjectChange(identity: desired.id, action: .create) }
        let fields = PlanDiff.changes(from: live, to: planned)
        if isAdopted {
            return ObjectChange(identity: desired.id, action: .adopt, fields: fields, note: left ?? "it exists already and is taken over")
        }
        var change = ObjectChange(identity: desired.id, action: fields.isEmpty ? .unchanged : .update, fields: fields, note: left)
        let managers = fields.flatMap { FieldManagers.others(than: ApplyOptions().fieldManager, of: $0.path, in: live) }
        change.managers = Set(managers).sorted()
        return change
    }

    private func deletions(keeping: Set<ObjectIdentity>, of inventory: Inventory) async throws(KubernetesError) -> [ObjectChange] {
        let entries = inventory.sorted.filter { !keeping.contains($0.id) }
        return try await candidates(entries).compactMap { candidate in
            switch candidate.decision {
            case .delete: ObjectChange(identity: candidate.entry.id, action: .delete, note: "it is not in this version any more")
            case .keep(let reason):
                ObjectChange(identity: candidate.entry.id, action: .unchanged, note: "not in this version any more, but \(reason)")
            case .forget: nil
            }
        }
    }
}
