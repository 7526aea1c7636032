import Manifests

/// Gathers the replacements of a kustomization, also from the files that it names.
struct ReplacementReader {
    let reader: TreeReader
    let directory: String

    func transformer(_ entries: [Kustomization.ReplacementEntry]) throws(RenderError) -> ReplacementTransformer {
        var rules: [ReplacementRule] = []
        for entry in entries {
            switch entry {
            case .rule(let rule): rules.append(rule)
            case .file(let file): rules += try self.rules(of: file)
            }
        }
        return ReplacementTransformer(rules: rules)
    }

    /// A file holds one replacement or a list of them.
    private func rules(of file: Located<String>) throws(RenderError) -> [ReplacementRule] {
        let (path, values) = try reader.documents(file, in: directory)
        var rules: [ReplacementRule] = []
        for (document, value) in values.enumerated() where !value.isNull {
            let context = reader.context(path, document: document)
            guard let elements = value.array else {
                rules.append(try ReplacementRule(reading: FieldReader(value, "replacement", at: [], in: context)))
                continue
            }
            for (index, element) in elements.enumerated() {
                rules.append(try ReplacementRule(reading: FieldReader(element, "replacement", at: [.index(index)], in: context)))
            }
        }
        return rules
    }
}
