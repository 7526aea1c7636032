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
        guard let patch else { return Self.withoutRepetitions(value, schema) }
        guard var changes = patch.object else { return nil }
        switch try directive(of: &changes, at: path) {
        case .delete: return nil
        case .replace where value?.object != nil: return .object(changes)
        case .merge, .replace: break
        }
        var result = value?.object ?? Object()
        if let schema {
            for (key, member) in result where changes[key] == nil && member.isCollection {
                result[key] = Self.withoutRepetitions(member, schema.rules(for: key))
            }
        }
        for (key, change) in changes {
            path.append(key)
            let merged = try merge(change, into: result[key], schema?.rules(for: key), &path)
            path.removeLast()
            result[key] = merged
        }
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
        guard let patch else { return Self.withoutRepetitions(value, rules) }
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
    private static func withoutRepetitions(_ value: Value?, _ schema: (any MergeSchema)?) -> Value? {
        guard let schema, var object = value?.object else { return value }
        for (key, member) in object where member.isCollection {
            object[key] = withoutRepetitions(member, schema.rules(for: key))
        }
        return .object(object)
    }

    private static func withoutRepetitions(_ value: Value?, _ rules: FieldRules?) -> Value? {
        guard let rules else { return value }
        guard var elements = value?.array else { return withoutRepetitions(value, rules.schema) }
        if rules.schema != nil { elements = elements.map { withoutRepetitions($0, rules.schema) ?? $0 } }
        let keys = rules.listKeys.map(\.name)
        guard rules.patchStrategy == .merge, !keys.isEmpty else { return .array(elements) }
        var positions: [[String]: Int] = [:]
        var kept: [Value] = []
        for element in elements {
            let values = keys.map { element[$0]?.scalarText ?? "" }
            if values.contains("") {
                kept.append(element)
            } else if let position = positions[values] {
                kept[position] = element
            } else {
                positions[values] = kept.count
                kept.append(element)
            }
        }
        return .array(kept)
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
        let lookup = KeyedElements(elements, keys: keys)
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
    func position(of element: Value) -> Int? {
        let values = Self.values(element, keys)
        if values.allSatisfy(\.isEmpty) { return nil }
        if let position = positions[values] { return position }
        let present = zip(keys, values).filter { !$0.1.isEmpty }
        if present.count == keys.count { return nil }
        return elements.firstIndex { other in present.allSatisfy { other[$0.0]?.scalarText == $0.1 } }
    }

    private static func values(_ element: Value, _ keys: [String]) -> [String] {
        keys.map { element[$0]?.scalarText ?? "" }
    }
}
