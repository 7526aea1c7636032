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
        let root = try Renderer.normalised(directory)
        let reader = renderer.makeReader()
        var rendering = try renderer.render(root, reader, given: given)
        if let variables { try substitute(variables, in: &rendering, reader) }
        try addWeights(to: &rendering, root, namespace, reader)
        try refuseBrokenObjects(rendering, root, namespace)
        rendering.filesRead = reader.filesRead.sorted()
        return rendering
    }

    /// Variables may be in names too, and so the origins are found again.
    private func substitute(
        _ variables: EnvironmentVariables, in rendering: inout Rendering, _ reader: TreeReader
    ) throws(RenderError) {
        var substitution = VariableSubstitution(try VariableTable(variables, reader), reader)
        var origins: [ObjectIdentity: String] = [:]
        for position in rendering.objects.indices {
            let file = rendering.files[position]
            try substitution.apply(to: &rendering.objects[position], file: file)
            if let identity = rendering.objects[position].identity { origins[identity] = file }
        }
        rendering.origins = origins
    }

    private func addWeights(
        to rendering: inout Rendering, _ directory: String, _ namespace: String, _ reader: TreeReader
    ) throws(RenderError) {
        let path = TreePath.join(directory, RankingWeightsDocument.fileName)
        let place = Located(content: path, path: [], context: reader.context(path))
        guard try reader.kind(path, named: place) != nil else { return }
        let bytes = try reader.read(path, named: place)
        let weights = try RankingWeightsDocument.decode(bytes, file: path, yaml: reader.yaml)
        let object = weights.configMap(namespace: namespace)
        guard let identity = object.identity else { return }
        for other in rendering.objects {
            guard let existing = other.identity, Self.effective(existing, namespace) == identity else { continue }
            let file = rendering.origins[existing] ?? directory
            throw RenderError(
                .duplicateObject, "\(identity) is made from \(path), and \(file) defines an object of the same name", file: file,
                hint: "remove it: the weights belong in \(path)")
        }
        rendering.objects.append(object)
        rendering.files.append(path)
        rendering.origins[identity] = path
    }

    /// An object without a namespace is in the Environment's; whether its kind has namespaces at all the cluster knows.
    private static func effective(_ identity: ObjectIdentity, _ namespace: String) -> ObjectIdentity {
        var identity = identity
        if identity.namespace.isEmpty { identity.namespace = namespace }
        return identity
    }

    private func refuseBrokenObjects(_ rendering: Rendering, _ directory: String, _ namespace: String) throws(RenderError) {
        var seen: [ObjectIdentity: ObjectIdentity] = [:]
        for (object, file) in zip(rendering.objects, rendering.files) {
            guard let identity = object.identity, !identity.kind.isEmpty, !identity.name.isEmpty, object.apiVersion?.isEmpty == false else {
                let missing = object.apiVersion == nil ? "apiVersion" : object.kind == nil ? "kind" : "metadata.name"
                let what = [object.kind, object.name].compactMap { $0 }.joined(separator: " ")
                throw RenderError(.invalidObject, "an object (\(what)) has no \(missing)", file: file)
            }
            if let other = seen.updateValue(identity, forKey: Self.effective(identity, namespace)) {
                let files = [rendering.origins[other], rendering.origins[identity]].compactMap { $0 }
                throw RenderError(
                    .duplicateObject, "\(identity) is there twice: in \(files.joined(separator: " and in "))",
                    file: files.last ?? directory)
            }
        }
    }
}
