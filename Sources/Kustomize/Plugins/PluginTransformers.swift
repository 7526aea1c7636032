import Manifests

/// Makes transformers of configurations in files of their own: the same ones that the fields of a kustomization make.
struct PluginTransformers {
    let plugins: PluginReader

    func transformers(_ configuration: PluginReader.Configuration) throws(RenderError) -> [any Transformer] {
        switch configuration.kind {
        case "AnnotationsTransformer":
            let reader = try configuration.reader(["annotations", "fieldSpecs"])
            return [try metadata(reader, "annotations")]
        case "LabelTransformer":
            let reader = try configuration.reader(["labels", "fieldSpecs"])
            return [try metadata(reader, "labels")]
        case "NamespaceTransformer": return [try namespace(configuration)]
        case "PrefixTransformer", "SuffixTransformer", "PrefixSuffixTransformer": return try affixes(configuration)
        case "ImageTagTransformer":
            let reader = try configuration.reader(["imageTag", "fieldSpecs"])
            guard let image = try reader.reader("imageTag") else { throw reader.error("imageTag", "imageTag is missing") }
            return [try ImageTransformer(ImageRule(reading: image), specs: reader.fieldSpecs("fieldSpecs"))]
        case "ReplicaCountTransformer":
            let reader = try configuration.reader(["replica", "fieldSpecs"])
            guard let replica = try reader.reader("replica") else { throw reader.error("replica", "replica is missing") }
            return [ReplicaTransformer(rule: try ReplicaRule(reading: replica), specs: try reader.fieldSpecs("fieldSpecs"))]
        case "PatchTransformer", "PatchJson6902Transformer", "PatchStrategicMergeTransformer": return try patches(configuration)
        case "ReplacementTransformer":
            let reader = try configuration.reader(["replacements"])
            let entries = try Kustomization.replacements(reader)
            return [try ReplacementReader(reader: plugins.reader, directory: plugins.directory).transformer(entries)]
        case "ValueAddTransformer": return [try ValueAddTransformer(configuration, plugins)]
        case "SortOrderTransformer", "HashTransformer": return []
        default: throw plugins.unknown(configuration)
        }
    }

    private func metadata(_ reader: FieldReader, _ key: String) throws(RenderError) -> MetadataTransformer {
        MetadataTransformer(pairs: try reader.stringMap(key, takesScalars: true), specs: try reader.fieldSpecs("fieldSpecs"))
    }

    private func namespace(_ configuration: PluginReader.Configuration) throws(RenderError) -> NamespaceTransformer {
        let reader = try configuration.reader(["fieldSpecs", "unsetOnly", "setRoleBindingSubjects"])
        var subjects = NamespaceTransformer.Subjects.named
        if let written = try reader.string("setRoleBindingSubjects"), !written.isEmpty {
            guard let known = NamespaceTransformer.Subjects(rawValue: written) else {
                throw reader.error(
                    "setRoleBindingSubjects", "setRoleBindingSubjects must be defaultOnly, allServiceAccounts or none, not \"\(written)\"")
            }
            subjects = known
        }
        return NamespaceTransformer(
            namespace: configuration.value.namespace ?? "", specs: try reader.fieldSpecs("fieldSpecs"), subjects: subjects,
            unsetOnly: try reader.bool("unsetOnly") ?? false)
    }

    private func affixes(_ configuration: PluginReader.Configuration) throws(RenderError) -> [any Transformer] {
        let reader = try configuration.reader(["prefix", "suffix", "fieldSpecs"])
        let specs = try reader.fieldSpecs("fieldSpecs")
        return [
            NameAffixTransformer(.prefix, try reader.name("prefix") ?? "", specs: specs),
            NameAffixTransformer(.suffix, try reader.name("suffix") ?? "", specs: specs),
        ]
    }

    private func patches(_ configuration: PluginReader.Configuration) throws(RenderError) -> [any Transformer] {
        let patchReader = PatchReader(reader: plugins.reader, directory: plugins.directory)
        switch configuration.kind {
        case "PatchTransformer":
            let reader = try configuration.reader(["path", "patch", "target", "options"])
            return [try patchReader.transformer(PatchRule(reading: Self.part(reader, ["path", "patch", "target", "options"])))]
        case "PatchJson6902Transformer":
            let reader = try configuration.reader(["path", "jsonOp", "target"])
            var rule = try PatchRule(reading: Self.part(reader, ["path", "target"]))
            rule.patch = try reader.locatedString("jsonOp")
            return [try patchReader.json6902(rule)]
        default:
            let reader = try configuration.reader(["paths", "patches"])
            var transformers: [any Transformer] = []
            for path in try reader.strings("paths") { transformers.append(try patchReader.strategicMerge(path)) }
            if let patches = try reader.locatedString("patches") {
                var transformer = try patchReader.transformer(PatchRule(patch: patches, place: reader.located(())))
                transformer.isOfOldField = true
                transformers.append(transformer)
            }
            if transformers.isEmpty { throw configuration.error(.invalidPatch, "there are neither paths nor patches") }
            return transformers
        }
    }

    /// The members that belong to a rule, without apiVersion, kind and metadata.
    private static func part(_ reader: FieldReader, _ keys: [String]) throws(RenderError) -> FieldReader {
        let members = keys.compactMap { key in reader.value(key).map { (key, $0) } }
        return try FieldReader(.object(Object(members)), reader.subject, at: reader.path, in: reader.context)
    }
}
