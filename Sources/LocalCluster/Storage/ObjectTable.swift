internal import Manifests

/// The objects of one type, in the order of their namespaces and names, and the changes that watchers may still ask for.
struct ObjectTable {
    /// Names of one namespace, sorted, with their objects beside them.
    private struct Shelf {
        var names: [String] = []
        var objects: [Value] = []

        func position(_ name: String) -> (index: Int, found: Bool) {
            var low = 0
            var high = names.count
            while low < high {
                let middle = (low + high) / 2
                if names[middle] < name { low = middle + 1 } else { high = middle }
            }
            return (low, low < names.count && names[low] == name)
        }
    }

    private var shelves: [String: Shelf] = [:]
    private(set) var count = 0
    private(set) var history: [WatchEvent] = []
    /// Changes up to this revision are no longer in `history`.
    private(set) var forgottenUpTo: UInt64
    /// The revision of the last change of any of them.
    private(set) var lastChange: UInt64 = 0

    init(forgottenUpTo: UInt64 = 0) { self.forgottenUpTo = forgottenUpTo }

    func object(_ namespace: String, _ name: String) -> Value? {
        guard let shelf = shelves[namespace] else { return nil }
        let (index, found) = shelf.position(name)
        return found ? shelf.objects[index] : nil
    }

    /// All of them, or those of one namespace.
    func objects(in namespace: String?) -> [Value] {
        if let namespace { return shelves[namespace]?.objects ?? [] }
        if shelves.count == 1, let only = shelves.first { return only.value.objects }
        var all: [Value] = []
        all.reserveCapacity(count)
        for namespace in shelves.keys.sorted() { all += shelves[namespace]?.objects ?? [] }
        return all
    }

    func count(in namespace: String) -> Int { shelves[namespace]?.names.count ?? 0 }

    mutating func set(_ namespace: String, _ name: String, _ object: Value) {
        var shelf = shelves.removeValue(forKey: namespace) ?? Shelf()
        let (index, found) = shelf.position(name)
        if found {
            shelf.objects[index] = object
        } else {
            shelf.names.insert(name, at: index)
            shelf.objects.insert(object, at: index)
            count += 1
        }
        shelves[namespace] = shelf
    }

    mutating func remove(_ namespace: String, _ name: String) {
        guard var shelf = shelves.removeValue(forKey: namespace) else { return }
        let (index, found) = shelf.position(name)
        if found {
            shelf.names.remove(at: index)
            shelf.objects.remove(at: index)
            count -= 1
        }
        if !shelf.names.isEmpty { shelves[namespace] = shelf }
    }

    mutating func record(_ event: WatchEvent) {
        history.append(event)
        lastChange = event.revision
        guard history.count > StoreLimits.historyPerType * 5 / 4 else { return }
        let surplus = history.count - StoreLimits.historyPerType
        forgottenUpTo = history[surplus - 1].revision
        history.removeFirst(surplus)
    }

    /// Forgets all changes, so that a watch from before now is refused. For fault tests.
    mutating func forgetHistory(upTo revision: UInt64) {
        history.removeAll()
        forgottenUpTo = revision
    }

    /// The changes after `revision`; nil when some of them are forgotten.
    func changes(after revision: UInt64) -> ArraySlice<WatchEvent>? {
        guard revision >= forgottenUpTo else { return nil }
        var low = 0
        var high = history.count
        while low < high {
            let middle = (low + high) / 2
            if history[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return history[low...]
    }
}
