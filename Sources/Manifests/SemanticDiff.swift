/// What differs between two values, field by field, with list elements matched by what identifies them.
package enum SemanticDiff {
    /// The changes that lead from one value to the other: those of mappings in the order of `from`, then what only `to` has.
    ///
    /// With a schema, elements of keyed lists are matched by their keys and those of sets by themselves; all other lists are compared place by place.
    /// A change of order alone in a matched list is one change of the list. Numbers are equal when their values are.
    package static func changes(from: Value, to: Value, schema: (any MergeSchema)? = nil) -> [FieldChange] {
        var collector = Collector()
        collector.compare(from, to, at: [], schema, nil)
        return collector.changes
    }

    /// Equality in which a number's form does not matter: `1` and `1.0` are equal.
    package static func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left == right
        case (.integer, .double), (.double, .integer), (.double, .double): left.number == right.number
        case (.array(let left), .array(let right)): left.count == right.count && zip(left, right).allSatisfy(equal)
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { key, value in right[key].map { equal(value, $0) } ?? false }
        default: left == right
        }
    }

    private struct Collector {
        var changes: [FieldChange] = []

        /// - Parameter rules: those of the member that is compared, when it is a list.
        mutating func compare(_ from: Value, _ to: Value, at path: [PathElement], _ schema: (any MergeSchema)?, _ rules: FieldRules?) {
            switch (from, to) {
            case (.object(let old), .object(let new)): compare(old, new, at: path, schema)
            case (.array(let old), .array(let new)): compare(old, new, at: path, rules)
            default: if !SemanticDiff.equal(from, to) { changes.append(FieldChange(path: path, old: from, new: to)) }
            }
        }

        private mutating func compare(_ old: Object, _ new: Object, at path: [PathElement], _ schema: (any MergeSchema)?) {
            for (key, value) in old {
                let place = path + [.key(key)]
                guard let other = new[key] else {
                    changes.append(FieldChange(path: place, old: value, new: nil))
                    continue
                }
                let rules = schema?.rules(for: key)
                compare(value, other, at: place, rules?.schema, rules)
            }
            for (key, value) in new where old[key] == nil { changes.append(FieldChange(path: path + [.key(key)], old: nil, new: value)) }
        }

        private mutating func compare(_ old: [Value], _ new: [Value], at path: [PathElement], _ rules: FieldRules?) {
            if let rules, let names = Self.keyNames(rules), let oldKeys = Self.keys(old, names), let newKeys = Self.keys(new, names) {
                return compareKeyed(old, oldKeys, new, newKeys, at: path, rules.schema)
            }
            if case .set = rules?.listType, Set(old).count == old.count, Set(new).count == new.count {
                for value in old where !new.contains(value) { changes.append(FieldChange(path: path, old: value, new: nil)) }
                for value in new where !old.contains(value) { changes.append(FieldChange(path: path, old: nil, new: value)) }
                return
            }
            let shared = min(old.count, new.count)
            for index in 0..<shared { compare(old[index], new[index], at: path + [.index(index)], rules?.schema, nil) }
            for index in shared..<old.count { changes.append(FieldChange(path: path + [.index(index)], old: old[index], new: nil)) }
            for index in shared..<new.count { changes.append(FieldChange(path: path + [.index(index)], old: nil, new: new[index])) }
        }

        private mutating func compareKeyed(
            _ old: [Value], _ oldKeys: [[ElementKey]], _ new: [Value], _ newKeys: [[ElementKey]], at path: [PathElement],
            _ schema: (any MergeSchema)?
        ) {
            let before = changes.count
            var places: [[ElementKey]: Int] = [:]
            for (place, key) in newKeys.enumerated() { places[key] = place }
            for (value, key) in zip(old, oldKeys) {
                let element = path + [.element(key)]
                if let place = places[key] {
                    compare(value, new[place], at: element, schema, nil)
                } else {
                    changes.append(FieldChange(path: element, old: value, new: nil))
                }
            }
            let known = Set(oldKeys)
            for (value, key) in zip(new, newKeys) where !known.contains(key) {
                changes.append(FieldChange(path: path + [.element(key)], old: nil, new: value))
            }
            if changes.count == before && oldKeys != newKeys {
                changes.append(FieldChange(path: path, old: .array(old), new: .array(new)))
            }
        }

        private static func keyNames(_ rules: FieldRules) -> [FieldRules.ListKey]? {
            if !rules.listKeys.isEmpty { return rules.listKeys }
            return rules.patchMergeKey.map { [FieldRules.ListKey(name: $0)] }
        }

        /// The keys of every element; `nil` when one has none or two have the same, so that matching would guess. A list whose keys are unique by the
        /// first alone shows no more.
        private static func keys(_ elements: [Value], _ names: [FieldRules.ListKey]) -> [[ElementKey]]? {
            var all: [[ElementKey]] = []
            for element in elements {
                var keys: [ElementKey] = []
                for name in names {
                    guard let value = element[name.name] ?? name.defaultValue, value.array == nil, value.object == nil else { return nil }
                    keys.append(ElementKey(name: name.name, value: value))
                }
                all.append(keys)
            }
            return Set(all).count == all.count ? all : nil
        }
    }
}
