/// JSON merge patches of RFC 7396: mappings are merged, null deletes, everything else replaces.
package enum MergePatch {
    package static func apply(_ patch: Value, to value: Value) -> Value {
        guard case .object(let changes) = patch else { return patch }
        var result = value.object ?? Object()
        var removed: Set<String> = []
        for (key, change) in changes {
            if change.isNull {
                removed.insert(key)
            } else if change.object == nil {
                result[key] = change
            } else {
                result[key] = apply(change, to: result[key] ?? .null)
            }
        }
        result.removeAll(removed)
        return .object(result)
    }

    /// The patch that makes `to` of `from`; an empty mapping when they are equal. A null member of `to` cannot be expressed, it reads as absent.
    package static func diff(from: Value, to: Value) -> Value {
        guard case .object(let old) = from, case .object(let new) = to else { return to }
        var patch = Object()
        for (key, value) in new {
            guard let before = old[key] else {
                patch[key] = value
                continue
            }
            if SemanticDiff.equal(before, value) { continue }
            patch[key] = before.object == nil ? value : diff(from: before, to: value)
        }
        for (key, _) in old where new[key] == nil { patch[key] = .null }
        return .object(patch)
    }

    /// The patch for `current` that brings in what changed from `original` to `modified` and leaves the rest of `current` alone: what
    /// `kubectl apply` sends for types without a strategic merge.
    package static func threeWayDiff(original: Value, modified: Value, current: Value) -> Value {
        let deletions = part(.deletions, of: diff(from: original, to: modified))
        let changes = part(.changes, of: diff(from: current, to: modified))
        return overlay(changes, on: deletions)
    }

    private enum Part {
        case deletions
        case changes
    }

    /// One part of a patch, without mappings that are empty for lack of the other part.
    private static func part(_ part: Part, of patch: Value) -> Value {
        guard case .object(let members) = patch else { return patch }
        var kept = Object()
        for (key, value) in members {
            switch value {
            case .null: if part == .deletions { kept[key] = .null }
            case .object(let inner):
                let rest = Self.part(part, of: value)
                if rest.object?.isEmpty == false || inner.isEmpty && part == .changes { kept[key] = rest }
            case .bool, .integer, .double, .string, .array: if part == .changes { kept[key] = value }
            }
        }
        return .object(kept)
    }

    /// Joins two patches; the members of `top` win. Deletions stay in.
    private static func overlay(_ top: Value, on bottom: Value) -> Value {
        guard case .object(let members) = top, case .object(var result) = bottom else { return top }
        for (key, value) in members { result[key] = result[key].map { overlay(value, on: $0) } ?? value }
        return .object(result)
    }
}
