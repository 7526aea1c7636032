/// Makes strategic merge patches of two mappings.
struct StrategicDiff {
    enum Scope {
        case all
        /// What is new or changed, nothing that is gone.
        case additions
        /// What is gone, and nothing else.
        case deletions
    }

    private typealias Directive = StrategicMergePatch.Directive

    let scope: Scope
    /// Whether merged lists that change come with `$setElementOrder`.
    let writesOrder: Bool

    private var adds: Bool { scope != .deletions }
    private var deletes: Bool { scope != .additions }

    func diff(_ old: Object, _ new: Object, _ schema: (any MergeSchema)?, retainsKeys: Bool) throws(ManifestError) -> Object {
        var patch = Object()
        for (key, value) in new {
            guard let before = old[key] else {
                if adds { patch[key] = value }
                continue
            }
            if key == Directive.patch {
                if !SemanticDiff.equal(before, value) {
                    throw ManifestError(code: .invalidPatch, message: "$patch differs", path: [.key(key)])
                }
                patch[key] = value
                continue
            }
            do throws(ManifestError) {
                try diffMember(key, before, value, schema, into: &patch)
            } catch {
                throw error.prefixed(by: [.key(key)])
            }
        }
        if deletes {
            for key in old.keys where new[key] == nil { patch[key] = .null }
        }
        if retainsKeys { addRetainedKeys(old, new, to: &patch) }
        return patch
    }

    private func addRetainedKeys(_ old: Object, _ new: Object, to patch: inout Object) {
        let retained = new.filter { !$0.value.isNull }.map(\.key).sorted()
        let clears = old.keys.contains { new[$0] == nil }
        if !retained.isEmpty && (!patch.isEmpty || clears) { patch[Directive.retainKeys] = .array(retained.map { .string($0) }) }
    }

    private func diffMember(
        _ key: String, _ before: Value, _ value: Value, _ schema: (any MergeSchema)?, into patch: inout Object
    ) throws(ManifestError) {
        switch (before, value) {
        case (.object(let old), .object(let new)):
            guard let rules = try rules(key, schema, before, value) else { return }
            if rules.patchStrategy == .replace {
                if adds { patch[key] = value }
                return
            }
            let change = try diff(old, new, rules.schema, retainsKeys: rules.retainsKeys)
            if !change.isEmpty { patch[key] = .object(change) }
        case (.array(let old), .array(let new)):
            guard let rules = try rules(key, schema, before, value) else { return }
            if rules.patchStrategy == .merge { return try diffList(key, old, new, rules, into: &patch) }
            if adds && !SemanticDiff.equal(before, value) { patch[key] = value }
        default: if adds && !SemanticDiff.equal(before, value) { patch[key] = value }
        }
    }

    /// `nil` when the field is unknown and the same on both sides, so that nobody needs the rules.
    private func rules(
        _ key: String, _ schema: (any MergeSchema)?, _ before: Value, _ value: Value
    ) throws(ManifestError) -> FieldRules? {
        if let rules = schema?.rules(for: key) { return rules }
        guard schema?.rejectsUnknownFields == true else { return FieldRules() }
        if SemanticDiff.equal(before, value) { return nil }
        throw ManifestError(code: .invalidPatch, message: "unable to find api field \"\(key)\"")
    }

    // MARK: Lists

    private func diffList(
        _ key: String, _ old: [Value], _ new: [Value], _ rules: FieldRules, into patch: inout Object
    ) throws(ManifestError) {
        if old.isEmpty {
            if adds && !new.isEmpty { patch[key] = .array(new) }
            return
        }
        let mappings = (old + new).count { $0.object != nil }
        guard mappings == 0 || mappings == old.count + new.count, !(old + new).contains(where: { $0.array != nil }) else {
            throw ManifestError(code: .invalidPatch, message: "a merged list has elements of different kinds")
        }
        if mappings == 0 { return diffScalars(key, old, new, into: &patch) }
        guard let mergeKey = rules.patchMergeKey else {
            throw ManifestError(code: .invalidPatch, message: "a list of mappings cannot be merged without a merge key")
        }
        let changes = try diffElements(old, new, rules, mergeKey)
        if !changes.isEmpty { patch[key] = .array(changes) }
        let sameOrder = old.count == new.count && zip(old, new).allSatisfy { ElementOrder.equal($0[mergeKey], $1[mergeKey]) }
        if writesOrder, (adds && (!changes.isEmpty || !sameOrder)) || (deletes && !changes.isEmpty), !new.isEmpty {
            let order: [Value] = new.map { .object(Object([(mergeKey, $0[mergeKey] ?? .null)])) }
            patch[Directive.order + key] = .array(order)
        }
    }

    private func diffElements(
        _ old: [Value], _ new: [Value], _ rules: FieldRules, _ mergeKey: String
    ) throws(ManifestError) -> [Value] {
        // Elements with one key, which is an error elsewhere, are matched in their order.
        var unmatched = try places(old, mergeKey)
        var changes: [Value] = []
        for element in new {
            let keyValue = try keyValue(element, mergeKey)
            guard let place = unmatched[Self.normalized(keyValue)]?.popFirst() else {
                if adds { changes.append(element) }
                continue
            }
            var change = try diff(old[place].object ?? Object(), element.object ?? Object(), rules.schema, retainsKeys: rules.retainsKeys)
            if change.isEmpty { continue }
            change[mergeKey] = keyValue
            changes.append(.object(change))
        }
        guard deletes else { return changes }
        for place in unmatched.values.joined().sorted() {
            let keyValue = try keyValue(old[place], mergeKey)
            changes.append(.object(Object([(Directive.patch, Value.string("delete")), (mergeKey, keyValue)])))
        }
        return changes
    }

    private func places(_ list: [Value], _ mergeKey: String) throws(ManifestError) -> [Value: ArraySlice<Int>] {
        var places: [Value: ArraySlice<Int>] = [:]
        for (place, element) in list.enumerated() { places[Self.normalized(try keyValue(element, mergeKey)), default: []].append(place) }
        return places
    }

    private func keyValue(_ element: Value, _ mergeKey: String) throws(ManifestError) -> Value {
        if let value = element[mergeKey] { return value }
        throw ManifestError(code: .invalidPatch, message: "a list element does not contain declared merge key \"\(mergeKey)\"")
    }

    private static func normalized(_ value: Value) -> Value {
        if case .double(let double) = value, let integer = Int64(exactly: double) { return .integer(integer) }
        return value
    }

    private func diffScalars(_ key: String, _ old: [Value], _ new: [Value], into patch: inout Object) {
        var rest = old
        var added: [Value] = []
        for element in new {
            if let place = rest.firstIndex(where: { SemanticDiff.equal($0, element) }) {
                rest.remove(at: place)
            } else {
                added.append(element)
            }
        }
        var deleted: [Value] = []
        for element in rest where !deleted.contains(where: { SemanticDiff.equal($0, element) }) { deleted.append(element) }
        if !adds { added = [] }
        if !deletes { deleted = [] }
        if !added.isEmpty { patch[key] = .array(added) }
        if !deleted.isEmpty { patch[Directive.deletion + key] = .array(deleted) }
        let changed = adds && !SemanticDiff.equal(.array(old), .array(new)) || !deleted.isEmpty
        if writesOrder && changed && !new.isEmpty { patch[Directive.order + key] = .array(new) }
    }
}
