import Manifests

/// One rendering of one folder: gathers what its kustomization and those below it name, and transforms it on the way up.
struct Build {
    let reader: TreeReader
    /// The folders that are being rendered, outermost first.
    private var stack: [String] = []
    private var kustomizations = 0
    private var patches = 0
    private var metadata: Set<Kustomization.BuildMetadata> = []

    init(reader: TreeReader) { self.reader = reader }

    mutating func run(_ directory: String) throws(RenderError) -> ResourceSet {
        let place = Located(content: directory, path: [], context: reader.context(directory))
        let kustomization = try load(directory, named: place)
        metadata = kustomization.buildMetadata
        var gathered = Accumulator()
        try accumulate(kustomization, directory, into: &gathered)
        var resources = gathered.resources
        try HashTransformer().transform(&resources, reader)
        try NameReferenceFixer(gathered.configuration.nameReferences, reader: reader).fix(&resources)
        resources.keep { !$0.isLocalOnly }
        switch kustomization.order {
        case .legacy(let first, let last)?: LegacyOrder(first: first, last: last).sort(&resources)
        case .fifo?: break
        case nil: if reader.options.order == .legacy { LegacyOrder().sort(&resources) }
        }
        return resources
    }

    // MARK: Kustomizations

    private mutating func load(_ directory: String, named entry: Located<String>) throws(RenderError) -> Kustomization {
        kustomizations += 1
        if kustomizations > reader.limits.kustomizations {
            throw entry.error(.limitExceeded, "more than \(reader.limits.kustomizations) kustomizations are entered")
        }
        var found: [String] = []
        for name in Kustomization.fileNames {
            let path = TreePath.join(directory, name)
            if try reader.kind(path, named: entry) != nil { found.append(path) }
        }
        guard let path = found.first else {
            let shown = directory.isEmpty ? "the root of the repository" : directory
            throw entry.error(
                .missingKustomization, "\(shown) has no kustomization", hint: "add a file \(TreePath.join(directory, "kustomization.yaml"))"
            )
        }
        if found.count > 1 {
            throw entry.error(.invalidKustomization, "\(directory) has more than one kustomization: \(found.joined(separator: ", "))")
        }
        let documents = try reader.documents(path, named: entry).filter { !$0.isNull }
        let context = reader.context(path)
        guard let value = documents.first, !value.isNothing else {
            throw context.error(.invalidKustomization, "the kustomization is empty", at: [])
        }
        if documents.count > 1 {
            throw reader.context(path, document: 1).error(.invalidKustomization, "a kustomization is one document", at: [])
        }
        return try Kustomization(reading: value, in: context)
    }

    private mutating func accumulate(
        _ kustomization: Kustomization, _ directory: String, into gathered: inout Accumulator
    ) throws(RenderError) {
        stack.append(directory)
        defer { stack.removeLast() }
        for entry in kustomization.resources { try accumulate(entry, directory, into: &gathered) }
        for entry in kustomization.configurations {
            let (path, values) = try reader.documents(entry, in: directory)
            for (document, value) in values.enumerated() where !value.isNull {
                try gathered.configuration.add(reading: value, in: reader.context(path, document: document))
            }
        }
        for rule in kustomization.configMaps + kustomization.secrets {
            try gathered.absorb(try Generator(rule: rule, directory: directory).generate(reader), reader)
        }
        for entry in kustomization.components { try accumulateComponent(entry, directory, into: &gathered) }
        let transformers = try TransformerList(kustomization, directory, gathered.configuration, reader).transformers
        patches += kustomization.patches.count + kustomization.patchesStrategicMerge.count + kustomization.patchesJson6902.count
        if patches > reader.limits.patches {
            throw kustomization.context.error(
                .limitExceeded, "the kustomizations name more than \(reader.limits.patches) patches", at: [.key("patches")])
        }
        for transformer in transformers {
            try transformer.transform(&gathered.resources, reader)
            gathered.resources.dropDeleted()
        }
        try gathered.add(kustomization.variables)
    }

    // MARK: Resources

    private mutating func accumulate(
        _ entry: Located<String>, _ directory: String, into gathered: inout Accumulator
    ) throws(RenderError) {
        let path = try reader.resolve(entry, in: directory)
        if try reader.kind(path, named: entry) == .directory {
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
        let (file, values) = try reader.documents(entry, in: directory)
        for resource in try ResourceReader(reader: reader).resources(values, file) { try gathered.append(resource, reader) }
    }

    private mutating func accumulateComponent(
        _ entry: Located<String>, _ directory: String, into gathered: inout Accumulator
    ) throws(RenderError) {
        let path = try reader.resolve(entry, in: directory)
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
