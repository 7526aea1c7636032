/// What kustomize knows an object by while it is being built: two objects of one build may not share it.
struct ResourceId: Sendable, Hashable {
    /// Stands for the namespace of an object that has none; no namespace can be called so.
    static let noNamespace = "_non_namespaceable_"
    static let defaultNamespace = "default"

    var type: TypeId
    var name: String
    /// Never empty: `default` where an object leaves it out, `noNamespace` for a cluster-scoped kind.
    var namespace: String

    init(type: TypeId, name: String, namespace: String) {
        self.init(type: type, name: name, namespace: namespace, isClusterScoped: type.isClusterScoped)
    }

    /// For who knows the namespace as it counts.
    init(type: TypeId, name: String, effectiveNamespace: String) {
        self.type = type
        self.name = name
        namespace = effectiveNamespace
    }

    init(type: TypeId, name: String, namespace: String, isClusterScoped: Bool) {
        self.type = type
        self.name = name
        if isClusterScoped {
            self.namespace = Self.noNamespace
        } else {
            self.namespace = namespace.isEmpty ? Self.defaultNamespace : namespace
        }
    }

    /// Whether a reference with these parts means this; an empty part matches anything.
    func isSelected(by selector: Reference) -> Bool {
        (selector.name.isEmpty || selector.name == name) && (selector.namespace.isEmpty || selector.namespace == namespace)
            && type.isSelected(by: selector.type)
    }

    struct Reference: Sendable, Hashable {
        var type = TypeId()
        var name = ""
        var namespace = ""

        var isEmpty: Bool { self == Reference() }
    }
}

extension ResourceId: CustomStringConvertible {
    var description: String {
        let kind = type.group.isEmpty ? type.kind : "\(type.kind).\(type.group)"
        return namespace == Self.noNamespace ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)"
    }
}
