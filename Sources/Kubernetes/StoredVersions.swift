internal import Manifests

/// The versions in which a CustomResourceDefinition's objects lie in the cluster's store (`status.storedVersions`). One that the
/// definition no longer has could not be read any more, so the API server refuses it, in words that do not help. Pure.
enum StoredVersions {
    static func dropped(by definition: Value, live: Value) -> [String] {
        let stored = live["status"]?["storedVersions"]?.array?.compactMap(\.string) ?? []
        let versions = Set(definition["spec"]?["versions"]?.array?.compactMap { $0["name"]?.string } ?? [])
        return stored.filter { !versions.contains($0) }
    }

    static func refuseDropped(by definition: Value, live: Value, id: ObjectIdentity) throws(KubernetesError) {
        let dropped = dropped(by: definition, live: live)
        guard !dropped.isEmpty else { return }
        let names = dropped.joined(separator: ", ")
        throw KubernetesError(
            .refused,
            "\(id) drops version \(names), in which objects may still be stored (its status.storedVersions). Keep the version with served: false, write every object again (kubectl get -o json | kubectl replace -f -), take the version out of status.storedVersions, and only then drop it",
            object: id)
    }
}
