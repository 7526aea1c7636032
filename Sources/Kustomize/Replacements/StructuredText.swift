import Manifests

/// Replacements within a text that is itself JSON or YAML, such as `data.config\.json.server.port`.
struct StructuredText {
    let reader: TreeReader

    /// Whether the path leads into such a text, and the value was set there.
    func set(
        _ value: Value, _ path: String, _ target: ReplacementRule.Target, _ root: inout Value
    ) throws(RenderError) -> Bool {
        let parts = FieldQuery.split(path)
        var node = root
        for (depth, part) in parts.enumerated() {
            if let text = node.string {
                guard depth > 0, text.contains(":"), let changed = try replace(text, parts[depth...], value, target) else { return false }
                let outer = FieldQuery(steps: parts[..<depth])
                do throws(FieldQuery.Failure) {
                    return try outer.edit(&root, creation: nil) { $0 = .string(changed) } > 0
                } catch {
                    return false
                }
            }
            guard let next = FieldQuery(steps: [part]).value(in: node) else { return false }
            node = next
        }
        return false
    }

    /// The text with the value at the path; `nil` when it is neither JSON nor YAML, or has no such path.
    private func replace(
        _ text: String, _ path: ArraySlice<String>, _ value: Value, _ target: ReplacementRule.Target
    ) throws(RenderError) -> String? {
        let bytes = Array(text.utf8)
        guard let start = text.trimmed.first else { return nil }
        if start == "{" || start == "[", var document = try? JSON.parse(bytes) {
            guard try edit(&document, path, value, target) else { return nil }
            return GoJSON.text(document, indented: text.contains("\n") && text.contains("  "))
        }
        return try replaceInYAML(bytes, path, value, target)
    }

    private func edit(
        _ document: inout Value, _ path: ArraySlice<String>, _ value: Value, _ target: ReplacementRule.Target
    ) throws(RenderError) -> Bool {
        let creation: Value? = target.options.create ? .null : nil
        do throws(FieldQuery.Failure) {
            let count = try FieldQuery(steps: path).edit(&document, creation: creation) { node throws(FieldQuery.Failure) in
                try ReplacementTransformer.assign(value, to: &node, target.options)
            }
            return count > 0
        } catch {
            throw target.place.error(.invalidReplacement, "the replacement cannot be made within the text: \(error.problem)")
        }
    }

    /// The whole text is written anew, as kustomize does.
    private func replaceInYAML(
        _ bytes: [UInt8], _ path: ArraySlice<String>, _ value: Value, _ target: ReplacementRule.Target
    ) throws(RenderError) -> String? {
        guard let documents = try? reader.yaml.parse(bytes, "text", .refuse), documents.count == 1, var document = documents.first,
            document.isCollection, try edit(&document, path, value, target)
        else { return nil }
        return reader.yaml.rewrite(bytes, document)?.trimmed
    }
}

extension FieldQuery {
    /// From parts that were split already.
    init(steps parts: some Collection<String>) {
        let escaped = parts.map { part in part.split(separatedBy: ".").joined(separator: "\\.") }
        self.init(escaped.joined(separator: "."))
    }
}
