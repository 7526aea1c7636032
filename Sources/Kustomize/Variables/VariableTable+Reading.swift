import Manifests

extension VariableTable {
    /// Gathers the variables: of the ConfigMaps in their order, then the Environment's own.
    init(_ declared: EnvironmentVariables, _ reader: TreeReader) throws(RenderError) {
        // Known to the reader from here on, so that errors have lines.
        let declaration = Located(content: declared.file, path: declared.path, context: reader.context(declared.file))
        if try reader.kind(declared.file, named: declaration) != nil { _ = try reader.read(declared.file, named: declaration) }
        let context = reader.context(declared.file)
        for (index, source) in declared.sources.enumerated() {
            let place = Located(content: source.path, path: declared.path + [.key("from"), .index(index)], context: context)
            try read(source, place, reader)
        }
        for (name, value) in declared.values {
            let place = Located(content: name, path: declared.path + [.key("values"), .key(name)], context: context)
            guard let text = value.scalarText else {
                throw place.error(.invalidVariable, "the variable \(name) must be a text, a number or a boolean, not \(value.typeName)")
            }
            try add(name, text, value: value, place)
        }
    }

    private mutating func read(
        _ source: EnvironmentVariables.Source, _ place: Located<String>, _ reader: TreeReader
    ) throws(RenderError) {
        let path = try reader.resolve(place, in: "")
        if source.isOptional, try reader.kind(path, named: place) == nil { return }
        let documents = try reader.documents(path, named: place)
        var found: [(document: Int, value: Value)] = []
        for (document, value) in documents.enumerated() where !value.isNull {
            guard value.kind == "ConfigMap", value.apiVersion == "v1" else {
                let what = value.kind.map { "a \($0)" } ?? "no object"
                throw reader.context(path, document: document).error(
                    .invalidVariable, "variables are read from ConfigMaps, and this is \(what)", at: [.key("kind")],
                    hint: value.kind == "Secret" ? "what is secret must not become a part of other objects" : nil)
            }
            if source.name == nil || source.name == value.name { found.append((document, value)) }
        }
        guard let only = found.first else {
            if source.isOptional { return }
            let names = documents.compactMap(\.name)
            throw place.error(
                .invalidVariable, source.name.map { "\(path) has no ConfigMap \($0)" } ?? "\(path) has no ConfigMap",
                hint: source.name.flatMap { NearestName.suggestion(for: $0, among: names) }.map { "did you mean \"\($0)\"?" })
        }
        if found.count > 1 {
            throw place.error(
                .invalidVariable, "\(path) has \(found.count) ConfigMaps\(source.name.map { " called \($0)" } ?? "")",
                hint: source.name == nil ? "say which one by name: \(found.compactMap(\.value.name).joined(separator: ", "))" : nil)
        }
        let context = reader.context(path, document: only.document)
        for (name, value) in only.value["data"]?.object ?? Object() {
            let entry = Located(content: name, path: [.key("data"), .key(name)], context: context)
            guard let text = value.string else {
                throw entry.error(
                    .invalidVariable, "the data of a ConfigMap are strings, and \(name) is \(value.typeName)", hint: "put it in quotes")
            }
            try add(name, text, value: nil, entry)
        }
    }

    private mutating func add(_ name: String, _ text: String, value: Value?, _ place: Located<String>) throws(RenderError) {
        guard EnvironmentVariables.isName(name) else {
            throw place.error(
                .invalidVariable, "\"\(name)\" is no name of a variable", hint: "letters, digits and _, and no digit in front")
        }
        guard text.utf8.count <= VariableLimits.valueBytes else {
            throw place.error(
                .limitExceeded, "the variable \(name) has \(text.utf8.count) bytes; at most \(VariableLimits.valueBytes) are taken")
        }
        set(name, text: text, value: value)
        if entries.count > VariableLimits.variables {
            throw place.error(.limitExceeded, "there are more than \(VariableLimits.variables) variables")
        }
    }
}
