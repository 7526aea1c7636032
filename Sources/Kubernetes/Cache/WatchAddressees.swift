internal import Manifests

/// Whom a change of one object concerns. Pure.
///
/// An object of ours says itself whose it is. A Pod says who controls it, and the ReplicaSet of a Deployment is named after it (the Deployment's
/// name, a hyphen, and the hash that stands in the Pod's label `pod-template-hash`; Deployment documentation, "Pod-template-hash label"). Where
/// nothing can be told from the object, everybody looks: one look too many costs little, one too few hides a fault.
struct WatchAddressees: Sendable, Equatable {
    var everybody: Bool
    var environments: Set<String> = []
    /// What the object belongs to, in its namespace.
    var workloads: Set<ObjectIdentity> = []
    /// Where the object is.
    var namespace: String

    static let podHash = "pod-template-hash"

    init(_ object: Value, _ namespace: String) {
        self.namespace = namespace
        if let environment = object.labels?[SlipwayLabel.environment]?.string { environments = [environment] }
        workloads = Self.workloads(of: object, namespace)
        everybody = environments.isEmpty && workloads.isEmpty
    }

    /// Of what the object was before as well: a label may have been taken off.
    func union(_ other: WatchAddressees?) -> WatchAddressees {
        guard let other else { return self }
        var both = self
        both.everybody = everybody || other.everybody
        both.environments.formUnion(other.environments)
        both.workloads.formUnion(other.workloads)
        return both
    }

    private static func workloads(of object: Value, _ namespace: String) -> Set<ObjectIdentity> {
        guard
            let owner = object["metadata"]?["ownerReferences"]?.array?.first(where: { $0["controller"]?.bool == true }),
            let name = owner["name"]?.string, let kind = owner.kind, let group = owner.group
        else { return [] }
        let controller = ObjectIdentity(group: group, kind: kind, namespace: namespace, name: name)
        guard group == "apps", kind == "ReplicaSet", object.kind == "Pod" else { return [controller] }
        guard let hash = object.labels?[podHash]?.string, name.hasSuffix("-" + hash) else { return [] }
        let deployment = String(name.dropLast(hash.count + 1))
        return [controller, ObjectIdentity(group: group, kind: "Deployment", namespace: namespace, name: deployment)]
    }
}
