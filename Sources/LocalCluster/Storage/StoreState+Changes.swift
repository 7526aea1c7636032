internal import Manifests

/// The three ways in which the state changes. Everything that is ever stored passes here: it is where a log on disk would be written.
extension StoreState {
    /// Stores a new or changed object under the next revision, and returns it with that revision.
    mutating func put(_ key: ObjectKey, _ object: Value, over old: Value?) -> Value {
        revision += 1
        var object = object
        object["metadata", "resourceVersion"] = .string(String(revision))
        tables[key.type, default: ObjectTable()].set(key.namespace, key.name, object)
        if old == nil, let uid = object.uid { keys[uid] = key }
        let owners = Self.owners(of: object)
        let oldOwners = old.map(Self.owners(of:)) ?? []
        for owner in oldOwners.subtracting(owners) { forgetDependent(key, of: owner) }
        for owner in owners.subtracting(oldOwners) { dependents[owner, default: []].insert(key) }
        publish(WatchEvent(kind: old == nil ? .added : .modified, object: object, previous: old, revision: revision), key)
        return object
    }

    /// Takes an object out for good, and with it what it owned and what waited for it.
    mutating func remove(_ key: ObjectKey, _ old: Value, at time: Timestamp) {
        revision += 1
        var last = old
        last["metadata", "resourceVersion"] = .string(String(revision))
        tables[key.type]?.remove(key.namespace, key.name)
        if let uid = old.uid { keys[uid] = nil }
        let owners = Self.owners(of: old)
        for owner in owners { forgetDependent(key, of: owner) }
        publish(WatchEvent(kind: .deleted, object: last, previous: old, revision: revision), key)
        if let uid = old.uid { collectDependents(of: uid, at: time) }
        for owner in owners { finishForegroundDeletion(ofOwner: owner, at: time) }
        if key.type == .namespaces { endingNamespaces.remove(key.name) }
        if endingNamespaces.contains(key.namespace) { finishNamespace(key.namespace, at: time) }
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
