import Manifests

/// Renders folders of a tree as `kustomize build` does: natively, without I/O of its own, in time linear in the objects.
package struct Renderer: Sendable {
    private let files: any FileProvider
    private let remotes: RemoteTrees
    private let yaml: YAMLReader
    private let limits: RenderLimits
    private let options: RenderOptions

    package init(
        files: any FileProvider, remotes: RemoteTrees = .refused, yaml: YAMLReader, limits: RenderLimits = .standard,
        options: RenderOptions = .standard
    ) {
        self.files = files
        self.remotes = remotes
        self.yaml = yaml
        self.limits = limits
        self.options = options
    }

    /// The objects of the folder, whose path is relative to the root of the tree ("" is the root itself).
    package func render(_ directory: String) throws(RenderError) -> Rendering {
        try render(directory, makeReader())
    }

    func render(_ directory: String, _ reader: TreeReader, given: GivenObjects? = nil) throws(RenderError) -> Rendering {
        let root = try Self.normalised(directory)
        var resources = ResourceSet()
        let first = try given.map { (given) throws(RenderError) in
            try ResourceReader(reader: reader).resources(given.objects, given.origin)
        }
        if let first, try !hasKustomization(root, reader) {
            var gathered = Accumulator()
            for resource in first { try gathered.append(resource, reader) }
            resources = gathered.resources
        } else {
            var build = Build(reader: reader)
            resources = try build.run(root, given: first ?? [])
        }
        var rendering = Rendering(objects: [], sources: [], origins: [:], filesRead: [])
        rendering.objects.reserveCapacity(resources.count)
        var values = 0
        for position in resources.indices {
            let resource = resources[position]
            values += resource.value.weight(upTo: limits.values)
            if values > limits.values {
                throw reader.error(.limitExceeded, "the objects have more than \(limits.values) values together", resource)
            }
            let source = resource.source
            rendering.add(resource.value, from: ObjectSource(file: source.file, document: source.document, path: source.path))
        }
        rendering.filesRead = reader.filesRead.sorted()
        return rendering
    }

    private func hasKustomization(_ directory: String, _ reader: TreeReader) throws(RenderError) -> Bool {
        let place = Located(content: directory, path: [], context: reader.context(directory))
        for name in Kustomization.fileNames where try reader.kind(TreePath.join(directory, name), named: place) != nil { return true }
        return false
    }

    static func normalised(_ directory: String) throws(RenderError) -> String {
        do throws(TreePath.Problem) {
            return try TreePath.resolve(directory, in: "")
        } catch {
            throw RenderError(.invalidPath, "\(directory) is not a folder of the tree", file: directory)
        }
    }

    func makeReader() -> TreeReader { TreeReader(files: files, remotes: remotes, yaml: yaml, limits: limits, options: options) }
}
