package import Manifests

extension EnvironmentApplier {
    /// Kinds whose deletion takes data or other people's objects with it.
    static let neverPruned: Set<GroupKind> = [
        GroupKind(group: "", kind: "Namespace"), GroupKind(group: "", kind: "PersistentVolumeClaim"),
        GroupKind(group: "", kind: "PersistentVolume"), GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition"),
    ]

    /// Deletes what the inventory has and `objects` does not, then shortens the inventory by what is confirmed to be gone.
    ///
    /// An object is deleted only when it still has the UID that we applied and our Environment's label, is of no kind that holds data or
    /// other objects (unless it carries `slipway.dev/prune: enabled`), and does not carry `slipway.dev/prune: disabled`. The delete names UID and resourceVersion, so that an object that
    /// changed since it was looked at is looked at again.
    ///
    /// - Parameter waiting: told what it waits for, each time that it looks.
    /// - Throws: `refused` when the cap would be passed; nothing is deleted then.
    package func prune(
        keeping objects: [Value], cap: PruneCap, waiting: @Sendable (String) -> Void = { _ in }
    ) async throws(KubernetesError) -> PruneOutcome {
        let keep = Set(try await preparation.prepare(objects).map(\.id))
        // Written before the first delete when it does not say yet that we lead: a deposed leader learns it here.
        let inventory = try await store.update { _ in }
        return try await prune(inventory.sorted.filter { !keep.contains($0.id) }, of: inventory, cap: cap, waiting: waiting)
    }

    /// Deletes these of the inventory's objects, under the same conditions but without a cap.
    package func prune(
        only doomed: Set<ObjectIdentity>, waiting: @Sendable (String) -> Void = { _ in }
    ) async throws(KubernetesError) -> PruneOutcome {
        let inventory = try await store.update { _ in }
        return try await prune(inventory.sorted.filter { doomed.contains($0.id) }, of: inventory, cap: .unlimited, waiting: waiting)
    }

    private func prune(
        _ entries: [Inventory.Entry], of inventory: Inventory, cap: PruneCap, waiting: @Sendable (String) -> Void
    ) async throws(KubernetesError) -> PruneOutcome {
        let candidates = try await candidates(entries)
        let doomed = candidates.filter { $0.decision == .delete }
        try refuseAboveCap(doomed.map(\.entry.id), inventoryCount: inventory.entries.count, cap: cap)

        var problems = ProblemList()
        var deleted: [ObjectIdentity] = []
        let byID = Dictionary(doomed.map { ($0.entry.id, $0) }, uniquingKeysWith: { first, _ in first })
        let index = DependencyIndex(doomed.map(\.entry.id))
        let nodes = doomed.map {
            DependencyOrder.Node(id: $0.entry.id, wave: $0.wave, dependencies: index.knownTargets(of: $0.live ?? .null, $0.entry.id))
        }
        for stage in DependencyOrder.stages(nodes).reversed() {
            let members = stage.ids.compactMap { byID[$0] }
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
        let ended = Set(deleted)
        let (confirmed, held) = try await confirmGone(candidates.filter { ended.contains($0.entry.id) }, waiting: waiting)
        let gone = confirmed + candidates.filter { $0.decision == .forget }.map(\.entry.id)
        if !gone.isEmpty {
            try await store.update { inventory in
                for id in gone { inventory.remove(id) }
            }
        }
        try problems.throwIfAny("these objects could not be deleted")
        return PruneOutcome(deleted: deleted, held: held)
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
                    candidate.entry.id, uid: uid, resourceVersion: live.resourceVersion, propagation: settings.prunePropagation)
            } catch {
                guard case .conflict = error.code, attempt < EnvironmentLimits.inventoryAttempts else { throw error }
                candidate = PruneCandidate(entry: candidate.entry, live: try await read(candidate.entry), environment: settings.environment)
            }
        }
        return false
    }

    /// Those of the deleted objects that are really gone, and those that are not at the deadline.
    private func confirmGone(
        _ deleted: [PruneCandidate], waiting: @Sendable (String) -> Void
    ) async throws(KubernetesError) -> (gone: [ObjectIdentity], held: [HeldObject]) {
        let environment = client.sender.environment
        let start = environment.now()
        var gone: [ObjectIdentity] = []
        var rest = deleted
        var held: [HeldObject] = []
        var pause = EnvironmentLimits.pollInterval
        while true {
            held = []
            var still: [PruneCandidate] = []
            for candidate in rest {
                let live = try await read(candidate.entry)
                if live == nil || live?.uid != candidate.live?.uid {
                    gone.append(candidate.entry.id)
                } else {
                    still.append(candidate)
                    held.append(HeldObject(candidate.entry.id, live))
                }
            }
            rest = still
            guard let first = held.first, environment.now() - start < settings.pruneTimeout else { return (gone, held) }
            let more = held.count > 1 ? ", and \(held.count - 1) more objects" : ""
            waiting("\(first.identity) is deleted: \(first.words)\(more)")
            do {
                try await environment.sleep(pause)
            } catch {
                return (gone, held)  // what is gone so far is still to be recorded
            }
            pause = min(pause * 2, EnvironmentLimits.longestPollInterval)
        }
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

    /// In the order of an apply; a prune goes the other way.
    var wave: ApplyWave {
        var wave = live.map { ApplyWave($0) } ?? ApplyWave(["apiVersion": "v1"])
        wave.rank = ApplyWave.rank(group: entry.id.group, kind: entry.id.kind)
        return wave
    }

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
        let word = live.annotations?[SlipwayLabel.prune]?.string
        if word == "disabled" { return .keep("\(SlipwayLabel.prune) is disabled") }
        if EnvironmentApplier.neverPruned.contains(entry.id.groupKind), word != "enabled" {
            return .keep("a \(entry.id.kind) is never pruned unless it carries \(SlipwayLabel.prune): enabled")
        }
        return .delete
    }
}
