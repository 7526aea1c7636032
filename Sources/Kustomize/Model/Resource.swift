import Manifests

/// One object while it is being built, with what has to be remembered of its past: under which names it was known, so that
/// references to those names can be rewritten, and where it was written, so that an error can say so.
struct Resource: Sendable {
    /// What a generated object does with one of the same identity.
    enum Behavior: String, Sendable, CaseIterable {
        case create, merge, replace
    }

    /// A name that the object had before, with the kind it had then.
    struct Past: Sendable, Hashable {
        var kind: String
        var name: String
        var namespace: String
    }

    /// Where the object was written.
    struct Source: Sendable, Hashable {
        var file: String
        /// Index of the document in the file.
        var document: Int
        /// Path to the object within its document: for the items of a list.
        var path: [PathElement] = []
    }

    var value: Value
    var source: Source
    private(set) var past: [Past] = []
    var prefixes: [String] = []
    var suffixes: [String] = []
    var behavior: Behavior?
    var needsHash = false
    /// Names of the variables (`vars`) that read this object.
    var variables: [String] = []
    /// Came with annotations of an earlier build.
    var hadBuildAnnotations = false
    /// Another object refers to this one by its name.
    var isReferredTo = false
    /// What `buildMetadata` writes into the annotations.
    var provenance: Provenance?

    private(set) var type: TypeId {
        didSet { if type != oldValue { isClusterScoped = type.isClusterScoped } }
    }
    /// Kept, since every id asks for it.
    private var isClusterScoped: Bool
    private(set) var name: String
    private(set) var namespace: String

    init(value: Value, source: Source) {
        self.value = value
        self.source = source
        type = TypeId(apiVersion: value.apiVersion ?? "", kind: value.kind ?? "")
        isClusterScoped = type.isClusterScoped
        name = value.name ?? ""
        namespace = value.namespace ?? ""
    }

    /// To be called when apiVersion, kind, name or namespace of the value may have changed.
    mutating func readIdentity() {
        let (apiVersion, kind) = (value.apiVersion ?? "", value.kind ?? "")
        if kind != type.kind || !type.isOf(apiVersion: apiVersion) { type = TypeId(apiVersion: apiVersion, kind: kind) }
        name = value.name ?? ""
        namespace = value.namespace ?? ""
    }

    /// Removed by a patch.
    var isDeleted: Bool { value.isNothing }

    var id: ResourceId { ResourceId(type: type, name: name, namespace: namespace, isClusterScoped: isClusterScoped) }

    var originalId: ResourceId { past.first.map(id(of:)) ?? id }

    var previousIds: [ResourceId] { past.map(id(of:)) }

    /// All ids that it has or had, the present one first.
    var allIds: [ResourceId] { [id] + previousIds }

    /// The group and version are today's: a name from before a change of apiVersion still means this object.
    private func id(of past: Past) -> ResourceId {
        var type = type
        type.kind = past.kind
        return ResourceId(type: type, name: past.name, effectiveNamespace: past.namespace)
    }

    /// Remembers the present identity, before a change to it.
    mutating func rememberIdentity() {
        past.append(Past(kind: type.kind, name: name, namespace: id.namespace))
    }

    mutating func remember(_ earlier: Past) { past.append(earlier) }

    /// Whether kustomize would have kept notes in its annotations.
    var wasAnnotated: Bool {
        hadBuildAnnotations || !past.isEmpty || !prefixes.isEmpty || !suffixes.isEmpty || behavior != nil || needsHash || isReferredTo
    }

    mutating func takeHistory(of other: Resource) {
        past = other.past + past
        prefixes = other.prefixes + prefixes
        suffixes = other.suffixes + suffixes
    }

    mutating func setName(_ newName: String) {
        value.editMember("metadata") { $0.setMember("name", .string(newName)) }
        name = newName
    }

    mutating func setNamespace(_ newNamespace: String) {
        value.editMember("metadata") { $0.setMember("namespace", newNamespace.isEmpty ? nil : .string(newNamespace)) }
        namespace = newNamespace
    }

    mutating func setKind(_ kind: String) {
        value.setMember("kind", .string(kind))
        type.kind = kind
    }
}
