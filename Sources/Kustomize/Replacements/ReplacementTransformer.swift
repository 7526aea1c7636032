import Manifests

/// Copies the values of fields into fields of other objects.
struct ReplacementTransformer: Transformer {
    let rules: [ReplacementRule]

    func transform(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError) {
        for rule in rules {
            let value = try sourceValue(rule, &resources)
            for target in rule.targets { try apply(value, target, &resources, reader) }
        }
    }

    // MARK: The source

    private func sourceValue(_ rule: ReplacementRule, _ resources: inout ResourceSet) throws(RenderError) -> Value {
        if let text = rule.sourceValue { return .string(text) }
        guard let source = rule.source else { throw rule.place.error(.invalidReplacement, "a replacement needs a source") }
        let candidates = source.selector.name.isEmpty ? Array(resources.indices) : resources.positions(named: source.selector.name)
        let found = candidates.filter { position in
            let resource = resources[position]
            if resource.isDeleted { return false }
            // Here every kind counts as one with namespaces.
            var id = resource.id
            id.namespace = resource.namespace.isEmpty ? ResourceId.defaultNamespace : resource.namespace
            return id.isSelected(by: source.selector) || resource.previousIds.contains { $0.isSelected(by: source.selector) }
        }
        guard let position = found.first, found.count == 1 else {
            let ids = found.prefix(5).map { resources[$0].id.description }.joined(separator: ", ")
            throw source.place.error(
                .invalidReplacement,
                found.isEmpty
                    ? "the source of the replacement selects no object" : "the source of the replacement selects several objects: \(ids)"
            )
        }
        let resource = resources[position]
        guard let value = FieldQuery(source.fieldPath).value(in: resource.value), !value.isNothing else {
            throw source.place.context.error(
                .invalidReplacement, "\(resource.id) has no \(source.fieldPath)", at: source.place.path + [.key("fieldPath")])
        }
        return try refine(value, source)
    }

    private func refine(_ value: Value, _ source: ReplacementRule.Source) throws(RenderError) -> Value {
        let options = source.options
        if options.delimiter.isEmpty { return value }
        let place = source.place.path + [.key("options")]
        guard let text = value.scalarText else {
            throw source.place.context.error(
                .invalidReplacement, "delimiter is for scalars, and \(source.fieldPath) is \(value.typeName)", at: place)
        }
        let parts = text.split(separatedBy: options.delimiter)
        guard parts.indices.contains(options.index) else {
            throw source.place.context.error(
                .invalidReplacement, "the index \(options.index) is out of bounds: \"\(text)\" has \(parts.count) parts", at: place)
        }
        return .string(parts[options.index])
    }

    // MARK: The targets

    private func apply(
        _ value: Value, _ target: ReplacementRule.Target, _ resources: inout ResourceSet, _ reader: TreeReader
    ) throws(RenderError) {
        let select = try Selector(target.select, limits: reader.limits)
        var rejects: [Selector] = []
        for rule in target.reject { rejects.append(try Selector(rule, limits: reader.limits)) }
        try reader.count(applications: select.scans(resources), target.place)
        for position in select.positionsByAnyId(in: &resources) {
            let resource = resources[position]
            if resource.isDeleted || !select.matchesMetadata(resource.value) { continue }
            if rejects.contains(where: { $0.rejects(resource) }) { continue }
            try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
                for path in target.fieldPaths { try set(value, at: path, target, &resource, reader) }
                resource.readIdentity()
            }
        }
    }

    private func set(
        _ value: Value, at path: Located<String>, _ target: ReplacementRule.Target, _ resource: inout Resource, _ reader: TreeReader
    ) throws(RenderError) {
        if path.content.utf8.count > reader.limits.patternLength {
            throw path.error(.limitExceeded, "the path is longer than \(reader.limits.patternLength) characters")
        }
        try reader.count(made: value) { message in path.error(.limitExceeded, message) }
        if try StructuredText(reader: reader).set(value, path.content, target, &resource.value) { return }
        let query = FieldQuery(path.content)
        if query.steps.count + value.depth > ManifestLimits.depth {
            throw path.error(.limitExceeded, "the replacement nests \(resource.id) deeper than \(ManifestLimits.depth) levels")
        }
        let creation: Value? = target.options.create ? Self.empty(like: value) : nil
        var count = 0
        do throws(FieldQuery.Failure) {
            count = try query.edit(&resource.value, creation: creation) { node throws(FieldQuery.Failure) in
                try Self.assign(value, to: &node, target.options)
            }
        } catch {
            throw path.error(
                .invalidReplacement, "the replacement cannot be made in \(resource.id): \(path.content): \(error.problem)")
        }
        if count == 0 {
            throw path.error(
                .invalidReplacement, "\(resource.id) has no \(path.content) to be replaced",
                hint: target.options.create ? nil : "set options: {create: true} to make it, or narrow the selection")
        }
    }

    private static func empty(like value: Value) -> Value {
        switch value {
        case .array: .array([])
        case .object: .object(Object())
        case .null, .bool, .integer, .double, .string: .null
        }
    }

    static func assign(_ value: Value, to node: inout Value, _ options: ReplacementRule.FieldOptions) throws(FieldQuery.Failure) {
        var value = value
        if !options.delimiter.isEmpty {
            guard let old = node.scalarText ?? (node.isNull ? "" : nil) else {
                throw FieldQuery.Failure(problem: "delimiter is for scalars, and this is \(node.typeName)")
            }
            // A mapping or list has no text of its own.
            let new = value.scalarText ?? ""
            var parts = old.split(separatedBy: options.delimiter)
            if options.index < 0 {
                parts.insert(new, at: 0)
            } else if options.index >= parts.count {
                parts.append(new)
            } else {
                parts[options.index] = new
            }
            value = .string(parts.joined(separator: options.delimiter))
        }
        if node.isCollection || (node.isNull && value.isCollection) {
            node = value
            return
        }
        let text = value.scalarText ?? ""
        // A text stays one. Anything else, and a field that was not there, takes what the text means without quotes: kustomize copies the
        // text and not its type.
        switch node {
        case .string: node = .string(text)
        case .null, .bool, .integer, .double:
            let typed = Scalar.value(ofPlain: text)
            node = typed.isNull ? .string(text) : typed
        case .array, .object: node = value
        }
    }
}

extension String {
    /// Every piece between the delimiters, empty ones too.
    func split(separatedBy delimiter: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: delimiter) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
