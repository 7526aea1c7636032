import Manifests

/// The transformers that the fields of one kustomization ask for, in kustomize's order.
struct TransformerList {
    private(set) var transformers: [any Transformer] = []

    init(
        _ kustomization: Kustomization, _ directory: String, _ configuration: TransformerConfiguration, _ reader: TreeReader
    ) throws(RenderError) {
        let patchReader = PatchReader(reader: reader, directory: directory)
        for entry in kustomization.patchesStrategicMerge { transformers.append(try patchReader.strategicMerge(entry)) }
        for rule in kustomization.patches { transformers.append(try patchReader.transformer(rule)) }
        transformers.append(NamespaceTransformer(namespace: kustomization.namespace, specs: configuration.namespace))
        transformers.append(NameAffixTransformer(.prefix, kustomization.namePrefix, specs: configuration.namePrefix))
        transformers.append(NameAffixTransformer(.suffix, kustomization.nameSuffix, specs: configuration.nameSuffix))
        addLabels(kustomization, configuration)
        transformers.append(MetadataTransformer(pairs: kustomization.commonAnnotations, specs: configuration.commonAnnotations))
        for rule in kustomization.patchesJson6902 { transformers.append(try patchReader.json6902(rule)) }
        for rule in kustomization.replicas { transformers.append(ReplicaTransformer(rule: rule, specs: configuration.replicas)) }
        for rule in kustomization.images { transformers.append(try ImageTransformer(rule, specs: configuration.images)) }
    }

    private mutating func addLabels(_ kustomization: Kustomization, _ configuration: TransformerConfiguration) {
        for rule in kustomization.labels {
            var specs = rule.fieldSpecs
            let further =
                rule.includeSelectors
                ? configuration.commonLabels : rule.includeTemplates ? configuration.templateLabels : [DefaultFieldSpecs.metadataLabels]
            for spec in further where !specs.contains(where: { $0.type == spec.type && $0.path == spec.path }) { specs.append(spec) }
            transformers.append(MetadataTransformer(pairs: rule.pairs, specs: specs))
        }
        transformers.append(MetadataTransformer(pairs: kustomization.commonLabels, specs: configuration.commonLabels))
    }
}
