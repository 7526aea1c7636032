import Manifests

/// Rewrites the names by which objects refer to each other, after prefixes, suffixes, hashes and namespaces have changed them.
///
/// A reference is looked up by the name it holds among the names that objects had, so it costs nothing to have many objects.
struct NameReferenceFixer {
    private struct Reference {
        var target: TypeId
        var spec: FieldSpec
        var walker: FieldWalker

        init(target: TypeId, spec: FieldSpec) {
            self.target = target
            self.spec = spec
            walker = FieldWalker(spec, creation: .never)
        }
    }

    private let byKind: [String: [Reference]]
    private let ofAnyKind: [Reference]
    private let reader: TreeReader

    init(_ references: [NameReference], reader: TreeReader) {
        self.reader = reader
        var byKind: [String: [Reference]] = [:]
        for reference in references {
            for spec in reference.referrers {
                byKind[spec.type.kind, default: []].append(Reference(target: reference.target, spec: spec))
            }
        }
        ofAnyKind = byKind[""] ?? []
        self.byKind = byKind
    }

    func fix(_ resources: inout ResourceSet) throws(RenderError) {
        let directory = ReferenceDirectory(resources)
        if directory.isEmpty { return }
        var known: [TypeId: [Reference]] = [:]
        for position in resources.indices {
            let type = resources[position].originalId.type
            let references = known[type] ?? references(of: type)
            known[type] = references
            if references.isEmpty { continue }
            // The value leaves the set while it is edited: nothing else may share it, or it would be copied.
            var value = resources.takeValue(at: position)
            defer { resources.putValue(value, at: position) }
            for reference in references where reference.walker.reaches(value) {
                var search = ReferenceSearch(
                    referrer: position, value: value, target: reference.target, spec: reference.spec, directory: directory)
                do throws(FieldWalker.Obstacle) {
                    try reference.walker.walk(&value) { node throws(FieldWalker.Obstacle) in
                        try search.rewrite(&node)
                    }
                } catch {
                    let resource = resources[position]
                    throw reader.error(
                        .ambiguousReference, "\(resource.id): \(reference.spec.path): \(error.problem)", resource,
                        at: reference.spec.segments.map { .key($0.key) })
                }
                for target in search.found { resources.markReferred(target) }
            }
        }
    }

    private func references(of type: TypeId) -> [Reference] {
        let all = (byKind[type.kind] ?? []) + (type.kind.isEmpty ? [] : ofAnyKind)
        return all.filter { type.isSelected(by: $0.spec.type) }
    }
}
