import Manifests

/// The transformers that the fields of one kustomization ask for, in kustomize's order.
struct TransformerList {
    /// A transformer and the built-in plugin that it is called after.
    struct Entry {
        var transformer: any Transformer
        var kind: String
    }

    private(set) var entries: [Entry] = []

    init(
        _ kustomization: Kustomization, _ directory: String, _ configuration: TransformerConfiguration, _ reader: TreeReader
    ) throws(RenderError) {
        let patchReader = PatchReader(reader: reader, directory: directory)
        for entry in kustomization.patchesStrategicMerge {
            add(try patchReader.strategicMerge(entry), "PatchStrategicMergeTransformer")
        }
        for rule in kustomization.patches { add(try patchReader.transformer(rule), "PatchTransformer") }
        if !kustomization.namespace.isEmpty {
            add(NamespaceTransformer(namespace: kustomization.namespace, specs: configuration.namespace), "NamespaceTransformer")
        }
        if !kustomization.namePrefix.isEmpty {
            add(NameAffixTransformer(.prefix, kustomization.namePrefix, specs: configuration.namePrefix), "PrefixTransformer")
        }
        if !kustomization.nameSuffix.isEmpty {
            add(NameAffixTransformer(.suffix, kustomization.nameSuffix, specs: configuration.nameSuffix), "SuffixTransformer")
        }
        try addLabels(kustomization, configuration)
        if !kustomization.commonAnnotations.isEmpty {
            add(
                MetadataTransformer(pairs: kustomization.commonAnnotations, specs: configuration.commonAnnotations),
                "AnnotationsTransformer")
        }
        for rule in kustomization.patchesJson6902 { add(try patchReader.json6902(rule), "PatchJson6902Transformer") }
        for rule in kustomization.replicas {
            add(ReplicaTransformer(rule: rule, specs: configuration.replicas), "ReplicaCountTransformer")
        }
        for rule in kustomization.images { add(try ImageTransformer(rule, specs: configuration.images), "ImageTagTransformer") }
        if !kustomization.replacements.isEmpty {
            let replacements = ReplacementReader(reader: reader, directory: directory)
            add(try replacements.transformer(kustomization.replacements), "ReplacementTransformer")
        }
    }

    private mutating func add(_ transformer: any Transformer, _ kind: String) {
        entries.append(Entry(transformer: transformer, kind: kind))
    }

    private mutating func addLabels(_ kustomization: Kustomization, _ configuration: TransformerConfiguration) throws(RenderError) {
        for rule in kustomization.labels {
            var specs = rule.fieldSpecs
            let claims = configuration.volumeClaimTemplateLabels
            var further =
                rule.includeSelectors
                ? configuration.commonLabels : rule.includeTemplates ? configuration.templateLabels : []
            switch rule.includeVolumeClaimTemplates {
            case true?: further += claims
            case false? where !rule.includeSelectors: further.removeAll { spec in claims.contains { $0.path == spec.path } }
            case false?, nil: break
            }
            do throws(TransformerConfiguration.Conflict) {
                try TransformerConfiguration.merge(further + configuration.labels, into: &specs)
            } catch {
                throw rule.place.error(
                    .invalidConfiguration, "the field \(error.spec.path) is named both with and without create",
                    hint: "set create: \(error.spec.create) as kustomize has it for this field")
            }
            add(MetadataTransformer(pairs: rule.pairs, specs: specs), "LabelTransformer")
        }
        // It is one of the steps that kustomize notes, also when there are no common labels.
        if !kustomization.commonLabels.isEmpty || !kustomization.labels.isEmpty {
            add(MetadataTransformer(pairs: kustomization.commonLabels, specs: configuration.commonLabels), "LabelTransformer")
        }
    }
}
