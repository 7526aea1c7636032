package import Manifests

/// Namespace and name of one object of a known type; the namespace is empty for a cluster-scoped one.
package struct NamespacedName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var namespace: String
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package init?(_ object: Value) {
        guard let name = object.name else { return nil }
        self.init(namespace: object.namespace ?? "", name: name)
    }

    package var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

    package static func < (left: NamespacedName, right: NamespacedName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}
