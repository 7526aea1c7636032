import Manifests

/// Where transformers act and where names are referred to: kustomize's defaults and what `configurations` and `crds` add.
struct TransformerConfiguration: Sendable {
    var namespace = DefaultFieldSpecs.namespace
    var namePrefix = DefaultFieldSpecs.name
    var nameSuffix = DefaultFieldSpecs.name
    var commonLabels = DefaultFieldSpecs.commonLabels
    var templateLabels = DefaultFieldSpecs.templateLabels
    var volumeClaimTemplateLabels = DefaultFieldSpecs.volumeClaimTemplateLabels
    /// Where every entry of `labels` acts.
    var labels = [DefaultFieldSpecs.metadataLabels]
    var commonAnnotations = DefaultFieldSpecs.commonAnnotations
    var images = DefaultFieldSpecs.images
    var replicas = DefaultFieldSpecs.replicas
    var variableReferences = DefaultFieldSpecs.variables
    var nameReferences = DefaultNameReferences.all
    /// Whether anything differs from the defaults.
    private(set) var isCustom = false

    static let standard = TransformerConfiguration()

    /// Takes in what a base of this kustomization has configured.
    mutating func merge(_ other: TransformerConfiguration) throws(Conflict) {
        guard isCustom || other.isCustom else { return }
        isCustom = true
        try Self.merge(other.namespace, into: &namespace)
        try Self.merge(other.namePrefix, into: &namePrefix)
        try Self.merge(other.nameSuffix, into: &nameSuffix)
        try Self.merge(other.commonLabels, into: &commonLabels)
        try Self.merge(other.templateLabels, into: &templateLabels)
        try Self.merge(other.volumeClaimTemplateLabels, into: &volumeClaimTemplateLabels)
        try Self.merge(other.labels, into: &labels)
        try Self.merge(other.commonAnnotations, into: &commonAnnotations)
        try Self.merge(other.images, into: &images)
        try Self.merge(other.replicas, into: &replicas)
        try Self.merge(other.variableReferences, into: &variableReferences)
        for reference in other.nameReferences { try merge(reference) }
        sort()
    }

    /// The same field with and without `create`.
    struct Conflict: Error {
        var spec: FieldSpec
    }

    static func merge(_ specs: [FieldSpec], into existing: inout [FieldSpec]) throws(Conflict) {
        for spec in specs {
            if let known = existing.first(where: { $0.path == spec.path && $0.type.isSelected(by: spec.type) }) {
                if known.create != spec.create { throw Conflict(spec: spec) }
            } else {
                existing.append(spec)
            }
        }
    }

    private mutating func merge(_ reference: NameReference) throws(Conflict) {
        if let position = nameReferences.firstIndex(where: { $0.target == reference.target }) {
            try Self.merge(reference.referrers, into: &nameReferences[position].referrers)
        } else {
            nameReferences.append(reference)
        }
    }

    private static let keys = [
        "namespace", "namePrefix", "nameSuffix", "commonLabels", "labels", "templateLabels", "volumeClaimTemplateLabels",
        "commonAnnotations", "images",
        "replicas", "varReference", "nameReference",
    ]

    /// Adds the contents of one configuration file.
    mutating func add(reading value: Value, in context: SourceContext) throws(RenderError) {
        let reader = try FieldReader(value, "transformer configuration", at: [], in: context)
        try reader.allow(Self.keys)
        isCustom = true
        try add(reader, "namespace", to: \.namespace)
        try add(reader, "namePrefix", to: \.namePrefix)
        try add(reader, "nameSuffix", to: \.nameSuffix)
        try add(reader, "commonLabels", to: \.commonLabels)
        try add(reader, "labels", to: \.labels)
        try add(reader, "templateLabels", to: \.templateLabels)
        try add(reader, "volumeClaimTemplateLabels", to: \.volumeClaimTemplateLabels)
        try add(reader, "commonAnnotations", to: \.commonAnnotations)
        try add(reader, "images", to: \.images)
        try add(reader, "replicas", to: \.replicas)
        try add(reader, "varReference", to: \.variableReferences)
        let references = try reader.list("nameReference") { value, path throws(RenderError) in
            let entry = try FieldReader(value, "name reference", at: path, in: context)
            try entry.allow(["group", "version", "kind", "fieldSpecs"])
            let target = TypeId(
                group: try entry.string("group") ?? "", version: try entry.string("version") ?? "",
                kind: try entry.string("kind") ?? "")
            return NameReference(target: target, referrers: try entry.fieldSpecs("fieldSpecs"))
        }
        for reference in references {
            do { try merge(reference) } catch { throw Self.conflict(error, reader, "nameReference") }
        }
        sort()
    }

    /// A spec for some kinds stands before one for all kinds, and where both name one field it takes its place: that is how a
    /// configuration narrows a default, in kustomize and so here.
    private mutating func sort() {
        func sorted(_ specs: [FieldSpec]) -> [FieldSpec] { specs.filter { $0.type != TypeId() } + specs.filter { $0.type == TypeId() } }
        namespace = sorted(namespace)
        namePrefix = sorted(namePrefix)
        nameSuffix = sorted(nameSuffix)
        commonLabels = sorted(commonLabels)
        templateLabels = sorted(templateLabels)
        volumeClaimTemplateLabels = sorted(volumeClaimTemplateLabels)
        labels = sorted(labels)
        commonAnnotations = sorted(commonAnnotations)
        images = sorted(images)
        replicas = sorted(replicas)
        variableReferences = sorted(variableReferences)
    }

    /// Nothing at all, to which the first configuration of a build is added.
    static let empty: TransformerConfiguration = {
        var configuration = TransformerConfiguration()
        configuration.namespace = []
        configuration.namePrefix = []
        configuration.nameSuffix = []
        configuration.commonLabels = []
        configuration.templateLabels = []
        configuration.volumeClaimTemplateLabels = []
        configuration.labels = []
        configuration.commonAnnotations = []
        configuration.images = []
        configuration.replicas = []
        configuration.variableReferences = []
        configuration.nameReferences = []
        return configuration
    }()

    /// What the schemas of custom resources say of their fields.
    mutating func add(_ schema: CustomResourceFields) throws(Conflict) {
        if schema.isEmpty { return }
        isCustom = true
        try Self.merge(schema.annotations, into: &commonAnnotations)
        try Self.merge(schema.labels, into: &commonLabels)
        try Self.merge(schema.identities, into: &namePrefix)
        for reference in schema.references { try merge(reference) }
    }

    private mutating func add(
        _ reader: FieldReader, _ key: String, to field: WritableKeyPath<TransformerConfiguration, [FieldSpec]>
    ) throws(RenderError) {
        let specs = try reader.fieldSpecs(key)
        if specs.count > RenderLimits.fieldSpecs {
            throw reader.context.error(
                .limitExceeded, "\(key) has more than \(RenderLimits.fieldSpecs) field specs", at: reader.path + [.key(key)])
        }
        do { try Self.merge(specs, into: &self[keyPath: field]) } catch { throw Self.conflict(error, reader, key) }
    }

    private static func conflict(_ conflict: Conflict, _ reader: FieldReader, _ key: String) -> RenderError {
        reader.context.error(
            .invalidConfiguration, "the field \(conflict.spec.path) is configured both with and without create",
            at: reader.path + [.key(key)])
    }
}
