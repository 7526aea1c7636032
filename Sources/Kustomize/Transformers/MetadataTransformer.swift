import Manifests

/// Sets labels or annotations wherever their kind of mapping stands in an object.
struct MetadataTransformer: Transformer {
    var pairs: [(key: String, value: String)]
    var specs: FieldSpecTable

    init(pairs: [(key: String, value: String)], specs: [FieldSpec]) {
        self.pairs = pairs
        self.specs = FieldSpecTable(specs)
    }

    func transform(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError) {
        if pairs.isEmpty { return }
        var specs = specs
        for position in resources.indices where !resources[position].isDeleted {
            try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
                for spec in specs.specs(for: resource.type) {
                    try apply(spec, creation: .mapping, to: &resource, reader) { value throws(FieldWalker.Obstacle) in
                        if value.isNull { value = .object(Object()) }
                        guard value.object != nil else {
                            throw FieldWalker.Obstacle(keys: [], problem: "a mapping is expected, not \(value.typeName)")
                        }
                        value.editObject { object in
                            for pair in pairs { object[pair.key] = .string(pair.value) }
                        }
                    }
                }
            }
        }
    }
}
