package import Manifests

/// Who manages a field, by an object's `metadata.managedFields` (format `FieldsV1`).
package enum FieldManagers {
    /// The managers, other than `manager`, that own the field or a part of it, or the nearest mapping above it that is owned whole.
    package static func others(than manager: String, of path: [PathElement], in object: Value) -> [String] {
        var found: Set<String> = []
        for entry in object["metadata", "managedFields"]?.array ?? [] {
            guard let name = entry["manager"]?.string, name != manager, let fields = entry["fieldsV1"] else { continue }
            if owns(path[...], fields) { found.insert(name) }
        }
        return found.sorted()
    }

    private static func owns(_ path: ArraySlice<PathElement>, _ fields: Value) -> Bool {
        guard let first = path.first else { return true }
        guard let members = fields.object else { return false }
        // A field without members below it is owned whole: a scalar, or a list that is one.
        if members.isEmpty { return true }
        switch first {
        case .key(let key): return members["f:\(key)"].map { owns(path.dropFirst(), $0) } ?? false
        case .index(let index): return members["i:\(index)"].map { owns(path.dropFirst(), $0) } ?? false
        case .element(let keys):
            for (name, value) in members where name.hasPrefix("k:") {
                guard let key = try? JSON.parse(Array(name.dropFirst(2).utf8)) else { continue }
                if keys.allSatisfy({ $0.matches(key) }) { return owns(path.dropFirst(), value) }
            }
            return false
        }
    }
}
