import Manifests

/// Changes objects by patches: whole objects that are merged in, or lists of JSON Patch operations.
struct PatchTransformer: Transformer {
    /// One patch that was read.
    enum Content {
        case merge(Value, document: Int)
        case operations(Value)

        var value: Value {
            switch self {
            case .merge(let value, _), .operations(let value): value
            }
        }
    }

    let patches: [Content]
    let target: SelectorRule?
    let allowNameChange: Bool
    let allowKindChange: Bool
    let allowNoTargetMatch: Bool
    /// Named by `patchesStrategicMerge`, which selects an object as a target does, or by `patchesJson6902`, whose new names nobody follows.
    var isOfOldField = false
    /// Where the kustomization asks for the patch.
    let place: Located<Void>
    /// Where the text of the patch stands: its file, or the kustomization.
    let source: SourceText

    struct SourceText {
        var file: String
        var bytes: [UInt8]
        /// `nil` when the text has a file of its own.
        var inline: Located<Void>?
    }

    func transform(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError) {
        let selected: [Int]?
        if let target {
            let selector = try Selector(target, limits: reader.limits)
            try reader.count(applications: selector.scans(resources), target.place)
            selected = selector.select(from: &resources)
            try reader.count(applications: selected?.count ?? 0, target.place)
            if selected?.isEmpty == true { try refuseUnmatched(target, reader) }
        } else {
            selected = nil
        }
        for patch in patches {
            if let selected, selected.count > 1 {
                try reader.count(made: patch.value, times: selected.count) { message in place.error(.limitExceeded, message) }
            }
            switch patch {
            case .merge(let value, let document):
                var positions = selected ?? []
                if selected == nil { positions = [try find(value, document, &resources, reader)] }
                for position in positions {
                    try applyMerge(value, document, at: position, &resources, reader)
                }
            case .operations(let operations):
                guard let selected else {
                    throw place.error(.invalidPatch, "a JSON Patch needs a target", hint: "say which objects it is for under target:")
                }
                for position in selected { try applyOperations(operations, at: position, &resources, reader) }
            }
        }
    }

    private func refuseUnmatched(_ target: SelectorRule, _ reader: TreeReader) throws(RenderError) {
        guard reader.options.unmatchedPatch == .refuse, !allowNoTargetMatch else { return }
        throw target.place.error(
            .patchWithoutTarget, "the patch \(source.file) matches no object: \(target.text)",
            hint: "correct the target, or set options: {allowNoTargetMatch: true}")
    }

    func context(_ reader: TreeReader, document: Int) -> SourceContext {
        if let inline = source.inline { return inline.context }
        return reader.context(source.file, document: document, bytes: source.bytes)
    }

    private func error(
        _ code: RenderError.Code, _ message: String, at path: [PathElement], document: Int, _ reader: TreeReader, hint: String? = nil
    ) -> RenderError {
        let context = context(reader, document: document)
        return context.error(code, message, at: source.inline?.path ?? path, hint: hint)
    }

    // MARK: Merging

    /// The object that has, or had, the identity of the patch.
    private func find(
        _ patch: Value, _ document: Int, _ resources: inout ResourceSet, _ reader: TreeReader
    ) throws(RenderError) -> Int {
        let id = Resource(value: patch, source: Resource.Source(file: source.file, document: document)).id
        let found = resources.positions(anyId: id)
        if found.count == 1 { return found[0] }
        if found.isEmpty {
            let names = resources.resources.lazy.filter { $0.type.kind == id.type.kind }.map(\.name).prefix(1_000)
            let nearest = NearestName.suggestion(for: id.name, among: Array(names))
            throw error(
                .patchWithoutTarget, "the patch \(source.file) matches no object: there is no \(id) of \(id.type.apiVersion)",
                at: [.key("metadata"), .key("name")], document: document, reader,
                hint: nearest.map { $0 == id.name ? "apiVersion or namespace differ" : "did you mean \"\($0)\"?" })
        }
        throw error(
            .ambiguousReference, "the patch \(source.file) matches \(found.count) objects called \(id)",
            at: [.key("metadata"), .key("name")], document: document, reader, hint: "say which under target:")
    }

    private func applyMerge(
        _ patch: Value, _ document: Int, at position: Int, _ resources: inout ResourceSet, _ reader: TreeReader
    ) throws(RenderError) {
        // kustomize puts the patch in the place of a copy that it drops, and so the object stays as it is.
        if patch["$patch"] == "replace" { return }
        try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
            let (name, namespace, type) = (resource.name, resource.namespace, resource.type)
            if allowNameChange || allowKindChange { resource.rememberIdentity() }
            var patch = patch
            if isOfOldField { Self.writeMetadataAsText(&patch) }
            if allowNameChange || allowKindChange { Self.writeMetadataAsText(&patch, fields: ["annotations"]) }
            if target != nil {
                patch.setMember("apiVersion", resource.value["apiVersion"])
                if !allowKindChange { patch.setMember("kind", resource.value["kind"]) }
                Self.writeMetadataAsText(&patch)
            }
            let merge = KustomizeMerge(schema: reader.schemas.schema(of: type))
            do throws(KustomizeMerge.Failure) {
                resource.value = try merge.merge(patch, into: resource.value) ?? .null
            } catch {
                let field = error.path.joined(separator: ".")
                throw self.error(
                    .invalidPatch, "the patch \(source.file) cannot be applied to \(resource.id): \(field): \(error.problem)",
                    at: error.path.map { .key($0) }, document: document, reader)
            }
            if resource.isDeleted { return }
            if !allowKindChange { resource.setKind(type.kind) }
            if !allowNameChange { resource.setName(name) }
            resource.setNamespace(namespace)
            resource.readIdentity()
        }
    }

    /// Before kustomize merges a patch into objects that it selects, it sets labels and annotations of the patch anew from their texts:
    /// a null is the text "null" then and takes nothing away, and a mapping without members is gone.
    private static func writeMetadataAsText(_ patch: inout Value, fields: [String] = ["labels", "annotations"]) {
        for field in fields {
            guard let written = patch["metadata"]?[field] else { continue }
            let members = (written.object ?? Object()).map { member in
                (member.key, Value.string(member.value.isNull ? "null" : member.value.scalarText ?? ""))
            }
            patch.editMember("metadata") { $0.setMember(field, members.isEmpty ? nil : .object(Object(members))) }
        }
    }

    // MARK: JSON Patch

    private func applyOperations(
        _ operations: Value, at position: Int, _ resources: inout ResourceSet, _ reader: TreeReader
    ) throws(RenderError) {
        try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
            if !isOfOldField { resource.rememberIdentity() }
            resource.showNotes()
            do throws(ManifestError) {
                resource.value = try JSONPatch.apply(operations, to: resource.value, dialect: .kubernetes)
            } catch {
                throw self.error(
                    .invalidPatch, "the patch \(source.file) cannot be applied to \(resource.id): \(error.message)", at: error.path,
                    document: 0, reader)
            }
            // Copies share what they copy, and a few patches full of them could double it without end.
            if operations.array?.contains(where: { $0["op"] == "copy" }) == true {
                try reader.count(made: resource.value) { message in place.error(.limitExceeded, message) }
            }
            resource.readIdentity()
            if resource.isDeleted { return }
            Self.writeMetadataAsText(&resource.value, fields: ["annotations"])
            for (field, text) in [("kind", resource.type.kind), ("metadata.name", resource.name)] where text.isEmpty {
                throw self.error(.invalidPatch, "the patch \(source.file) leaves an object without \(field)", at: [], document: 0, reader)
            }
        }
    }
}
