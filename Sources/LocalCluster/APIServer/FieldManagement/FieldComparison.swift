internal import Manifests

/// Which fields differ between two versions of an object.
struct FieldComparison {
    /// Added or changed.
    private(set) var written = FieldTree()
    private(set) var removed = FieldTree()

    init(from old: Value?, to new: Value, _ shape: FieldShape) {
        compare(old, new, shape, [])
    }

    private mutating func compare(_ old: Value?, _ new: Value?, _ shape: FieldShape, _ path: [String]) {
        if old == new || (old == nil && new?.isNull == true) { return }
        switch shape {
        case .whole:
            leaf(old, new, path)
        case .structure, .members, .map, .deduced:
            guard old?.object != nil || new?.object != nil, isMapping(old), isMapping(new) else {
                leaf(old, new, path)
                return
            }
            if old == nil || old?.isNull == true, !path.isEmpty { written.insert(path) }
            if new == nil { removed.insert(path) }
            for key in Set(old?.object?.keys ?? []).union(new?.object?.keys ?? []) {
                compare(old?[key], new?[key], shape.member(key), path + ["f:\(key)"])
            }
        case .keyedList, .set:
            guard isList(old), isList(new) else {
                leaf(old, new, path)
                return
            }
            let before = items(old, shape)
            let after = items(new, shape)
            if new == nil { removed.insert(path) }
            for (element, item) in after where before[element] == nil { added(item, shape, path + [element]) }
            for (element, item) in after {
                if let previous = before[element] { compare(previous, item, shape.item, path + [element]) }
            }
            for element in before.keys where after[element] == nil { removed.insert(path + [element]) }
        }
    }

    private mutating func added(_ item: Value, _ shape: FieldShape, _ path: [String]) {
        written.insert(path)
        if case .keyedList(_, _, let itemShape) = shape { compare(nil, item, itemShape, path) }
    }

    private mutating func leaf(_ old: Value?, _ new: Value?, _ path: [String]) {
        // A null that is written over a value is a change like any other: who owns the value is asked.
        if new == nil { removed.insert(path) } else { written.insert(path) }
    }

    private func isMapping(_ value: Value?) -> Bool { value == nil || value?.isNull == true || value?.object != nil }
    private func isList(_ value: Value?) -> Bool { value == nil || value?.isNull == true || value?.array != nil }

    private func items(_ list: Value?, _ shape: FieldShape) -> [String: Value] {
        var result: [String: Value] = [:]
        for item in list?.array ?? [] {
            if let element = shape.element(of: item) { result[element] = item }
        }
        return result
    }
}

extension FieldTree {
    /// The fields that an applied configuration speaks of.
    init(applied object: Value, _ shape: FieldShape) {
        collect(object, shape, [])
    }

    private mutating func collect(_ value: Value, _ shape: FieldShape, _ path: [String]) {
        switch shape {
        case .structure, .members, .map, .deduced:
            guard let object = value.object, !object.isEmpty || path.isEmpty else {
                insert(path)
                return
            }
            for (key, member) in object { collect(member, shape.member(key), path + ["f:\(key)"]) }
        case .keyedList, .set:
            guard let list = value.array else {
                insert(path)
                return
            }
            // Of a list that is owned item by item, an empty one owns nothing.
            for item in list {
                guard let element = shape.element(of: item) else { continue }
                insert(path + [element])
                if case .keyedList(_, _, let itemShape) = shape { collect(item, itemShape, path + [element]) }
            }
        case .whole:
            insert(path)
        }
    }
}
