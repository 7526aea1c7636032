import Manifests

/// Sets how many replicas the objects of one name have.
struct ReplicaTransformer: Transformer {
    var rule: ReplicaRule
    var specs: [FieldSpec]

    func transform(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError) {
        var isFound = false
        for position in resources.positions(named: rule.name) where !resources[position].isDeleted {
            let ids = resources[position].allIds.filter { $0.name == rule.name }
            for spec in specs where ids.contains(where: { $0.type.isSelected(by: spec.type) }) {
                isFound = true
                // It is found by what it was, and changed as what it is: a patch may have made another kind of it.
                guard resources[position].type.isSelected(by: spec.type) else { continue }
                try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
                    try apply(spec, creation: .scalar, to: &resource, reader) { value throws(FieldWalker.Obstacle) in
                        value = .integer(rule.count)
                    }
                }
            }
        }
        if isFound { return }
        let kinds = specs.map(\.type.kind).joined(separator: ", ")
        throw rule.place.context.error(
            .invalidReference, "no object named \"\(rule.name)\" of the kinds \(kinds) is there to be scaled",
            at: rule.place.path + [.key("name")])
    }
}
