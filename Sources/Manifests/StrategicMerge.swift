/// The merging itself, in two modes that share nearly all rules.
struct StrategicMerge {
    enum Mode {
        /// A patch into an object: directives are carried out, nulls delete.
        case patchIntoValue
        /// A patch into another patch, when a three-way patch is made: directives and nulls stay for the later reader.
        case patchIntoPatch
    }

    private typealias Directive = StrategicMergePatch.Directive

    let mode: Mode

    func merge(_ patch: Object, into value: Object, _ schema: (any MergeSchema)?) throws(ManifestError) -> Object {
        var patch = patch
        if let directive = patch[Directive.patch] {
            switch directive {
            case "replace":
                patch[Directive.patch] = nil
                return patch
            case "delete": return Object()
            default: throw invalid("$patch is \(directive.shortText); it can be replace or delete here")
            }
        }
        var value = value
        try retainKeys(&patch, &value)
        try mergeOrderedLists(&patch, &value, schema)
        for (key, change) in patch {
            do throws(ManifestError) {
                try mergeMember(key, change, into: &value, schema)
            } catch {
                throw error.prefixed(by: [.key(key)])
            }
        }
        return value
    }

    private func mergeMember(_ key: String, _ change: Value, into value: inout Object, _ schema: (any MergeSchema)?) throws(ManifestError) {
        if let field = Directive.field(key, Directive.deletion) {
            if mode == .patchIntoPatch { return value[key] = change }
            guard case .array(let elements)? = value[field], case .array(let deleted) = change else { return }
            return value[field] = .array(elements.filter { element in !deleted.contains { SemanticDiff.equal($0, element) } })
        }
        if change.isNull {
            value[key] = mode == .patchIntoPatch ? .null : nil
            return
        }
        switch (value[key], change) {
        case (.object(let old)?, .object(let new)):
            let rules = try rules(key, schema)
            let merged = rules?.patchStrategy == .replace ? new : try merge(new, into: old, rules?.schema)
            value[key] = .object(merged)
        case (.array(let old)?, .array(let new)):
            let rules = try rules(key, schema)
            value[key] = .array(rules?.patchStrategy == .merge ? try merge(new, into: old, rules) : new)
        default: value[key] = added(change)
        }
    }

    /// A part of a patch that meets nothing: nulls and directives in it have nothing to act on.
    private func added(_ change: Value) -> Value? { mode == .patchIntoPatch ? change : Self.withoutDirectives(change) }

    /// `nil` when the value says of itself that it is to be deleted.
    static func withoutDirectives(_ value: Value) -> Value? {
        switch value {
        case .object(let object):
            if object[Directive.patch] == "delete" { return nil }
            var kept = Object()
            for (key, member) in object where !member.isNull && !Directive.isDirective(key) {
                if let member = withoutDirectives(member) { kept[key] = member }
            }
            return .object(kept)
        case .array(let elements): return .array(elements.compactMap(withoutDirectives))
        case .null, .bool, .integer, .double, .string: return value
        }
    }

    /// Without `$patch` and what it deletes. Other directives and nulls stay.
    private static func withoutMarkers(_ value: Value) -> Value? {
        switch value {
        case .object(let object):
            if object[Directive.patch] == "delete" { return nil }
            var kept = Object()
            for (key, member) in object where key != Directive.patch { kept[key] = withoutMarkers(member) }
            return .object(kept)
        case .array(let elements): return .array(elements.compactMap(withoutMarkers))
        case .null, .bool, .integer, .double, .string: return value
        }
    }

    private func rules(_ key: String, _ schema: (any MergeSchema)?) throws(ManifestError) -> FieldRules? {
        let rules = schema?.rules(for: key)
        if rules == nil, schema?.rejectsUnknownFields == true { throw invalid("unable to find api field \"\(key)\"") }
        return rules
    }

    // MARK: Directives

    private func retainKeys(_ patch: inout Object, _ value: inout Object) throws(ManifestError) {
        guard let directive = patch[Directive.retainKeys] else { return }
        patch[Directive.retainKeys] = nil
        if mode == .patchIntoPatch {
            if let other = value[Directive.retainKeys], !SemanticDiff.equal(other, directive) {
                throw invalid("two patches have different $retainKeys")
            }
            value[Directive.retainKeys] = directive
            return
        }
        guard let retained = directive.array?.compactMap(\.string), retained.count == directive.array?.count else {
            throw invalid("$retainKeys must be a list of strings")
        }
        for (key, change) in patch where !change.isNull && !Directive.isDirective(key) && !retained.contains(key) {
            throw invalid("the patch sets \"\(key)\", which $retainKeys does not list")
        }
        for key in value.keys where !retained.contains(key) { value[key] = nil }
    }

    /// Lists with a `$setElementOrder`: merged here, in that order, and taken out of the patch.
    private func mergeOrderedLists(_ patch: inout Object, _ value: inout Object, _ schema: (any MergeSchema)?) throws(ManifestError) {
        for (key, order) in patch {
            guard let field = Directive.field(key, Directive.order) else { continue }
            patch[key] = nil
            if mode == .patchIntoPatch {
                if let other = value[key], !SemanticDiff.equal(other, order) { throw invalid("two patches have different \(key)") }
                value[key] = order
                if value[field] == nil, let list = patch[field] { patch[field] = Self.withoutMarkers(list) }
                continue
            }
            guard let order = order.array else { throw invalid("\(key) must be a list") }
            let rules = try rules(field, schema)
            let old = value[field]?.array
            let new = patch[field]?.array
            if old == nil && new == nil { continue }
            if let new { try ElementOrder.check(new, against: order, key: rules?.patchMergeKey, field: field) }
            let merged: [Value] =
                switch (old, new) {
                case (let old?, let new?): rules?.patchStrategy == .merge ? try merge(new, into: old, rules) : new
                case (let old?, nil): old
                case (nil, let new): new?.compactMap(Self.withoutDirectives) ?? []
                }
            value[field] = .array(ElementOrder.arrange(merged, by: order, server: old ?? [], key: rules?.patchMergeKey))
            patch[field] = nil
        }
    }

    // MARK: Lists

    private func merge(_ patch: [Value], into list: [Value], _ rules: FieldRules?) throws(ManifestError) -> [Value] {
        if patch.isEmpty && list.isEmpty { return [] }
        let areMappings = (list + patch).filter { $0.object != nil }.count
        if areMappings == 0 {
            var merged: [Value] = []
            for element in list + patch where !merged.contains(where: { SemanticDiff.equal($0, element) }) { merged.append(element) }
            return ElementOrder.arrange(merged, by: patch, server: list, key: nil)
        }
        guard areMappings == list.count + patch.count else { throw invalid("a merged list has both mappings and other elements") }
        guard let key = rules?.patchMergeKey else { throw invalid("a list of mappings cannot be merged without a merge key") }
        var (merged, changes) = try applySpecialElements(patch, to: list, key)
        let server = merged
        for change in changes {
            let keyValue = try keyValue(change, key)
            guard let position = merged.firstIndex(where: { ElementOrder.equal($0[key], keyValue) }) else {
                if let element = added(change) { merged.append(element) }
                continue
            }
            do throws(ManifestError) {
                merged[position] = .object(try merge(change.object ?? Object(), into: merged[position].object ?? Object(), rules?.schema))
            } catch {
                throw error.prefixed(by: [.element([ElementKey(name: key, value: keyValue)])])
            }
        }
        changes = changes.filter { $0.object != nil }
        return ElementOrder.arrange(merged, by: changes, server: server, key: key)
    }

    /// Carries out `$patch` in list elements; returns what is left of the list and of the patch.
    private func applySpecialElements(
        _ patch: [Value], to list: [Value], _ key: String
    ) throws(ManifestError) -> (list: [Value], patch: [Value]) {
        var list = list
        var rest: [Value] = []
        var replaces = false
        for element in patch {
            switch element[Directive.patch] {
            case nil: rest.append(element)
            case "replace"?: replaces = true
            case "delete"?:
                let keyValue = try keyValue(element, key)
                list.removeAll { ElementOrder.equal($0[key], keyValue) }
            case let other?: throw invalid("$patch of a list element is \(other.shortText); it can be replace or delete")
            }
        }
        return replaces ? ([], rest) : (list, rest)
    }

    private func keyValue(_ element: Value, _ key: String) throws(ManifestError) -> Value {
        guard let value = element[key] else { throw invalid("a list element does not contain declared merge key \"\(key)\"") }
        return value
    }

    private func invalid(_ message: String) -> ManifestError { ManifestError(code: .invalidPatch, message: message) }
}
