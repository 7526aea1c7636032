import Manifests

/// Annotations that kustomize uses during a build. We keep what they say elsewhere; objects that bring them along (from a build that
/// was stored in between) are understood, and none of them leaves.
enum BuildAnnotations {
    private static let prefix = "internal.config.kubernetes.io/"
    private static let paths: Set<String> = ["config.kubernetes.io/path", "config.kubernetes.io/index", "config.kubernetes.io/id"]
    static let helmGenerated = prefix + "helm-generated"

    private static let names: Set<String> = Set(
        [
            "previousKinds", "previousNames", "previousNamespaces", "prefixes", "suffixes", "allowNameChange", "allowKindChange", "refBy",
            "generatorBehavior", "needsHashSuffix", "path", "index", "seqindent", "id", "annotations-migration-resource-id",
            "helm-generated",
        ].map { prefix + $0 })

    /// Takes what an object brings along into its history.
    static func absorb(_ resource: inout Resource) {
        guard let annotations = resource.value.annotations, annotations.keys.contains(where: { $0.hasPrefix(prefix) }) else { return }
        func list(_ name: String) -> [String] {
            annotations[prefix + name]?.string?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        }
        let (kinds, names, namespaces) = (list("previousKinds"), list("previousNames"), list("previousNamespaces"))
        if kinds.count == names.count, names.count == namespaces.count {
            for ((kind, name), namespace) in zip(zip(kinds, names), namespaces) {
                resource.remember(Resource.Past(kind: kind, name: name, namespace: namespace))
            }
        }
        resource.prefixes = list("prefixes")
        resource.suffixes = list("suffixes")
        resource.needsHash = annotations[prefix + "needsHashSuffix"] == "enabled"
        resource.hadBuildAnnotations = true
    }

    /// Takes them off again, and with them a mapping that they leave empty.
    static func strip(_ resource: inout Resource) {
        guard let written = resource.value["metadata"]?["annotations"] else { return }
        guard let annotations = written.object, !annotations.isEmpty else {
            // kustomize drops an empty mapping wherever it kept notes of its own in it.
            remove(&resource)
            return
        }
        let extra = annotations.keys.filter { names.contains($0) || (resource.hadBuildAnnotations && paths.contains($0)) }
        if extra.isEmpty { return }
        if extra.count == annotations.count { return remove(&resource) }
        resource.value.editMember("metadata") { metadata in
            metadata.editMember("annotations") { annotations in
                for key in extra { annotations.setMember(key, nil) }
            }
        }
    }

    private static func remove(_ resource: inout Resource) {
        resource.value.editMember("metadata") { $0.setMember("annotations", nil) }
    }
}
