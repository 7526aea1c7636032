/// What one YAML text may cost. Past any of these it is refused with `limitExceeded`.
package struct YAMLLimits: Sendable, Hashable {
    /// Checked before anything is parsed.
    package var bytes: Int
    /// Nesting of lists and mappings, counted through aliases.
    package var depth: Int
    /// Scalars, lists and mappings of all documents, an alias counting as much as what it stands for: this is what stops an alias bomb. A long text counts
    /// once more for each `textBytesPerNode` of it, so that many aliases of one long text are a bomb too.
    package var nodes: Int
    package var documents: Int

    package static let textBytesPerNode = 64

    package init(bytes: Int, depth: Int, nodes: Int, documents: Int) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
        self.documents = documents
    }

    /// For files of a watched repository. The largest real ones, bundles of CustomResourceDefinitions, have 5 MB and 150 000 nodes; an object over
    /// 1.5 MB is not accepted by Kubernetes. 100 levels are far past any schema and fit every thread's stack.
    package static let manifests = YAMLLimits(bytes: 16 << 20, depth: 100, nodes: 1_000_000, documents: 10_000)

    /// For a configuration document that a person writes.
    package static let configuration = YAMLLimits(bytes: 1 << 20, depth: 40, nodes: 50_000, documents: 100)
}
