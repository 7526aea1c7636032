import Manifests

/// One step of a build: changes the objects that have been gathered so far.
protocol Transformer {
    func transform(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError)
}

extension Transformer {
    /// Calls `set` on each value that the spec reaches in the object, telling the object when a path cannot be followed.
    func apply(
        _ spec: FieldSpec, creation: FieldWalker.Creation, to resource: inout Resource, _ reader: TreeReader,
        entersLists: Bool = true,
        _ set: (inout Value) throws(FieldWalker.Obstacle) -> Void
    ) throws(RenderError) {
        do throws(FieldWalker.Obstacle) {
            var walker = FieldWalker(spec, creation: creation)
            walker.entersLists = entersLists
            try walker.walk(&resource.value, set)
        } catch {
            let path = error.keys.isEmpty ? spec.segments.map(\.key) : error.keys
            throw reader.error(
                .invalidObject, "\(resource.id): \(path.joined(separator: ".")) cannot be changed: \(error.problem)", resource,
                at: path.map { .key($0) })
        }
    }
}
