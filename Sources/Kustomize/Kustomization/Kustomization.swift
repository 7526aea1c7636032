import Manifests

/// A kustomization file as it is written, read strictly.
struct Kustomization: Sendable {
    enum Kind: String, Sendable {
        case kustomization = "Kustomization"
        case component = "Component"
    }

    enum Order: Sendable {
        case fifo
        /// By kind, and then by name: first and last kinds as given, or kustomize's own lists.
        case legacy(first: [String], last: [String])
    }

    var context: SourceContext
    var kind = Kind.kustomization
    /// `resources` and the deprecated `bases`.
    var resources: [Located<String>] = []
    var components: [Located<String>] = []
    var crds: [Located<String>] = []
    var configurations: [Located<String>] = []
    var openAPIPath: Located<String>?
    var generators: [Located<String>] = []
    var transformers: [Located<String>] = []
    var validators: [Located<String>] = []
    var namespace = ""
    var namePrefix = ""
    var nameSuffix = ""
    var labels: [LabelRule] = []
    var commonLabels: [(key: String, value: String)] = []
    var commonAnnotations: [(key: String, value: String)] = []
    var images: [ImageRule] = []
    var replicas: [ReplicaRule] = []
    var patchesStrategicMerge: [Located<String>] = []
    var patchesJson6902: [PatchRule] = []
    var patches: [PatchRule] = []
    var configMaps: [GeneratorRule] = []
    var secrets: [GeneratorRule] = []
    var generatorOptions = GeneratorRule.Options()
    var replacements: [ReplacementEntry] = []
    var variables: [VariableRule] = []
    var buildMetadata: Set<BuildMetadata> = []
    var order: Order?

    /// A replacement is written in place or in a file of its own.
    enum ReplacementEntry: Sendable {
        case rule(ReplacementRule)
        case file(Located<String>)
    }

    enum BuildMetadata: String, Sendable, CaseIterable {
        case managedByLabel, originAnnotations, transformerAnnotations
    }

    init(context: SourceContext) { self.context = context }

    /// The names under which a folder may hold its kustomization. It may hold one.
    static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
}
