/// A place in objects of some type: which field of which kind a transformer or a reference is about.
struct FieldSpec: Sendable, Hashable {
    struct Segment: Sendable, Hashable {
        var key: String
        /// Written `key[]`: the field is a list, and is never made.
        var isList: Bool
    }

    var type: TypeId
    /// As written: `spec/template/spec/containers[]/image`; a "/" within a key is written "\/".
    let path: String
    let segments: [Segment]
    var create: Bool

    init(_ path: String, group: String = "", version: String = "", kind: String = "", create: Bool = false) {
        type = TypeId(group: group, version: version, kind: kind)
        self.path = path
        self.create = create
        segments = Self.split(path)
    }

    private static func split(_ path: String) -> [Segment] {
        var keys: [String] = []
        var joins = false
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            let escapes = part.hasSuffix("\\")
            let text = String(escapes ? part.dropLast() : part)
            if joins, let last = keys.popLast() {
                keys.append(last + "/" + text)
            } else {
                keys.append(text)
            }
            joins = escapes
        }
        if keys.first == "" { keys.removeFirst() }
        return keys.map { key in
            key.hasSuffix("[]") ? Segment(key: String(key.dropLast(2)), isList: true) : Segment(key: key, isList: false)
        }
    }
}

/// Specs that are looked up by the type of an object, so that each object meets only those that can apply.
struct FieldSpecTable: Sendable {
    private(set) var specs: [FieldSpec]
    private var byKind: [String: [Int]] = [:]
    /// Answers that were given: a build asks for the same few types over and over.
    private var known: [TypeId: [FieldSpec]] = [:]

    init(_ specs: [FieldSpec]) {
        self.specs = specs
        for (position, spec) in specs.enumerated() { byKind[spec.type.kind, default: []].append(position) }
    }

    /// The specs that apply to an object of the type, in the order in which they were given.
    mutating func specs(for type: TypeId) -> [FieldSpec] {
        if let known = known[type] { return known }
        let own = byKind[type.kind] ?? []
        let general = type.kind.isEmpty ? [] : byKind[""] ?? []
        let found = (own + general).sorted().map { specs[$0] }.filter { type.isSelected(by: $0.type) }
        known[type] = found
        return found
    }
}
