package import Manifests

extension EnvironmentApplier {
    /// Kinds whose deletion takes data or other people's objects with it.
    static let neverPruned: Set<GroupKind> = [
        GroupKind(group: "", kind: "Namespace"), GroupKind(group: "", kind: "PersistentVolumeClaim"),
        GroupKind(group: "", kind: "PersistentVolume"), GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition"),
    ]

    /// Deletes what the inventory has and `objects` does not, then shortens the inventory by what is confirmed to be gone.
    ///
    /// An object is deleted only when it still has the UID that we applied and our Environment's label, is of no kind that is never
    /// pruned, and does not carry `slipway.dev/prune: disabled`. The delete names UID and resourceVersion, so that an object that
    /// changed since it was looked at is looked at again.
    ///
    /// - Returns: what was deleted. Objects that finalizers still hold are among them, and stay in the inventory.
    /// - Throws: `refused` when the cap would be passed; nothing is deleted then.
    package func prune(keeping objects: [Value], cap: PruneCap) async throws(KubernetesError) -> [ObjectIdentity] {
        let keep = Set(try await preparation.prepare(objects).map(\.id))
        // Written before the first delete when it does not say yet that we lead: a deposed leader learns it here.
        let inventory = try await store.update { _ in }
        let candidates = try await candidates(inventory.sorted.filter { !keep.contains($0.id) })
        let doomed = candidates.filter { $0.decision == .delete }
        try refuseAboveCap(doomed.map(\.entry.id), inventoryCount: inventory.entries.count, cap: cap)

        var problems = ProblemList()
        var deleted: [ObjectIdentity] = []
        for rank in Set(doomed.map(\.rank)).sorted(by: >) {
            let members = doomed.filter { $0.rank == rank }
            let results = await BoundedTasks.run(members, limit: client.limits.concurrentRequests) {
                candidate async -> Result<Bool, KubernetesError> in
                do throws(KubernetesError) {
                    return .success(try await delete(candidate))
                } catch {
                    return .failure(error)
                }
            }
            for (member, result) in zip(members, results) {
                switch result {
                case .success(true): deleted.append(member.entry.id)
                case .success(false): break
                case .failure(let error): problems.add(error)
                }
            }
        }
        let waiting = candidates.filter { candidate in deleted.contains(candidate.entry.id) }
        let gone = try await confirmGone(waiting) + candidates.filter { $0.decision == .forget }.map(\.entry.id)
        if !gone.isEmpty {
            try await store.update { inventory in
                for id in gone { inventory.remove(id) }
            }
        }
        try problems.throwIfAny("these objects could not be deleted")
        return deleted
    }

    /// What would become of the objects that a new set no longer has; for the plan and for the prune alike.
    func candidates(_ entries: [Inventory.Entry]) async throws(KubernetesError) -> [PruneCandidate] {
        let results = await BoundedTasks.run(entries, limit: client.limits.concurrentRequests) {
            entry async -> Result<PruneCandidate, KubernetesError> in
            do throws(KubernetesError) {
                return .success(PruneCandidate(entry: entry, live: try await read(entry), environment: settings.environment))
            } catch {
                return .failure(error)
            }
        }
        var candidates: [PruneCandidate] = []
        for result in results { candidates.append(try result.get()) }
        return candidates
    }

    private func read(_ entry: Inventory.Entry) async throws(KubernetesError) -> Value? {
        do throws(KubernetesError) {
            return try await client.get(entry.id)
        } catch {
            // A kind that is not served any more has no objects. With an API group that does not answer, that is not known.
            guard case .unknownKind = error.code, try await client.catalog().unavailable.isEmpty else { throw error }
            return nil
        }
    }

    private func refuseAboveCap(_ doomed: [ObjectIdentity], inventoryCount: Int, cap: PruneCap) throws(KubernetesError) {
        guard !cap.permits(doomed.count, of: inventoryCount) else { return }
        let named = doomed.sorted().prefix(EnvironmentLimits.namedProblems).map(\.description).joined(separator: ", ")
        let rest = doomed.count > EnvironmentLimits.namedProblems ? " and \(doomed.count - EnvironmentLimits.namedProblems) more" : ""
        throw KubernetesError(
            .refused,
            "Environment \(settings.environment): \(doomed.count) of \(inventoryCount) objects would be deleted, the prune cap allows \(cap.maximumObjects) objects and \(cap.maximumPercent) %: \(named)\(rest). Nothing was deleted; raise the cap if this is meant"
        )
    }

    private func delete(_ candidate: PruneCandidate) async throws(KubernetesError) -> Bool {
        var candidate = candidate
        for attempt in 1... {
            guard candidate.decision == .delete, let live = candidate.live, let uid = live.uid else { return false }
            do throws(KubernetesError) {
                return try await client.delete(
                    candidate.entry.id, uid: uid, resourceVersion: live.resourceVersion, propagation: .background)
            } catch {
                guard case .conflict = error.code, attempt < EnvironmentLimits.inventoryAttempts else { throw error }
                candidate = PruneCandidate(entry: candidate.entry, live: try await read(candidate.entry), environment: settings.environment)
            }
        }
        return false
    }

    /// Those of the deleted objects that are really gone.
    private func confirmGone(_ deleted: [PruneCandidate]) async throws(KubernetesError) -> [ObjectIdentity] {
        let environment = client.sender.environment
        let start = environment.now()
        var gone: [ObjectIdentity] = []
        var waiting = deleted
        while !waiting.isEmpty {
            var still: [PruneCandidate] = []
            for candidate in waiting {
                let live = try await read(candidate.entry)
                if live == nil || live?.uid != candidate.live?.uid { gone.append(candidate.entry.id) } else { still.append(candidate) }
            }
            waiting = still
            guard !waiting.isEmpty, environment.now() - start < EnvironmentLimits.confirmDeletion else { break }
            do {
                try await environment.sleep(EnvironmentLimits.pollInterval)
            } catch {
                break  // what is gone so far is still to be recorded
            }
        }
        return gone
    }
}

/// An object that the inventory has and the new set has not, and what is to become of it.
struct PruneCandidate: Sendable {
    enum Decision: Sendable, Hashable {
        case delete
        /// It stays, and stays in the inventory; with the reason.
        case keep(String)
        /// It is gone or is not ours any more: only the inventory forgets it.
        case forget
    }

    var entry: Inventory.Entry
    var live: Value?
    var decision: Decision

    var rank: Int { ApplyWave.rank(group: entry.id.group, kind: entry.id.kind) }

    init(entry: Inventory.Entry, live: Value?, environment: String) {
        self.entry = entry
        self.live = live
        decision = Self.decide(entry, live, environment)
    }

    private static func decide(_ entry: Inventory.Entry, _ live: Value?, _ environment: String) -> Decision {
        guard let live else { return .forget }
        // Deleted by others and made anew, with the same labels or not: somebody else's object.
        if let uid = entry.uid, live.uid != uid { return .forget }
        guard live.labels?[SlipwayLabel.environment]?.string == environment else { return .forget }
        if EnvironmentApplier.neverPruned.contains(entry.id.groupKind) { return .keep("a \(entry.id.kind) is never pruned") }
        if live.annotations?[SlipwayLabel.prune]?.string == "disabled" { return .keep("\(SlipwayLabel.prune) is disabled") }
        return .delete
    }
}
