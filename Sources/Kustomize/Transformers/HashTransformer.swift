/// Appends the hash of their content to the names of generated objects.
struct HashTransformer: Transformer {
    func transform(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError) {
        for position in resources.indices where resources[position].needsHash {
            resources.edit(position) { resource in
                let suffix = NameHash.suffix(for: resource.value)
                resource.rememberIdentity()
                resource.setName(resource.name + "-" + suffix)
            }
        }
    }
}
