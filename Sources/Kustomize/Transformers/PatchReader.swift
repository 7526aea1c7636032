import Manifests

/// Turns what a kustomization says of a patch into one that can be applied: reads its text and finds out which kind it is.
struct PatchReader {
    let reader: TreeReader
    let directory: String

    func transformer(_ rule: PatchRule) throws(RenderError) -> PatchTransformer {
        let text = rule.patch?.content.trimmed ?? ""
        let path = rule.path?.content ?? ""
        if text.isEmpty && path.isEmpty { throw rule.place.error(.invalidPatch, "a patch needs either patch or path") }
        if !text.isEmpty && !path.isEmpty { throw rule.place.error(.invalidPatch, "a patch has either patch or path, not both") }
        if path.isEmpty, let patch = rule.patch { return try inline(text, patch, rule) }
        guard let file = rule.path else { throw rule.place.error(.invalidPatch, "a patch needs either patch or path") }
        return try fromFile(file, rule)
    }

    /// An entry of `patchesStrategicMerge`: the path of a file, or a patch written in place.
    func strategicMerge(_ entry: Located<String>) throws(RenderError) -> PatchTransformer {
        var rule = PatchRule(place: Located(content: (), path: entry.path, context: entry.context))
        if entry.content.contains("\n") || entry.content.contains(": ") || entry.content.hasPrefix("{") {
            rule.patch = entry
        } else {
            rule.path = entry
        }
        let transformer = try transformer(rule)
        for case .operations in transformer.patches {
            throw entry.error(.invalidPatch, "patchesStrategicMerge holds a JSON Patch", hint: "name it under patches: with a target")
        }
        return transformer
    }

    /// An entry of `patchesJson6902`.
    func json6902(_ rule: PatchRule) throws(RenderError) -> PatchTransformer {
        if rule.target == nil { throw rule.place.error(.invalidPatch, "a JSON Patch needs a target") }
        let transformer = try transformer(rule)
        for case .merge in transformer.patches {
            throw rule.place.error(.invalidPatch, "patchesJson6902 holds an object, not a list of operations")
        }
        return transformer
    }

    private func inline(_ text: String, _ patch: Located<String>, _ rule: PatchRule) throws(RenderError) -> PatchTransformer {
        let file = patch.context.file
        let values: [Value]
        do throws(RenderError) {
            values = try parse(Array(text.utf8), file)
        } catch {
            // Lines of the text are not lines of the file.
            throw patch.error(.invalidPatch, "the patch cannot be read: \(error.message)")
        }
        let place = Located(content: (), path: patch.path, context: patch.context)
        return try make(values, rule, PatchTransformer.SourceText(file: file, bytes: [], inline: place))
    }

    private func fromFile(_ file: Located<String>, _ rule: PatchRule) throws(RenderError) -> PatchTransformer {
        let (path, bytes) = try reader.read(file, in: directory)
        let values = try parse(bytes, path)
        return try make(values, rule, PatchTransformer.SourceText(file: path, bytes: bytes, inline: nil))
    }

    /// kustomize decodes a JSON Patch, where the last of two members counts, and walks through an object by its keys, where the first does.
    private func parse(_ bytes: [UInt8], _ file: String) throws(RenderError) -> [Value] {
        let values = try reader.parse(bytes, file, duplicateKeys: .takeLast)
        if reader.options.duplicateKeys == .refuse || !values.contains(where: { $0.object != nil }) { return values }
        return try reader.parse(bytes, file, duplicateKeys: .takeFirst)
    }

    private func make(_ values: [Value], _ rule: PatchRule, _ source: PatchTransformer.SourceText) throws(RenderError) -> PatchTransformer {
        var contents: [PatchTransformer.Content] = []
        for (document, value) in values.enumerated() {
            switch value {
            case .null: continue
            case .array: contents.append(.operations(value))
            case .object:
                try check(value, document, rule, source)
                contents.append(.merge(value, document: document))
            case .bool, .integer, .double, .string:
                throw problem("a patch is a mapping or a list of operations, not \(value.typeName)", document, rule, source)
            }
        }
        if case .operations? = contents.first, reader.options.furtherPatches == .drop { contents.removeSubrange(1...) }
        if contents.count > 1 {
            let hasOperations = contents.contains { if case .operations = $0 { true } else { false } }
            if hasOperations { throw problem("there can be one JSON Patch in a file, and nothing beside it", 1, rule, source) }
            if rule.target != nil { throw problem("a patch with a target can be one object only", 1, rule, source) }
        }
        return PatchTransformer(
            patches: contents, target: rule.target, allowNameChange: rule.allowNameChange, allowKindChange: rule.allowKindChange,
            allowNoTargetMatch: rule.allowNoTargetMatch, place: rule.place, source: source)
    }

    /// A patch without a target names its object itself.
    private func check(
        _ value: Value, _ document: Int, _ rule: PatchRule, _ source: PatchTransformer.SourceText
    ) throws(RenderError) {
        for (field, isThere) in [("kind", value.kind != nil), ("metadata.name", value.name != nil)] where !isThere {
            throw problem(
                "the patch has no \(field), and so does not say which object it is for", document, rule, source)
        }
    }

    private func problem(
        _ message: String, _ document: Int, _ rule: PatchRule, _ source: PatchTransformer.SourceText
    ) -> RenderError {
        if let inline = source.inline { return inline.error(.invalidPatch, message) }
        return reader.context(source.file, document: document, bytes: source.bytes).error(.invalidPatch, message, at: [])
    }
}
