/// Whether two patches want different things of one place.
enum StrategicConflict {
    private typealias Directive = StrategicMergePatch.Directive

    /// The path of the first place at which the patches disagree, or `nil`.
    ///
    /// - Parameter rules: those of the member that is compared; `nil` at the root and for elements of lists.
    static func find(_ left: Value, _ right: Value, _ schema: (any MergeSchema)?, _ rules: FieldRules?) -> [PathElement]? {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            if left[Directive.patch] != right[Directive.patch] { return [] }
            if rules?.patchStrategy == .replace { return nil }
            for (key, value) in left where key != Directive.patch && key != Directive.retainKeys {
                guard let other = right[key] else { continue }
                let field = Directive.field(key, Directive.order) ?? Directive.field(key, Directive.deletion) ?? key
                let rules = schema?.rules(for: field)
                if let path = find(value, other, rules?.schema, rules) { return [.key(key)] + path }
            }
            return nil
        case (.array(let left), .array(let right)): return find(left, right, schema, rules)
        default: return SemanticDiff.equal(left, right) ? nil : []
        }
    }

    private static func find(_ left: [Value], _ right: [Value], _ schema: (any MergeSchema)?, _ rules: FieldRules?) -> [PathElement]? {
        let areMappings = (left + right).allSatisfy { $0.object != nil }
        if rules?.patchStrategy == .merge {
            guard areMappings, let key = rules?.patchMergeKey else { return nil }
            for element in left {
                guard let value = element[key], let other = right.first(where: { ElementOrder.equal($0[key], value) }) else { continue }
                if let path = find(element, other, schema, nil) { return [.element([ElementKey(name: key, value: value)])] + path }
            }
            return nil
        }
        guard left.count == right.count else { return [] }
        let pairs = areMappings ? Array(zip(left, right)) : Array(zip(left.sorted(by: byText), right.sorted(by: byText)))
        for (index, pair) in pairs.enumerated() {
            if let path = find(pair.0, pair.1, schema, nil) { return [.index(index)] + path }
        }
        return nil
    }

    private static func byText(_ left: Value, _ right: Value) -> Bool { left.shortText < right.shortText }
}
