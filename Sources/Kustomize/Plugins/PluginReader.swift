import Manifests

/// The files and texts that `generators`, `transformers` and `validators` name: configurations of kustomize's built-in plugins.
struct PluginReader {
    /// One plugin's configuration and where it stands.
    struct Configuration {
        var value: Value
        var context: SourceContext
        var path: [PathElement]
        /// The file of the configuration, the kustomization itself for one written in place.
        var file: String

        var kind: String { value.kind ?? "" }

        func reader(_ keys: [String]) throws(RenderError) -> FieldReader {
            let reader = try FieldReader(value, kind, at: path, in: context)
            try reader.allow(["apiVersion", "kind", "metadata"] + keys)
            return reader
        }

        func error(_ code: RenderError.Code, _ message: String, hint: String? = nil) -> RenderError {
            context.error(code, message, at: path, hint: hint)
        }
    }

    let reader: TreeReader
    let directory: String

    /// The configuration written in place; `nil` when the entry is a path.
    func inline(_ entry: Located<String>) throws(RenderError) -> [Configuration]? {
        guard entry.content.contains(":"), let values = try? reader.parse(Array(entry.content.utf8), entry.context.file),
            !values.isEmpty, values.allSatisfy({ $0.object != nil })
        else { return nil }
        // Places within the text cannot be told; the entry's own is near enough.
        let context = SourceContext(file: entry.context.file, document: entry.context.document) { _ in entry.context.position(entry.path) }
        return values.map { Configuration(value: $0, context: context.allowingUnknownFields, path: [], file: entry.context.file) }
    }

    func configuration(of resource: Resource) -> Configuration {
        let source = resource.source
        return Configuration(
            value: resource.value, context: reader.context(source.file, document: source.document).allowingUnknownFields, path: source.path,
            file: source.file)
    }

    func unknown(_ configuration: Configuration) -> RenderError {
        let hint =
            configuration.kind.hasPrefix("HelmChart")
            ? "name the chart in the environment.yaml of the Environment, under spec.helm"
            : "programs of a repository are never run while rendering"
        return configuration.error(
            .unsupported,
            "\(configuration.kind) of \(configuration.value.apiVersion ?? "no apiVersion") is not a built-in plugin that is known",
            hint: hint)
    }
}
