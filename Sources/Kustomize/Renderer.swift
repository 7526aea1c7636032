import Manifests

/// Renders folders of a tree as `kustomize build` does: natively, without I/O of its own, in time linear in the objects.
package struct Renderer: Sendable {
    private let files: any FileProvider
    private let yaml: YAMLReader
    private let limits: RenderLimits
    private let options: RenderOptions

    package init(
        files: any FileProvider, yaml: YAMLReader, limits: RenderLimits = .standard, options: RenderOptions = .standard
    ) {
        self.files = files
        self.yaml = yaml
        self.limits = limits
        self.options = options
    }

    /// The objects of the folder, whose path is relative to the root of the tree ("" is the root itself).
    package func render(_ directory: String) throws(RenderError) -> Rendering {
        let reader = TreeReader(files: files, yaml: yaml, limits: limits, options: options)
        return try render(directory, reader)
    }

    func render(_ directory: String, _ reader: TreeReader) throws(RenderError) -> Rendering {
        let root = try Self.normalised(directory)
        var build = Build(reader: reader)
        let resources = try build.run(root)
        var rendering = Rendering(objects: [], sources: [], origins: [:], filesRead: [])
        rendering.objects.reserveCapacity(resources.count)
        for position in resources.indices {
            let resource = resources[position]
            let source = resource.source
            rendering.add(resource.value, from: ObjectSource(file: source.file, document: source.document, path: source.path))
        }
        rendering.filesRead = reader.filesRead.sorted()
        return rendering
    }

    static func normalised(_ directory: String) throws(RenderError) -> String {
        do throws(TreePath.Problem) {
            return try TreePath.resolve(directory, in: "")
        } catch {
            throw RenderError(.invalidPath, "\(directory) is not a folder of the tree", file: directory)
        }
    }

    func makeReader() -> TreeReader { TreeReader(files: files, yaml: yaml, limits: limits, options: options) }
}
