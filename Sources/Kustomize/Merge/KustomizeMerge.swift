import Manifests

/// kustomize's own merge of a patch into an object.
///
/// It resembles Kubernetes' strategic merge and differs: elements that a patch names come first in a keyed list, a keyed list
/// may be told apart by fewer keys than its schema has when elements leave some out, and a null in a new mapping is dropped.
struct KustomizeMerge {
    struct Failure: Error {
        var path: [String]
        var problem: String
    }

    enum NewElements {
        /// Before what was there, as `kustomize build` does.
        case first
        case last
    }

    /// The merge rules of the object's kind; without them every list is replaced.
    var schema: (any MergeSchema)?
    var newElements = NewElements.first
    /// Take lists without a schema as keyed when all their elements have one of the usual keys.
    var infersKeys = false

    private enum Directive {
        case merge, replace, delete
    }

    /// How the elements of a list are told apart.
    private enum Shape: Equatable {
        case atomic
        case keyed([String])
        case set
    }

    /// The merged value; `nil` when the patch deletes it.
    func merge(_ patch: Value, into value: Value) throws(Failure) -> Value? {
        var path: [String] = []
        return try merge(patch, into: value, FieldRules(schema: schema), &path)
    }

    /// `patch` or `value` is nil when that side does not have the field.
    private func merge(
        _ patch: Value?, into value: Value?, _ rules: FieldRules?, _ path: inout [String]
    ) throws(Failure) -> Value? {
        let known = (value?.isNull ?? true) ? patch : value
        switch known {
        case .object?: return try mergeMapping(patch, into: value, rules?.schema, &path)
        case .array?: return try mergeList(patch, into: value, rules, &path)
        case .bool?, .integer?, .double?, .string?:
            try require(patch, at: path, "a scalar") { !$0.isCollection }
            return patch?.isNull == true ? nil : patch ?? value
        case .null?, nil:
            // A null that only the object has was written on purpose and stays; one of the patch clears.
            return patch == nil ? value : nil
        }
    }

    private func require(_ patch: Value?, at path: [String], _ expected: String, _ isMet: (Value) -> Bool) throws(Failure) {
        guard let patch, !patch.isNull, !isMet(patch) else { return }
        throw Failure(path: path, problem: "\(expected) is expected here, and the patch has \(patch.typeName)")
    }

    // MARK: Mappings

    private func mergeMapping(
        _ patch: Value?, into value: Value?, _ schema: (any MergeSchema)?, _ path: inout [String]
    ) throws(Failure) -> Value? {
        try require(patch, at: path, "a mapping") { $0.object != nil }
        guard let patch else { return value.flatMap { Self.withoutRepetitions($0, schema) } ?? value }
        guard var changes = patch.object else { return nil }
        switch try directive(of: &changes, at: path) {
        case .delete: return nil
        case .replace where value?.object != nil: return .object(changes)
        case .merge, .replace: break
        }
        var result = value?.object ?? Object()
        if let schema {
            for (key, member) in result where changes[key] == nil && member.isCollection {
                if let kept = Self.withoutRepetitions(member, schema.rules(for: key)) { result[key] = kept }
            }
        }
        var removed: Set<String> = []
        for (key, change) in changes {
            path.append(key)
            let merged = try merge(change, into: result[key], schema?.rules(for: key), &path)
            path.removeLast()
            if let merged { result[key] = merged } else { removed.insert(key) }
        }
        result.removeAll(removed)
        return .object(result)
    }

    private func directive(of changes: inout Object, at path: [String]) throws(Failure) -> Directive {
        guard let written = changes["$patch"] else { return .merge }
        changes["$patch"] = nil
        switch written.string {
        case "merge": return .merge
        case "replace": return .replace
        case "delete": return .delete
        case let other:
            throw Failure(path: path, problem: "$patch must be merge, replace or delete, not \"\(other ?? written.typeName)\"")
        }
    }

    // MARK: Lists

    private func mergeList(
        _ patch: Value?, into value: Value?, _ rules: FieldRules?, _ path: inout [String]
    ) throws(Failure) -> Value? {
        try require(patch, at: path, "a list") { $0.array != nil }
        guard let patch else { return value.flatMap { Self.withoutRepetitions($0, rules) } ?? value }
        guard var changes = patch.array else { return nil }
        let shape = shape(rules, value?.array ?? [], changes)
        if shape == .atomic { return patch }
        switch try takeListDirective(&changes, at: path) {
        case .delete: return nil
        case .replace where value?.array != nil: return .array(changes)
        case .merge, .replace: break
        }
        let elements = value?.array ?? []
        switch shape {
        case .atomic: return patch
        case .set: return .array(mergeSet(changes, into: elements))
        case .keyed(let keys): return .array(try mergeKeyed(changes, into: elements, keys, rules?.schema, &path))
        }
    }

    // MARK: Repetitions

    /// kustomize goes through the whole object when it applies a patch, and of elements with the same keys it keeps the last.
    /// `nil` when nothing repeats, as nearly always: then nothing is copied.
    private static func withoutRepetitions(_ value: Value, _ schema: (any MergeSchema)?) -> Value? {
        guard let schema, let object = value.object else { return nil }
        var changed: Object?
        for (key, member) in object where member.isCollection {
            guard let kept = withoutRepetitions(member, schema.rules(for: key)) else { continue }
            changed = changed ?? object
            changed?[key] = kept
        }
        return changed.map { .object($0) }
    }

    private static func withoutRepetitions(_ value: Value, _ rules: FieldRules?) -> Value? {
        guard let rules else { return nil }
        guard let elements = value.array else { return withoutRepetitions(value, rules.schema) }
        var changed: [Value]?
        if rules.schema != nil {
            for (position, element) in elements.enumerated() {
                guard let kept = withoutRepetitions(element, rules.schema) else { continue }
                changed = changed ?? elements
                changed?[position] = kept
            }
        }
        let keys = rules.patchStrategy == .merge ? rules.listKeys.map(\.name) : []
        return (lastOfEach(changed ?? elements, keys) ?? changed).map { .array($0) }
    }

    /// Of elements with the same keys the last, at the place of the first; `nil` when all differ.
    private static func lastOfEach(_ elements: [Value], _ keys: [String]) -> [Value]? {
        guard elements.count > 1, !keys.isEmpty else { return nil }
        var positions: [[String]: Int] = [:]
        var last: [Int: Int] = [:]
        for (position, element) in elements.enumerated() {
            let values = keys.map { element[$0]?.scalarText ?? "" }
            if values.contains("") { continue }
            if let first = positions[values] { last[first] = position } else { positions[values] = position }
        }
        if last.isEmpty { return nil }
        let dropped = elements.indices.filter { position in
            let values = keys.map { elements[position][$0]?.scalarText ?? "" }
            return !values.contains("") && positions[values] != position
        }
        let isDropped = Set(dropped)
        return elements.indices.filter { !isDropped.contains($0) }.map { elements[last[$0] ?? $0] }
    }

    private func shape(_ rules: FieldRules?, _ elements: [Value], _ changes: [Value]) -> Shape {
        if let rules, rules.patchStrategy == .merge {
            let keys = rules.listKeys.map(\.name)
            if !keys.isEmpty { return .keyed(keys) }
            return rules.patchMergeKey.map { .keyed([$0]) } ?? .set
        }
        guard rules == nil, infersKeys else { return .atomic }
        let all = elements + changes
        guard !all.isEmpty else { return .atomic }
        let usual = ["mountPath", "devicePath", "ip", "type", "topologyKey", "name", "containerPort"]
        for key in usual where all.allSatisfy({ $0[key] != nil }) { return .keyed([key]) }
        return .atomic
    }

    /// A list's own directive is an element with nothing but `$patch`.
    private func takeListDirective(_ changes: inout [Value], at path: [String]) throws(Failure) -> Directive {
        guard let position = changes.firstIndex(where: { $0.object?.count == 1 && $0["$patch"] != nil }),
            var element = changes[position].object
        else { return .merge }
        let found = try directive(of: &element, at: path)
        changes.remove(at: position)
        return found
    }

    private func mergeSet(_ changes: [Value], into elements: [Value]) -> [Value] {
        var seen: Set<Value> = []
        let ordered = newElements == .first ? changes + elements : elements + changes
        return ordered.filter { !$0.isNull && seen.insert($0).inserted }
    }

    private func mergeKeyed(
        _ changes: [Value], into elements: [Value], _ keys: [String], _ schema: (any MergeSchema)?, _ path: inout [String]
    ) throws(Failure) -> [Value] {
        var remaining: [Value?] = elements
        var lookup = KeyedElements(elements, keys: keys)
        var touched: [Value] = []
        for change in changes {
            guard change.object != nil else {
                touched.append(change)
                continue
            }
            let position = lookup.position(of: change)
            let base = position.flatMap { remaining[$0] }
            guard let merged = try merge(change, into: base, FieldRules(schema: schema), &path), !merged.isNothing else {
                // An element that has more keys than the patch names comes back when kustomize gets to its own keys.
                if let position, keys.allSatisfy({ change[$0] != nil || elements[position][$0] == nil }) { remaining[position] = nil }
                continue
            }
            switch (newElements, position) {
            case (.last, let position?): remaining[position] = merged
            case (.first, let position?):
                remaining[position] = nil
                touched.append(merged)
            case (_, nil): touched.append(merged)
            }
        }
        let rest = remaining.compactMap { $0 }
        return newElements == .first ? touched + rest : rest + touched
    }
}

/// Finds the element of a list that has the keys of another.
struct KeyedElements {
    private var positions: [[String]: Int] = [:]
    /// The same for those of the keys that some sought element had, made when first sought.
    private var partial: [[Bool]: [[String]: Int]] = [:]
    private let keys: [String]
    private let elements: [Value]

    init(_ elements: [Value], keys: [String]) {
        self.keys = keys
        self.elements = elements
        for (position, element) in elements.enumerated() {
            let values = Self.values(element, keys)
            if !values.allSatisfy(\.isEmpty), positions[values] == nil { positions[values] = position }
        }
    }

    /// The position of the element with the same values of those keys that `element` has.
    mutating func position(of element: Value) -> Int? {
        let values = Self.values(element, keys)
        if values.allSatisfy(\.isEmpty) { return nil }
        if let position = positions[values] { return position }
        let present = values.map { !$0.isEmpty }
        if present.allSatisfy({ $0 }) { return nil }
        if partial[present] == nil { partial[present] = index(of: present) }
        return partial[present]?[values]
    }

    /// First positions by the values of the keys that `present` marks; elements that lack one of those are left out.
    private func index(of present: [Bool]) -> [[String]: Int] {
        var index: [[String]: Int] = [:]
        for (position, element) in elements.enumerated() {
            var values = Self.values(element, keys)
            for place in values.indices where !present[place] { values[place] = "" }
            if zip(values, present).allSatisfy({ !$0.0.isEmpty || !$0.1 }), index[values] == nil { index[values] = position }
        }
        return index
    }

    private static func values(_ element: Value, _ keys: [String]) -> [String] {
        keys.map { element[$0]?.scalarText ?? "" }
    }
}
