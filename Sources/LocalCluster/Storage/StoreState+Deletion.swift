internal import Manifests

/// How objects go: finalizers, grace, what their owners leave behind, and namespaces that end.
extension StoreState {
    static let foregroundFinalizer = "foregroundDeletion"

    /// Deletes or begins to delete an object. Returns its last state.
    mutating func delete(_ key: ObjectKey, _ old: Value, _ options: DeleteOptions, at time: Timestamp) -> Value {
        var object = old
        let grace = Self.graceSeconds(key.type, old, options)
        switch options.propagation {
        case .orphan:
            orphanDependents(of: old.uid ?? "")
        case .foreground:
            if let uid = old.uid, isBlocked(uid) { Self.addFinalizer(Self.foregroundFinalizer, to: &object) }
        case .background:
            break
        }
        // The objects of a definition go before it does.
        if key.type == .customResourceDefinitions { Self.addFinalizer(DefinitionController.finalizer, to: &object) }
        let isNamespace = key.type == .namespaces
        if isNamespace {
            endingNamespaces.insert(key.name)
            object["status", "phase"] = "Terminating"
        }
        let waits = grace > 0 || !Self.finalizers(of: object).isEmpty || isNamespace
        guard waits else {
            remove(key, old, at: time)
            return old
        }
        if let already = old["metadata"]?["deletionTimestamp"], !already.isNull {
            // Only a shorter grace changes an object that is already going.
            let before = old["metadata"]?["deletionGracePeriodSeconds"]?.integer ?? 0
            guard grace < before || object != old else { return old }
        }
        object["metadata", "deletionTimestamp"] = .string(time.adding(seconds: grace).rfc3339)
        object["metadata", "deletionGracePeriodSeconds"] = .integer(grace)
        if key.type.hasGeneration, let generation = old.generation, old["metadata"]?["deletionTimestamp"] == nil {
            object["metadata", "generation"] = .integer(generation + 1)
        }
        let stored = put(key, object, over: old)
        if isNamespace { emptyNamespace(key.name, at: time) }
        if Self.finalizers(of: stored).contains(Self.foregroundFinalizer), let uid = stored.uid { collectDependents(of: uid, at: time) }
        return stored
    }

    /// Whether nothing holds the object back any more.
    static func isReadyToGo(_ object: Value) -> Bool {
        guard let deletion = object["metadata"]?["deletionTimestamp"], !deletion.isNull else { return false }
        return finalizers(of: object).isEmpty && (object["metadata"]?["deletionGracePeriodSeconds"]?.integer ?? 0) == 0
    }

    static func finalizers(of object: Value) -> [String] {
        object["metadata"]?["finalizers"]?.array?.compactMap(\.string) ?? []
    }

    private static func addFinalizer(_ name: String, to object: inout Value) {
        let present = finalizers(of: object)
        if !present.contains(name) { object["metadata", "finalizers"] = .array((present + [name]).map(Value.string)) }
    }

    /// Only a Pod that may be running is given time to stop.
    private static func graceSeconds(_ type: ResourceType, _ object: Value, _ options: DeleteOptions) -> Int64 {
        guard type == .pods, object["spec"]?["nodeName"]?.string?.isEmpty == false else { return 0 }
        let phase = object["status"]?["phase"]?.string
        if phase == "Succeeded" || phase == "Failed" { return 0 }
        return max(0, options.gracePeriodSeconds ?? object["spec"]?["terminationGracePeriodSeconds"]?.integer ?? 30)
    }

    // MARK: Owners

    /// Deletes what the owner with this UID left, unless another owner still stands.
    mutating func collectDependents(of uid: String, at time: Timestamp) {
        for key in dependents[uid] ?? [] {
            guard let object = object(key) else { continue }
            let others = Self.owners(of: object).subtracting([uid])
            if others.contains(where: { keys[$0] != nil }) {
                _ = put(key, Self.removingOwner(uid, from: object), over: object)
            } else if object["metadata"]?["deletionTimestamp"] == nil {
                // What an owner waits for waits for its own in turn.
                let waits =
                    keys[uid].flatMap { self.object($0) }.map { Self.finalizers(of: $0).contains(Self.foregroundFinalizer) } ?? false
                _ = delete(key, object, DeleteOptions(propagation: waits ? .foreground : .background), at: time)
            }
        }
    }

    /// Whether something that stands holds its owner back: only what says `blockOwnerDeletion`.
    private func isBlocked(_ uid: String) -> Bool {
        (dependents[uid] ?? []).contains { key in
            (object(key)?["metadata"]?["ownerReferences"]?.array ?? []).contains {
                $0["uid"]?.string == uid && $0["blockOwnerDeletion"]?.bool == true
            }
        }
    }

    private mutating func orphanDependents(of uid: String) {
        for key in dependents[uid] ?? [] {
            guard let object = object(key) else { continue }
            _ = put(key, Self.removingOwner(uid, from: object), over: object)
        }
    }

    private static func removingOwner(_ uid: String, from object: Value) -> Value {
        var object = object
        let rest = (object["metadata"]?["ownerReferences"]?.array ?? []).filter { $0["uid"]?.string != uid }
        object["metadata", "ownerReferences"] = rest.isEmpty ? nil : .array(rest)
        return object
    }

    /// An owner that waits for its dependents goes when the last of them has gone.
    mutating func finishForegroundDeletion(ofOwner uid: String, at time: Timestamp) {
        guard !isBlocked(uid), let key = keys[uid], let owner = object(key),
            Self.finalizers(of: owner).contains(Self.foregroundFinalizer)
        else { return }
        var edited = owner
        let rest = Self.finalizers(of: owner).filter { $0 != Self.foregroundFinalizer }
        edited["metadata", "finalizers"] = rest.isEmpty ? nil : .array(rest.map(Value.string))
        if Self.isReadyToGo(edited) { remove(key, edited, at: time) } else { _ = put(key, edited, over: owner) }
    }

    // MARK: Namespaces

    private mutating func emptyNamespace(_ namespace: String, at time: Timestamp) {
        // Owners before what they own, so that a controller does not replace what is being deleted.
        for type in tables.keys.sorted(by: { ($0.hasScale ? 0 : 1, $0.plural) < ($1.hasScale ? 0 : 1, $1.plural) }) where type.namespaced {
            for object in tables[type]?.objects(in: namespace) ?? [] {
                guard let name = object.name, object["metadata"]?["deletionTimestamp"] == nil else { continue }
                let key = ObjectKey(type, namespace, name)
                guard let current = self.object(key) else { continue }
                _ = delete(key, current, DeleteOptions(), at: time)
            }
        }
        finishNamespace(namespace, at: time)
    }

    mutating func finishNamespace(_ namespace: String, at time: Timestamp) {
        guard endingNamespaces.contains(namespace) else { return }
        let left = tables.contains { $0.key.namespaced && $0.value.count(in: namespace) > 0 }
        let key = ObjectKey(.namespaces, "", namespace)
        guard !left, let object = object(key), Self.finalizers(of: object).isEmpty else { return }
        remove(key, object, at: time)
    }
}
