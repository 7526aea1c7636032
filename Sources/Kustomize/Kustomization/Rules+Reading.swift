import Manifests

extension LabelRule {
    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(["pairs", "includeSelectors", "includeTemplates", "includeVolumeClaimTemplates", "fields"])
        place = reader.located(())
        pairs = try reader.stringMap("pairs")
        includeSelectors = try reader.bool("includeSelectors") ?? false
        includeTemplates = try reader.bool("includeTemplates") ?? false
        includeVolumeClaimTemplates = try reader.bool("includeVolumeClaimTemplates")
        fieldSpecs = try reader.fieldSpecs("fields")
    }
}

extension ImageRule {
    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(["name", "newName", "newTag", "tagSuffix", "digest"])
        name = try reader.string("name") ?? ""
        newName = try reader.name("newName") ?? ""
        newTag = try reader.name("newTag") ?? ""
        tagSuffix = try reader.name("tagSuffix") ?? ""
        digest = try reader.name("digest") ?? ""
        place = reader.located(())
        if !newTag.isEmpty && !tagSuffix.isEmpty {
            throw reader.error("tagSuffix", "image \(name) has both newTag and tagSuffix; only one of them can be")
        }
    }
}

extension ReplicaRule {
    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(["name", "count"])
        name = try reader.string("name") ?? ""
        count = Int64(try reader.integer("count") ?? 0)
        place = reader.located(())
    }
}

extension SelectorRule {
    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(["group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector", "apiVersion"])
        group = try reader.string("group") ?? ""
        version = try reader.string("version") ?? ""
        kind = try reader.string("kind") ?? ""
        name = try reader.string("name") ?? ""
        namespace = try reader.string("namespace") ?? ""
        labelSelector = try reader.string("labelSelector") ?? ""
        annotationSelector = try reader.string("annotationSelector") ?? ""
        place = reader.located(())
        if reader.value("apiVersion") != nil {
            throw reader.error(
                "apiVersion", "a selector has no apiVersion", hint: "write group and version, such as group: apps and version: v1")
        }
    }

    /// As a person reads it: `kind Deployment, name web.*`.
    var text: String {
        let parts = [
            ("group", group), ("version", version), ("kind", kind), ("name", name), ("namespace", namespace),
            ("labelSelector", labelSelector), ("annotationSelector", annotationSelector),
        ]
        let written = parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1)" }
        return written.isEmpty ? "everything" : written.joined(separator: ", ")
    }
}

extension PatchRule {
    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(["path", "patch", "target", "options"])
        path = try reader.locatedString("path")
        patch = try reader.locatedString("patch")
        if let target = try reader.reader("target") { self.target = try SelectorRule(reading: target) }
        if let options = try reader.reader("options") {
            try options.allow(["allowNameChange", "allowKindChange", "allowNoTargetMatch"])
            allowNameChange = try options.bool("allowNameChange") ?? false
            allowKindChange = try options.bool("allowKindChange") ?? false
            allowNoTargetMatch = try options.bool("allowNoTargetMatch") ?? false
        }
        place = reader.located(())
    }
}

extension GeneratorRule.Options {
    static let keys = ["labels", "annotations", "disableNameSuffixHash", "immutable"]

    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(Self.keys)
        labels = try reader.stringMap("labels")
        annotations = try reader.stringMap("annotations")
        disableNameSuffixHash = try reader.bool("disableNameSuffixHash")
        immutable = try reader.bool("immutable")
    }

    /// Local options over those of `generatorOptions`.
    func over(_ global: Self) -> Self {
        var merged = self
        merged.labels = Self.merge(labels, over: global.labels)
        merged.annotations = Self.merge(annotations, over: global.annotations)
        if global.disableNameSuffixHash == true { merged.disableNameSuffixHash = true }
        if global.immutable == true { merged.immutable = true }
        return merged
    }

    private static func merge(
        _ local: [(key: String, value: String)], over global: [(key: String, value: String)]
    ) -> [(key: String, value: String)] {
        let names = Set(local.map(\.key))
        return (local + global.filter { !names.contains($0.key) }).sorted { $0.key < $1.key }
    }
}

extension GeneratorRule {
    static let keys = ["name", "namespace", "behavior", "literals", "files", "envs", "env", "options"]

    /// `extraKeys` are those that stand beside these in the file of a generator.
    init(reading reader: FieldReader, kind: Kind, extraKeys: [String] = []) throws(RenderError) {
        try reader.allow(Self.keys + extraKeys + (kind == .secret ? ["type"] : []))
        self.kind = kind
        name = try reader.string("name") ?? ""
        namespace = try reader.string("namespace") ?? ""
        if let text = try reader.string("behavior"), !text.isEmpty {
            guard let behavior = Resource.Behavior(rawValue: text) else {
                throw reader.error("behavior", "behavior must be create, merge or replace, not \"\(text)\"")
            }
            self.behavior = behavior
        }
        literals = try reader.strings("literals")
        files = try reader.strings("files")
        envs = try reader.strings("envs")
        if let env = try reader.locatedString("env"), !env.content.isEmpty { envs.append(env) }
        type = kind == .secret ? try reader.string("type") ?? "" : ""
        if let options = try reader.reader("options") { self.options = try Options(reading: options) }
        place = reader.located(())
    }
}

extension VariableRule {
    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(["name", "objref", "fieldref"])
        name = try reader.string("name") ?? ""
        place = reader.located(())
        object = ResourceId.Reference()
        fieldPath = "metadata.name"
        if name.isEmpty { throw reader.error("name", "a variable needs a name") }
        guard let reference = try reader.reader("objref") else {
            throw reader.error("objref", "the variable \(name) needs an objref")
        }
        try reference.allow(["apiVersion", "group", "version", "kind", "name", "namespace"])
        object.type = TypeId(apiVersion: try reference.string("apiVersion") ?? "", kind: try reference.string("kind") ?? "")
        if let group = try reference.string("group") { object.type.group = group }
        if let version = try reference.string("version") { object.type.version = version }
        object.name = try reference.string("name") ?? ""
        object.namespace = try reference.string("namespace") ?? ""
        if let field = try reader.reader("fieldref") {
            try field.allow(["fieldPath", "fieldpath"])
            for key in ["fieldPath", "fieldpath"] {
                if let written = try field.string(key), !written.isEmpty { fieldPath = written }
            }
        }
    }
}

extension FieldReader {
    func locatedString(_ key: String) throws(RenderError) -> Located<String>? {
        guard let text = try string(key) else { return nil }
        return Located(content: text, path: path + [.key(key)], context: context)
    }
}
