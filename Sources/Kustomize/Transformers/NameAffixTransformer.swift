import Manifests

/// Puts a prefix before names, or a suffix after them.
struct NameAffixTransformer: Transformer {
    enum Side {
        case prefix, suffix
    }

    var side: Side
    var text: String
    var specs: FieldSpecTable

    init(_ side: Side, _ text: String, specs: [FieldSpec]) {
        self.side = side
        self.text = text
        self.specs = FieldSpecTable(specs)
    }

    /// Kinds whose names mean something outside of this build.
    private static func keepsName(_ type: TypeId) -> Bool {
        type.kind == "CustomResourceDefinition" || type.kind == "Namespace"
            || (type.kind == "APIService" && type.group == "apiregistration.k8s.io")
    }

    func transform(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError) {
        if text.isEmpty { return }
        var specs = specs
        for position in resources.indices where !resources[position].isDeleted {
            try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
                guard !Self.keepsName(resource.originalId.type) else { return }
                for spec in specs.specs(for: resource.type) {
                    if spec.path == "metadata/name" {
                        resource.rememberIdentity()
                        if side == .prefix { resource.prefixes.append(text) } else { resource.suffixes.append(text) }
                    }
                    try apply(spec, creation: .scalar, to: &resource, reader) { value throws(FieldWalker.Obstacle) in
                        guard let name = value.scalarText ?? (value.isNull ? "" : nil) else {
                            throw FieldWalker.Obstacle(keys: [], problem: "a string is expected, not \(value.typeName)")
                        }
                        value = .string(side == .prefix ? text + name : name + text)
                    }
                }
                resource.readIdentity()
            }
        }
    }
}
