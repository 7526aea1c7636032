internal import Manifests

/// One entry of the annotation `slipway.dev/depends-on`: `Kind/name`, `group/Kind/name` or `group/Kind/namespace/name`. The core group
/// is written `core` or left empty. Without a namespace, the object's own and none are looked in.
struct DependencyReference: Sendable, Hashable {
    var text: String
    /// `nil`: any.
    var group: String?
    var kind: String
    var namespace: String?
    var name: String

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        self.text = text
        switch parts.count {
        case 2: (kind, name) = (parts[0], parts[1])
        case 3: (group, kind, name) = (parts[0], parts[1], parts[2])
        case 4: (group, kind, namespace, name) = (parts[0], parts[1], parts[2], parts[3])
        default: return nil
        }
        if group == "core" { group = "" }
        if kind.isEmpty || name.isEmpty || namespace?.isEmpty == true { return nil }
    }

    func matches(_ id: ObjectIdentity, from namespace: String) -> Bool {
        guard id.kind == kind, id.name == name, group == nil || id.group == group else { return false }
        if let wanted = self.namespace { return id.namespace == wanted }
        return id.namespace == namespace || id.namespace.isEmpty
    }

    /// All entries of an object; an empty list when there is no such annotation.
    static func list(of object: Value, _ id: ObjectIdentity) throws(KubernetesError) -> [DependencyReference] {
        guard let annotation = object.annotations?[SlipwayLabel.dependsOn] else { return [] }
        var references: [DependencyReference] = []
        for part in (annotation.string ?? "").split(separator: ",", omittingEmptySubsequences: false) {
            let text = String(part).trimmed
            guard let reference = DependencyReference(text) else {
                throw KubernetesError(
                    .invalid([]),
                    "\(id): annotation \(SlipwayLabel.dependsOn) has \"\(text.prefix(200))\", and must be a list of Kind/name, group/Kind/name or group/Kind/namespace/name, with commas between",
                    object: id)
            }
            references.append(reference)
        }
        return references
    }
}
