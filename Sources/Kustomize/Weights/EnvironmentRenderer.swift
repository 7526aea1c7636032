import Manifests

/// Renders one Environment: its folder as kustomize would, and the ConfigMap of its ranking weights.
package struct EnvironmentRenderer: Sendable {
    private let renderer: Renderer

    package init(
        files: any FileProvider, remotes: RemoteTrees = .refused, yaml: YAMLReader, limits: RenderLimits = .standard,
        options: RenderOptions = .standard
    ) {
        renderer = Renderer(files: files, remotes: remotes, yaml: yaml, limits: limits, options: options)
    }

    /// The objects of `environments/NAME`, every one with an identity of its own.
    ///
    /// `namespace` is that of the Environment: where the weights go, and what objects without a namespace are taken to be in when
    /// identities are compared.
    package func render(
        environment name: String, namespace: String, variables: EnvironmentVariables? = nil
    ) throws(RenderError) -> Rendering {
        try render(directory: "environments/" + name, namespace: namespace, variables: variables)
    }

    /// - Parameters:
    ///   - given: objects of a chart. With them, the folder needs no kustomization; one that is there goes on from them.
    ///   - variables: `nil` leaves `${...}` in the objects as it is.
    package func render(
        directory: String, namespace: String, given: GivenObjects? = nil, variables: EnvironmentVariables? = nil
    ) throws(RenderError) -> Rendering {
        let (rendering, problems) = check(directory: directory, namespace: namespace, given: given, variables: variables)
        if let first = problems.first { throw first }
        return rendering
    }

    /// The same with all that is wrong: the overlay, the weights and the objects are judged each for itself. The rendering is only
    /// to be deployed when there are no problems; with some it has what could be made.
    package func check(
        directory: String, namespace: String, given: GivenObjects? = nil, variables: EnvironmentVariables? = nil
    ) -> (rendering: Rendering, problems: [RenderError]) {
        var rendering = Rendering(objects: [], sources: [], origins: [:], filesRead: [])
        var problems: [RenderError] = []
        let reader = renderer.makeReader()
        do throws(RenderError) {
            let root = try Renderer.normalised(directory)
            do throws(RenderError) {
                rendering = try renderer.render(root, reader, given: given)
                if let variables { try substitute(variables, in: &rendering, reader) }
            } catch {
                problems.append(error)
            }
            do throws(RenderError) { try addWeights(to: &rendering, root, namespace, reader) } catch { problems.append(error) }
            problems += brokenObjects(rendering, root, namespace, reader)
        } catch {
            problems.append(error)
        }
        rendering.filesRead = reader.filesRead.sorted()
        return (rendering, problems)
    }

    /// The ranking weights of the Environment's folder, `nil` when it has none.
    package func weights(directory: String) throws(RenderError) -> RankingWeightsDocument? {
        try weights(try Renderer.normalised(directory), renderer.makeReader())
    }

    private func weights(_ directory: String, _ reader: TreeReader) throws(RenderError) -> RankingWeightsDocument? {
        let path = TreePath.join(directory, RankingWeightsDocument.fileName)
        let place = Located(content: path, path: [], context: reader.context(path))
        guard try reader.kind(path, named: place) != nil else { return nil }
        return try WeightsReader(reader: reader).read(path, named: place)
    }

    /// Variables may be in names too, and so the origins are found again.
    private func substitute(
        _ variables: EnvironmentVariables, in rendering: inout Rendering, _ reader: TreeReader
    ) throws(RenderError) {
        var substitution = VariableSubstitution(try VariableTable(variables, reader), reader)
        var origins: [ObjectIdentity: String] = [:]
        for position in rendering.objects.indices {
            let file = rendering.sources[position].file
            try substitution.apply(to: &rendering.objects[position], file: file)
            if let identity = rendering.objects[position].identity { origins[identity] = file }
        }
        rendering.origins = origins
    }

    private func addWeights(
        to rendering: inout Rendering, _ directory: String, _ namespace: String, _ reader: TreeReader
    ) throws(RenderError) {
        guard let weights = try weights(directory, reader) else { return }
        let path = TreePath.join(directory, RankingWeightsDocument.fileName)
        let object = weights.configMap(namespace: namespace)
        guard let identity = object.identity else { return }
        for (position, other) in rendering.objects.enumerated() {
            guard let existing = other.identity, Self.effective(existing, namespace) == identity else { continue }
            let source = rendering.sources[position]
            throw RenderError(
                code: .duplicateObject, message: "\(identity) is made from \(path), and \(source.file) defines an object of the same name",
                position: reader.position(of: source), hint: "remove it: the weights belong in \(path)")
        }
        rendering.add(object, from: ObjectSource(file: path))
    }

    /// An object without a namespace is in the Environment's; whether its kind has namespaces at all the cluster knows.
    private static func effective(_ identity: ObjectIdentity, _ namespace: String) -> ObjectIdentity {
        var identity = identity
        if identity.namespace.isEmpty { identity.namespace = namespace }
        return identity
    }

    private func brokenObjects(
        _ rendering: Rendering, _ directory: String, _ namespace: String, _ reader: TreeReader
    ) -> [RenderError] {
        var seen: [ObjectIdentity: ObjectSource] = [:]
        var problems: [RenderError] = []
        for (object, source) in zip(rendering.objects, rendering.sources) {
            guard let identity = object.identity, !identity.kind.isEmpty, !identity.name.isEmpty, object.apiVersion?.isEmpty == false else {
                let missing = object.apiVersion == nil ? "apiVersion" : object.kind == nil ? "kind" : "metadata.name"
                let what = [object.kind, object.name].compactMap { $0 }.joined(separator: " ")
                problems.append(
                    RenderError(
                        code: .invalidObject, message: "an object (\(what)) has no \(missing)", position: reader.position(of: source)))
                continue
            }
            guard let other = seen.updateValue(source, forKey: Self.effective(identity, namespace)) else { continue }
            let files = [other.file, source.file]
            problems.append(
                RenderError(
                    code: .duplicateObject, message: "\(identity) is there twice: in \(files.joined(separator: " and in "))",
                    position: reader.position(of: source)))
        }
        return problems
    }
}
