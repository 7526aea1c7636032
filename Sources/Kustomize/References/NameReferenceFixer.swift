import Manifests

/// Rewrites the names by which objects refer to each other, after prefixes, suffixes, hashes and namespaces have changed them.
///
/// A reference is looked up by the name it holds among the names that objects had, so it costs nothing to have many objects.
struct NameReferenceFixer {
    private struct Reference {
        var target: TypeId
        var spec: FieldSpec
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
        guard resources.indices.contains(where: { !resources[$0].past.isEmpty }) else { return }
        resources.prepareIndex()
        let namespaces = NamespaceHistory(resources)
        for position in resources.indices {
            let type = resources[position].originalId.type
            let references = (byKind[type.kind] ?? []) + (type.kind.isEmpty ? [] : ofAnyKind)
            let applying = references.filter { type.isSelected(by: $0.spec.type) }
            if applying.isEmpty { continue }
            // The value leaves the set while it is edited, so that the set can be searched meanwhile.
            var value = resources.takeValue(at: position)
            defer { resources.putValue(value, at: position) }
            for reference in applying {
                var search = ReferenceSearch(
                    referrer: resources[position], value: value, target: reference.target, spec: reference.spec, resources: resources,
                    namespaces: namespaces, reader: reader)
                do throws(FieldWalker.Obstacle) {
                    try FieldWalker(reference.spec, creation: .never).walk(&value) { node throws(FieldWalker.Obstacle) in
                        try search.rewrite(&node)
                    }
                } catch {
                    let resource = resources[position]
                    throw reader.error(
                        .ambiguousReference, "\(resource.id): \(reference.spec.path): \(error.problem)", resource,
                        at: reference.spec.segments.map { .key($0.key) })
                }
                for target in search.found { resources.edit(target) { $0.isReferredTo = true } }
            }
        }
    }
}

/// In which namespaces the objects of an original namespace now are.
struct NamespaceHistory {
    private var current: [String: Set<String>] = [:]

    init(_ resources: ResourceSet) {
        for position in resources.indices {
            let resource = resources[position]
            let original = resource.originalId
            if original.namespace == ResourceId.noNamespace { continue }
            current[original.namespace, default: []].insert(resource.id.namespace)
        }
    }

    func now(_ original: String) -> Set<String> { current[original] ?? [] }
}
