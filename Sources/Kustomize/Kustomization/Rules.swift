import Manifests

/// The parts of a kustomization as they are written. Each is also what a built-in transformer or generator is configured with.

struct LabelRule: Sendable {
    var pairs: [(key: String, value: String)]
    var includeSelectors = false
    var includeTemplates = false
    /// Not written, they are taken with the templates, as released kustomize does; only its unreleased one knows the field.
    var includeVolumeClaimTemplates: Bool?
    var fieldSpecs: [FieldSpec] = []
    var place: Located<Void>
}

struct ImageRule: Sendable {
    var name: String
    var newName = ""
    var newTag = ""
    var tagSuffix = ""
    var digest = ""
    var place: Located<Void>
}

struct ReplicaRule: Sendable {
    var name: String
    var count: Int64
    var place: Located<Void>
}

/// Which objects a patch or a replacement is for.
struct SelectorRule: Sendable {
    /// Regular expressions in patches; empty ones match anything.
    var group = ""
    var version = ""
    var kind = ""
    var name = ""
    var namespace = ""
    var labelSelector = ""
    var annotationSelector = ""
    var place: Located<Void>
}

struct PatchRule: Sendable {
    var path: Located<String>?
    var patch: Located<String>?
    var target: SelectorRule?
    var allowNameChange = false
    var allowKindChange = false
    var allowNoTargetMatch = false
    var place: Located<Void>
}

struct GeneratorRule: Sendable {
    struct Options: Sendable {
        var labels: [(key: String, value: String)] = []
        var annotations: [(key: String, value: String)] = []
        var disableNameSuffixHash: Bool?
        var immutable: Bool?
    }

    enum Kind: String, Sendable {
        case configMap = "ConfigMap"
        case secret = "Secret"
    }

    var kind: Kind
    var name = ""
    var namespace = ""
    var behavior: Resource.Behavior = .create
    var literals: [Located<String>] = []
    var files: [Located<String>] = []
    var envs: [Located<String>] = []
    /// Of a Secret.
    var type = ""
    var options = Options()
    /// Set for a generator of its own file: wants the hash, kustomize's default for those too.
    var place: Located<Void>
}

struct ReplacementRule: Sendable {
    struct FieldOptions: Sendable {
        var delimiter = ""
        var index = 0
        var create = false
    }

    struct Source: Sendable {
        var selector: ResourceId.Reference
        var fieldPath: String
        var options = FieldOptions()
        var place: Located<Void>
    }

    struct Target: Sendable {
        var select: SelectorRule
        var reject: [SelectorRule] = []
        var fieldPaths: [Located<String>] = []
        var options = FieldOptions()
        var place: Located<Void>
    }

    var source: Source?
    var sourceValue: String?
    var targets: [Target]
    var place: Located<Void>
}

struct VariableRule: Sendable {
    var name: String
    var object: ResourceId.Reference
    var fieldPath: String
    var place: Located<Void>
}
