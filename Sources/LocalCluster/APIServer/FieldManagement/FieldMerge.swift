internal import Manifests

/// Lays an applied configuration over the live object, and takes out what its manager no longer speaks of.
enum FieldMerge {
    static func merge(_ live: Value?, _ applied: Value, _ shape: FieldShape) -> Value {
        switch shape {
        case .whole:
            return applied
        case .structure, .members, .map, .deduced:
            guard let over = applied.object, var result = live?.object else { return applied }
            for (key, member) in over { result[key] = merge(result[key], member, shape.member(key)) }
            return .object(result)
        case .keyedList, .set:
            guard let over = applied.array, let under = live?.array else { return applied }
            return .array(mergeLists(under, over, shape))
        }
    }

    /// Shared items stand in the order of the applied list; items of the live list alone keep their place before what followed them.
    private static func mergeLists(_ live: [Value], _ applied: [Value], _ shape: FieldShape) -> [Value] {
        let liveNames = live.map { shape.element(of: $0) ?? "" }
        let appliedNames = applied.map { shape.element(of: $0) ?? "" }
        let inApplied = Set(appliedNames)
        let liveByName = Dictionary(zip(liveNames, live), uniquingKeysWith: { first, _ in first })
        var result: [Value] = []
        var left = 0
        var right = 0
        while left < live.count || right < applied.count {
            if left < live.count, !inApplied.contains(liveNames[left]) {
                result.append(live[left])
                left += 1
            } else if right < applied.count {
                result.append(merge(liveByName[appliedNames[right]], applied[right], shape.item))
                if left < live.count, liveNames[left] == appliedNames[right] { left += 1 }
                right += 1
            } else {
                left += 1  // shared, and written already
            }
        }
        return result
    }

    /// Removes the fields of `last` that are neither in `now` nor in `others`.
    static func prune(_ value: inout Value, last: FieldTree, now: FieldTree, others: FieldTree, _ shape: FieldShape) {
        switch shape {
        case .structure, .members, .map, .deduced:
            guard value.object != nil else { return }
            for (element, lastChild) in last.children where element.hasPrefix("f:") {
                let key = String(element.dropFirst(2))
                guard var member = value[key] else { continue }
                let nowChild = now.children[element]
                let otherChild = others.children[element]
                if nowChild == nil, otherChild == nil {
                    value[key] = nil
                } else {
                    prune(&member, last: lastChild, now: nowChild ?? FieldTree(), others: otherChild ?? FieldTree(), shape.member(key))
                    value[key] = member
                }
            }
        case .keyedList, .set:
            guard let items = value.array else { return }
            var kept: [Value] = []
            for var item in items {
                guard let element = shape.element(of: item), let lastChild = last.children[element] else {
                    kept.append(item)
                    continue
                }
                let nowChild = now.children[element]
                let otherChild = others.children[element]
                if nowChild == nil, otherChild == nil { continue }
                prune(&item, last: lastChild, now: nowChild ?? FieldTree(), others: otherChild ?? FieldTree(), shape.item)
                kept.append(item)
            }
            value = .array(kept)
        case .whole:
            break
        }
    }
}
