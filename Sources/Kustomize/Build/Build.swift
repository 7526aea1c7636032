import Manifests

/// One rendering of one folder: gathers what its kustomization and those below it name, and transforms it on the way up.
struct Build {
    let reader: TreeReader
    /// The folders that are being rendered, outermost first.
    private var stack: [String] = []
    private var kustomizations = 0
    private var patches = 0
    private var provenance = ProvenanceWriter(options: [], root: "")

    init(reader: TreeReader) { self.reader = reader }

    /// - Parameter given: objects that come before all that the kustomization names, as if they were its first resource.
    mutating func run(_ directory: String, given: [Resource] = []) throws(RenderError) -> ResourceSet {
        let place = Located(content: directory, path: [], context: reader.context(directory))
        let kustomization = try load(directory, named: place)
        provenance = ProvenanceWriter(options: kustomization.buildMetadata, root: directory)
        var gathered = Accumulator()
        for resource in given { try gathered.append(resource, reader) }
        try accumulate(kustomization, directory, into: &gathered)
        var resources = gathered.takeResources()
        try HashTransformer().transform(&resources, reader)
        try NameReferenceFixer(gathered.configuration.nameReferences, reader: reader).fix(&resources)
        try VariableResolver(rules: gathered.variables, fields: FieldSpecTable(gathered.configuration.variableReferences))
            .resolve(&resources, reader)
        resources.keep { !$0.isLocalOnly }
        switch kustomization.order {
        case .legacy(let first, let last)?: LegacyOrder(first: first, last: last).sort(&resources)
        case .fifo?: break
        case nil: if reader.options.order == .legacy { LegacyOrder().sort(&resources) }
        }
        for position in resources.indices { resources.edit(position) { BuildAnnotations.strip(&$0) } }
        provenance.write(&resources)
        return resources
    }

    // MARK: Kustomizations

    private mutating func load(_ directory: String, named entry: Located<String>) throws(RenderError) -> Kustomization {
        kustomizations += 1
        if kustomizations > reader.limits.kustomizations {
            throw entry.error(.limitExceeded, "more than \(reader.limits.kustomizations) kustomizations are entered")
        }
        let kustomization = try KustomizationLoader(reader: reader).load(directory, named: entry)
        if let schema = kustomization.openAPIPath {
            for value in try reader.documents(schema, in: directory).values { reader.schemas.add(openAPI: value) }
        }
        return kustomization
    }

    private mutating func accumulate(
        _ kustomization: Kustomization, _ directory: String, into gathered: inout Accumulator
    ) throws(RenderError) {
        stack.append(directory)
        defer { stack.removeLast() }
        for entry in kustomization.resources { try accumulate(entry, directory, into: &gathered) }
        try configure(kustomization, directory, &gathered)
        try generate(kustomization, directory, into: &gathered)
        for entry in kustomization.components { try accumulateComponent(entry, directory, into: &gathered) }
        try transform(kustomization, directory, &gathered)
        try gathered.add(kustomization.variables)
    }

    private func configure(
        _ kustomization: Kustomization, _ directory: String, _ gathered: inout Accumulator
    ) throws(RenderError) {
        var configuration = TransformerConfiguration.standard
        for entry in kustomization.configurations {
            let (path, values) = try reader.documents(entry, in: directory)
            for (document, value) in values.enumerated() where !value.isNull {
                try configuration.add(reading: value, in: reader.context(path, document: document))
            }
        }
        let place = kustomization.configurations.first ?? Located(content: "", path: [], context: kustomization.context)
        try gathered.configure(configuration, named: place)
        for entry in kustomization.crds {
            var fields = TransformerConfiguration.empty
            for value in try reader.documents(entry, in: directory).values {
                let described = CustomResourceFields(value)
                if described.isTooLarge {
                    throw entry.error(
                        .limitExceeded, "\(entry.content) describes too much",
                        hint: "its definitions refer to each other without end, or to more than \(RenderLimits.fieldSpecs) fields")
                }
                do throws(TransformerConfiguration.Conflict) {
                    try fields.add(described)
                } catch {
                    throw entry.error(.invalidConfiguration, "\(entry.content) describes \(error.spec.path) in two ways")
                }
            }
            if fields.isCustom { try gathered.configure(fields, named: entry) }
        }
    }

    private mutating func generate(
        _ kustomization: Kustomization, _ directory: String, into gathered: inout Accumulator
    ) throws(RenderError) {
        for rule in kustomization.configMaps + kustomization.secrets {
            var resource = try Generator(rule: rule, directory: directory).generate(reader)
            provenance.generated(&resource, kind: rule.kind.rawValue + "Generator", in: kustomization.context.file)
            try gathered.absorb(resource, reader)
        }
        let plugins = PluginReader(reader: reader, directory: directory)
        for configuration in try configurations(kustomization.generators, directory, plugins) {
            var resource = try PluginGenerators(plugins: plugins).generate(configuration)
            provenance.generated(&resource, kind: configuration.kind, name: configuration.value.name ?? "", in: configuration.file)
            try gathered.absorb(resource, reader)
        }
    }

    /// The configurations of plugins: those written in place first, then those in files and folders, as kustomize has it.
    private mutating func configurations(
        _ entries: [Located<String>], _ directory: String, _ plugins: PluginReader
    ) throws(RenderError) -> [PluginReader.Configuration] {
        var inline: [PluginReader.Configuration] = []
        var gathered = Accumulator()
        for entry in entries {
            if let configurations = try plugins.inline(entry) {
                inline += configurations
            } else {
                try accumulate(entry, directory, into: &gathered)
            }
        }
        return inline + gathered.resources.resources.map(plugins.configuration(of:))
    }

    private mutating func transform(
        _ kustomization: Kustomization, _ directory: String, _ gathered: inout Accumulator
    ) throws(RenderError) {
        patches += kustomization.patches.count + kustomization.patchesStrategicMerge.count + kustomization.patchesJson6902.count
        if patches > reader.limits.patches {
            throw kustomization.context.error(
                .limitExceeded, "the kustomizations name more than \(reader.limits.patches) patches", at: [.key("patches")])
        }
        let file = kustomization.context.file
        for entry in try TransformerList(kustomization, directory, gathered.configuration, reader).entries {
            try entry.transformer.transform(&gathered.resources, reader)
            gathered.resources.dropDeleted()
            provenance.transformed(&gathered.resources, by: provenance.step(kind: entry.kind, in: file))
        }
        let plugins = PluginReader(reader: reader, directory: directory)
        let transformers = PluginTransformers(plugins: plugins)
        for configuration in try configurations(kustomization.transformers, directory, plugins) {
            for transformer in try transformers.transformers(configuration) {
                try transformer.transform(&gathered.resources, reader)
                gathered.resources.dropDeleted()
            }
            let step = provenance.step(
                kind: configuration.kind, apiVersion: configuration.value.apiVersion ?? "", name: configuration.value.name ?? "",
                in: configuration.file)
            provenance.transformed(&gathered.resources, by: step)
        }
        if let validator = try configurations(kustomization.validators, directory, plugins).first { throw plugins.unknown(validator) }
    }

    // MARK: Resources

    private mutating func accumulate(
        _ entry: Located<String>, _ directory: String, into gathered: inout Accumulator
    ) throws(RenderError) {
        let path = try reader.resolveBase(entry, in: directory)
        // What is no file is said before whether a file may be named there.
        let kind = try reader.kind(path, named: entry)
        try reader.requireReadable(kind, path, entry)
        if kind == .directory {
            var below = Accumulator()
            let kustomization = try enter(path, named: entry)
            if kustomization.kind == .component {
                throw entry.error(
                    .invalidKustomization, "\(path) is a Component, and \"resources\" takes kustomizations",
                    hint: "name it under components:")
            }
            try accumulate(kustomization, path, into: &below)
            return try gathered.merge(below, named: entry, reader)
        }
        if RemoteReference.isRemote(entry.content), path.hasPrefix(RemoteTree.marker), !directory.hasPrefix(RemoteTree.marker) {
            throw entry.error(.remoteResource, "\(entry.content) is a file, and a remote base is a folder with a kustomization")
        }
        let (file, values) = try reader.documents(entry, in: directory)
        var resources = try ResourceReader(reader: reader).resources(values, file)
        provenance.read(&resources, from: file)
        for resource in resources { try gathered.append(resource, reader) }
    }

    private mutating func accumulateComponent(
        _ entry: Located<String>, _ directory: String, into gathered: inout Accumulator
    ) throws(RenderError) {
        let path = try reader.resolveBase(entry, in: directory)
        guard try reader.kind(path, named: entry) == .directory else {
            throw entry.error(.fileNotFound, "the component \(path) is not a folder")
        }
        let kustomization = try enter(path, named: entry)
        if kustomization.kind != .component {
            throw entry.error(
                .invalidKustomization, "\(path) is not a Component", hint: "name it under resources:, or set kind: Component in it")
        }
        // A component adds to what is there and changes it, and so has no accumulator of its own.
        try accumulate(kustomization, path, into: &gathered)
    }

    private mutating func enter(_ path: String, named entry: Located<String>) throws(RenderError) -> Kustomization {
        if let open = stack.first(where: { TreePath.isInside($0, path) }) {
            let way = (stack + [path]).map { $0.isEmpty ? "." : $0 }.joined(separator: " -> ")
            throw entry.error(
                .cycle,
                open == path ? "the kustomizations name each other in a circle: \(way)" : "\(path) contains \(open), which names it: \(way)"
            )
        }
        if stack.count >= reader.limits.depth {
            throw entry.error(.limitExceeded, "kustomizations are nested deeper than \(reader.limits.depth)")
        }
        return try load(path, named: entry)
    }
}
