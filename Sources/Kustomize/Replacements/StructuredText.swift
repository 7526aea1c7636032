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
            return GoJSON.text(document, indented: text.contains("\n"))
        }
        return try replaceInYAML(text, bytes, path, value, target)
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

    /// The scalar is exchanged where it stands, so that the rest of the text stays as its author wrote it.
    private func replaceInYAML(
        _ text: String, _ bytes: [UInt8], _ path: ArraySlice<String>, _ value: Value, _ target: ReplacementRule.Target
    ) throws(RenderError) -> String? {
        guard let documents = try? reader.yaml.parse(bytes, "text", .refuse), documents.count == 1, var document = documents.first,
            document.isCollection
        else { return nil }
        let query = FieldQuery(steps: path)
        guard let old = query.value(in: document)?.scalarText, try edit(&document, path, value, target),
            let new = query.value(in: document)?.scalarText, let elements = query.elements(in: document),
            let position = reader.yaml.position(elements, 0, bytes, "text")
        else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.indices.contains(position.line - 1) else { return nil }
        let line = lines[position.line - 1]
        guard let range = line.firstRange(of: old, from: position.column - 1) else { return nil }
        lines[position.line - 1] = line.replacing(range, with: new)
        return lines.joined(separator: "\n")
    }
}

extension FieldQuery {
    /// From parts that were split already.
    init(steps parts: some Collection<String>) {
        let escaped = parts.map { part in part.split(separatedBy: ".").joined(separator: "\\.") }
        self.init(escaped.joined(separator: "."))
    }

    /// The same path with the positions of elements.
    func elements(in root: Value) -> [PathElement]? {
        var value = root
        var path: [PathElement] = []
        for step in steps {
            switch step {
            case .field(let key):
                guard let next = value[key] else { return nil }
                path.append(.key(key))
                value = next
            case .index(let index):
                guard let next = value[index] else { return nil }
                path.append(.index(index))
                value = next
            case .element(let field, let wanted):
                guard let index = value.array?.firstIndex(where: { (field.isEmpty ? $0 : $0[field] ?? .null).scalarText == wanted }),
                    let next = value[index]
                else { return nil }
                path.append(.index(index))
                value = next
            case .every, .last: return nil
            }
        }
        return path
    }
}

extension String {
    fileprivate func firstRange(of text: String, from offset: Int) -> Range<String.Index>? {
        guard offset >= 0, offset <= utf8.count else { return nil }
        let start = utf8.index(utf8.startIndex, offsetBy: offset)
        return self[start...].firstRange(of: text)
    }

    fileprivate func replacing(_ range: Range<String.Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
