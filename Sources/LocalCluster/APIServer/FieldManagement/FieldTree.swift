internal import Manifests

/// A set of fields of one object, as `managedFields` writes it (FieldsV1): `f:name` a field, `k:{...}` a list item by its keys, `v:...` an
/// item of a set.
struct FieldTree: Sendable, Hashable {
    /// Whether the place itself belongs to the set, besides what is below it.
    var isMember = false
    var children: [String: FieldTree] = [:]

    static let leaf = FieldTree(isMember: true)

    var isEmpty: Bool { !isMember && children.isEmpty }

    mutating func insert(_ path: some Collection<String>) {
        guard let first = path.first else {
            isMember = true
            return
        }
        children[first, default: FieldTree()].insert(path.dropFirst())
    }

    func union(_ other: FieldTree) -> FieldTree {
        var result = self
        result.isMember = isMember || other.isMember
        for (key, child) in other.children { result.children[key] = result.children[key]?.union(child) ?? child }
        return result
    }

    /// What is in this set and not in the other, place by place.
    func subtracting(_ other: FieldTree) -> FieldTree {
        var result = FieldTree(isMember: isMember && !other.isMember)
        for (key, child) in children {
            let rest = other.children[key].map { child.subtracting($0) } ?? child
            if !rest.isEmpty { result.children[key] = rest }
        }
        return result
    }

    /// Without the places of the other set and everything below them.
    func removing(_ other: FieldTree) -> FieldTree {
        if other.isMember { return FieldTree() }
        var result = FieldTree(isMember: isMember)
        for (key, child) in children {
            let rest = other.children[key].map { child.removing($0) } ?? child
            if !rest.isEmpty { result.children[key] = rest }
        }
        return result
    }

    func intersection(_ other: FieldTree) -> FieldTree {
        var result = FieldTree(isMember: isMember && other.isMember)
        for (key, child) in children {
            guard let shared = other.children[key].map({ child.intersection($0) }), !shared.isEmpty else { continue }
            result.children[key] = shared
        }
        return result
    }

    /// Paths of the members, in order.
    var paths: [[String]] {
        var result: [[String]] = isMember ? [[]] : []
        for key in children.keys.sorted() { result += (children[key]?.paths ?? []).map { [key] + $0 } }
        return result
    }

    /// As people write it: `.spec.template.spec.containers[name="web"].image`.
    static func text(_ path: [String]) -> String {
        path.map { element -> String in
            let body = String(element.dropFirst(2))
            if element.hasPrefix("f:") { return ".\(body)" }
            guard element.hasPrefix("k:"), let keys = keys(element) else { return "[=\(body)]" }
            return "[" + keys.map { "\($0.key)=\(JSON.string($0.value))" }.sorted().joined(separator: ",") + "]"
        }.joined()
    }

    /// The keys of a `k:` element.
    static func keys(_ element: String) -> Object? {
        do {
            return try JSON.parse(Array(element.dropFirst(2).utf8)).object
        } catch {
            return nil  // not a key element: the caller shows it as it stands
        }
    }
}

extension FieldTree {
    init(_ value: Value) {
        guard let object = value.object else { return }
        for (key, member) in object {
            if key == "." { isMember = true } else { children[key] = FieldTree(asChild: member) }
        }
    }

    private init(asChild value: Value) {
        self.init(value)
        if value.object?.isEmpty ?? true { isMember = true }
    }

    /// The `fieldsV1` of this set.
    var value: Value {
        var object = Object()
        if isMember, !children.isEmpty { object["."] = [:] }
        for key in children.keys.sorted() { object[key] = children[key]?.value }
        return .object(object)
    }
}
