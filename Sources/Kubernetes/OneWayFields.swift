internal import Manifests

/// What an API server lets change in one direction only: the size of a claim, and the versions in which a custom resource's objects are
/// stored. A way back leaves these as they are and takes everything else. Pure.
enum OneWayFields {
    /// Whether an object of this kind has any.
    static func concern(_ id: ObjectIdentity) -> Bool { id.groupKind == claim || id.groupKind == definition }

    /// The object as it can go back, and what stays, in words; `nil` when all of it can go back.
    static func within(_ wanted: Value, live: Value, _ id: ObjectIdentity) -> (object: Value, left: String)? {
        switch id.groupKind {
        case claim: withSize(wanted, live: live, id)
        case definition: withVersions(wanted, live: live, id)
        default: nil
        }
    }

    private static let claim = GroupKind(group: "", kind: "PersistentVolumeClaim")
    private static let definition = GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition")

    /// A growth that was asked for may be taken back as long as the claim stays above what it has (KEP-1790).
    private static func withSize(_ wanted: Value, live: Value, _ id: ObjectIdentity) -> (object: Value, left: String)? {
        func size(_ claim: Value) -> String? { claim["spec", "resources", "requests", "storage"]?.string }
        guard let old = size(wanted), let new = size(live), let less = ResourceQuantity(old), let more = ResourceQuantity(new), less < more
        else { return nil }
        let capacity = live["status", "capacity", "storage"]?.string.flatMap { ResourceQuantity($0) }
        if let capacity, capacity < less { return nil }
        var object = wanted
        object["spec", "resources", "requests", "storage"] = .string(new)
        return (
            object,
            "\(id) keeps its size of \(new), since a claim cannot shrink (to \(old)). Write \(new) into the manifests: the next release that says less is refused"
        )
    }

    /// The versions stay as the cluster has them, but what is written from now on is stored as the old definition says.
    private static func withVersions(_ wanted: Value, live: Value, _ id: ObjectIdentity) -> (object: Value, left: String)? {
        let dropped = StoredVersions.dropped(by: wanted, live: live)
        let kept = (live["spec"]?["versions"]?.array ?? []).filter { dropped.contains($0["name"]?.string ?? "") }
        guard !kept.isEmpty else { return nil }
        var object = wanted
        var versions = wanted["spec"]?["versions"]?.array ?? []
        for var version in kept {
            version["storage"] = false
            versions.append(version)
        }
        object["spec", "versions"] = .array(versions)
        let names = kept.compactMap { $0["name"]?.string }.joined(separator: ", ")
        return (
            object,
            "\(id) keeps version \(names), in which objects may be stored (its status.storedVersions); a release that drops it is refused until no object is"
        )
    }
}

extension EnvironmentApplier {
    /// What can be sent of an object: all of it, but on a way back without what the cluster takes in one direction only.
    ///
    /// - Parameter live: as it is known; `nil` has it read.
    func sendable(_ desired: DesiredObject, live: Value? = nil) async throws(KubernetesError) -> (DesiredObject, left: String?) {
        guard settings.isReturning, OneWayFields.concern(desired.id) else { return (desired, nil) }
        var known = live
        if known == nil { known = try await client.get(desired.id, version: desired.resource?.version) }
        guard let known, let (object, left) = OneWayFields.within(desired.object, live: known, desired.id) else { return (desired, nil) }
        var desired = desired
        desired.object = object
        return (desired, left)
    }
}
