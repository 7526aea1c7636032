internal import Manifests

/// The ways in which the state changes. Everything that is ever stored passes here, and is noted for the log on disk.
extension StoreState {
    /// Stores a new or changed object under the next revision, and returns it with that revision.
    mutating func put(_ key: ObjectKey, _ object: Value, over old: Value?) -> Value {
        revision += 1
        var object = object
        object["metadata", "resourceVersion"] = .string(String(revision))
        keep(key, object, over: old)
        if isLogged { unlogged.append(.put(key, object, revision: revision)) }
        return object
    }

    private mutating func keep(_ key: ObjectKey, _ object: Value, over old: Value?) {
        tables[key.type, default: ObjectTable(forgottenUpTo: forgottenUpTo)].set(key.namespace, key.name, object)
        if old == nil, let uid = object.uid { keys[uid] = key }
        let owners = Self.owners(of: object)
        let oldOwners = old.map(Self.owners(of:)) ?? []
        for owner in oldOwners.subtracting(owners) { forgetDependent(key, of: owner) }
        for owner in owners.subtracting(oldOwners) { dependents[owner, default: []].insert(key) }
        publish(WatchEvent(kind: old == nil ? .added : .modified, object: object, previous: old, revision: revision), key)
    }

    /// Takes an object out for good, and with it what it owned and what waited for it.
    mutating func remove(_ key: ObjectKey, _ old: Value, at time: Timestamp) {
        revision += 1
        drop(key, old)
        if isLogged { unlogged.append(.remove(key, revision: revision)) }
        let owners = Self.owners(of: old)
        if let uid = old.uid { collectDependents(of: uid, at: time) }
        for owner in owners { finishForegroundDeletion(ofOwner: owner, at: time) }
        if key.type == .namespaces { endingNamespaces.remove(key.name) }
        if endingNamespaces.contains(key.namespace) { finishNamespace(key.namespace, at: time) }
    }

    private mutating func drop(_ key: ObjectKey, _ old: Value) {
        var last = old
        last["metadata", "resourceVersion"] = .string(String(revision))
        tables[key.type]?.remove(key.namespace, key.name)
        if let uid = old.uid { keys[uid] = nil }
        for owner in Self.owners(of: old) { forgetDependent(key, of: owner) }
        publish(WatchEvent(kind: .deleted, object: last, previous: old, revision: revision), key)
    }

    private mutating func forgetDependent(_ key: ObjectKey, of owner: String) {
        dependents[owner]?.remove(key)
        if dependents[owner]?.isEmpty == true { dependents[owner] = nil }
    }

    static func owners(of object: Value) -> Set<String> {
        guard let references = object["metadata"]?["ownerReferences"]?.array else { return [] }
        return Set(references.compactMap { $0["uid"]?.string })
    }

    func object(_ key: ObjectKey) -> Value? { tables[key.type]?.object(key.namespace, key.name) }
}

// MARK: - From the disk

extension StoreState {
    /// Makes a change of the log again. What it entailed stands in the log after it.
    mutating func restore(_ change: LoggedChange) {
        revision = change.revision
        switch change {
        case .put(let key, let value, _):
            keep(key, value, over: object(key))
        case .remove(let key, _):
            if let old = object(key) { drop(key, old) }
        }
    }

    /// An object of a snapshot, which has no history.
    mutating func restore(_ key: ObjectKey, _ object: Value) { keep(key, object, over: nil) }

    mutating func forgetHistory() {
        for type in Array(tables.keys) { tables[type]?.forgetHistory(upTo: revision) }
    }

    mutating func finishRestoring() {
        for namespace in tables[.namespaces]?.objects(in: nil) ?? [] where namespace["metadata"]?["deletionTimestamp"]?.string != nil {
            if let name = namespace.name { endingNamespaces.insert(name) }
        }
    }

    /// All objects, for a snapshot: the definitions of kinds first, so that a reader knows a kind before its objects.
    func everything() -> [LoggedChange] {
        let types = tables.keys.sorted {
            ($0.plural == "customresourcedefinitions" ? 0 : 1, $0.qualifiedPlural)
                < ($1.plural == "customresourcedefinitions" ? 0 : 1, $1.qualifiedPlural)
        }
        return types.flatMap { type in
            (tables[type]?.objects(in: nil) ?? []).map { object in
                LoggedChange.put(
                    ObjectKey(type, object.namespace ?? "", object.name ?? ""), object,
                    revision: object.resourceVersion.flatMap(UInt64.init) ?? revision)
            }
        }
    }
}
