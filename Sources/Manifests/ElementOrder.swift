/// In which order the elements of a merged list stand.
enum ElementOrder {
    typealias Directive = StrategicMergePatch.Directive

    /// Elements named in `order` stand in that order, the others as in `server`. Where both meet, `server` decides if it has both; else the named one comes first.
    static func arrange(_ elements: [Value], by order: [Value], server: [Value], key: String?) -> [Value] {
        let orderIndex = Index(order, key: key)
        let serverIndex = Index(server, key: key)
        var named: [Value] = []
        var others: [Value] = []
        for element in elements {
            if orderIndex[element] == nil { others.append(element) } else { named.append(element) }
        }
        return interleave(sorted(others, serverIndex, key: key), sorted(named, orderIndex, key: key), serverIndex)
    }

    /// By `index`; elements that are to be deleted go last.
    static func sorted(_ elements: [Value], by order: [Value], key: String?) -> [Value] {
        sorted(elements, Index(order, key: key), key: key)
    }

    private static func sorted(_ elements: [Value], _ index: Index, key: String?) -> [Value] {
        let kept = elements.filter { $0[Directive.patch] != "delete" }
        let deleted = elements.filter { $0[Directive.patch] == "delete" }
        let keyed = kept.enumerated().map { (place: index[$0.element] ?? -1, original: $0.offset, element: $0.element) }
        return keyed.sorted { ($0.place, $0.original) < ($1.place, $1.original) }.map(\.element) + deleted
    }

    private static func interleave(_ others: [Value], _ named: [Value], _ server: Index) -> [Value] {
        var result: [Value] = []
        var (left, right) = (others[...], named[...])
        while let other = left.first, let next = right.first {
            if let otherPlace = server[other], let nextPlace = server[next], otherPlace < nextPlace {
                result.append(other)
                left.removeFirst()
            } else {
                result.append(next)
                right.removeFirst()
            }
        }
        return result + left + right
    }

    /// A patch whose elements come in another order than its own `$setElementOrder` contradicts itself.
    static func check(_ patch: [Value], against order: [Value], key: String?, field: String) throws(ManifestError) {
        let kept = patch.filter { $0[Directive.patch] == nil }
        if kept.isEmpty || order.isEmpty { return }
        let index = Index(order, key: key)
        var last = -1
        for element in kept {
            guard let place = index[element], place >= last else {
                throw ManifestError(
                    code: .invalidPatch, message: "the order of the list in the patch doesn't match its \(Directive.order)\(field)",
                    path: [.key(field)])
            }
            last = place
        }
    }

    static func equal(_ left: Value?, _ right: Value?) -> Bool {
        guard let left, let right else { return false }
        return SemanticDiff.equal(left, right)
    }

    /// The place of an element in a list, found by its key or, without one, by itself.
    private struct Index {
        private let key: String?
        private var places: [Value: Int] = [:]

        init(_ list: [Value], key: String?) {
            self.key = key
            for (place, element) in list.enumerated() {
                guard let identity = Self.identity(element, key), places[identity] == nil else { continue }
                places[identity] = place
            }
        }

        subscript(_ element: Value) -> Int? { Self.identity(element, key).flatMap { places[$0] } }

        private static func identity(_ element: Value, _ key: String?) -> Value? {
            guard let identity = key.map({ element[$0] }) ?? element else { return nil }
            // 1 and 1.0 are one number.
            if case .double(let double) = identity, let integer = Int64(exactly: double) { return .integer(integer) }
            return identity
        }
    }
}
