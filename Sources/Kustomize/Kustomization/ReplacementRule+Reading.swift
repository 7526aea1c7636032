import Manifests

extension ReplacementRule.FieldOptions {
    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(["delimiter", "index", "create", "encoding"])
        delimiter = try reader.string("delimiter") ?? ""
        index = try reader.integer("index") ?? 0
        create = try reader.bool("create") ?? false
    }
}

extension ReplacementRule {
    private static let referenceKeys = ["group", "version", "kind", "name", "namespace"]

    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(["source", "sourceValue", "targets", "path"])
        place = reader.located(())
        sourceValue = try reader.string("sourceValue")
        if let source = try reader.reader("source") {
            try source.allow(Self.referenceKeys + ["fieldPath", "options"])
            var selector = ResourceId.Reference()
            selector.type = TypeId(
                group: try source.string("group") ?? "", version: try source.string("version") ?? "",
                kind: try source.string("kind") ?? "")
            selector.name = try source.string("name") ?? ""
            selector.namespace = try source.string("namespace") ?? ""
            var options = FieldOptions()
            if let written = try source.reader("options") { options = try FieldOptions(reading: written) }
            let fieldPath = try source.string("fieldPath") ?? ""
            self.source = Source(
                selector: selector, fieldPath: fieldPath.isEmpty ? "metadata.name" : fieldPath, options: options,
                place: source.located(()))
        }
        targets = try reader.list("targets") { value, path throws(RenderError) in
            try Target(reading: FieldReader(value, "replacement target", at: path, in: reader.context))
        }
        if source == nil && sourceValue == nil {
            throw reader.context.error(.invalidReplacement, "a replacement needs a source", at: reader.path)
        }
        if source != nil && sourceValue != nil {
            throw reader.context.error(.invalidReplacement, "a replacement has either source or sourceValue", at: reader.path)
        }
        if reader.value("targets") == nil {
            throw reader.context.error(.invalidReplacement, "a replacement needs targets", at: reader.path)
        }
    }
}

extension ReplacementRule.Target {
    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(["select", "reject", "fieldPaths", "options"])
        guard let select = try reader.reader("select") else {
            throw reader.context.error(.invalidReplacement, "a replacement target must say what to select", at: reader.path)
        }
        self.select = try SelectorRule(reading: select)
        reject = try reader.list("reject") { value, path throws(RenderError) in
            try SelectorRule(reading: FieldReader(value, "selector", at: path, in: reader.context))
        }
        fieldPaths = try reader.strings("fieldPaths")
        place = reader.located(())
        if let written = try reader.reader("options") { options = try ReplacementRule.FieldOptions(reading: written) }
        if fieldPaths.isEmpty { fieldPaths = [Located(content: "metadata.name", path: reader.path, context: reader.context)] }
    }
}
