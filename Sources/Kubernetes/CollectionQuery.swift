package import Manifests

/// Which objects are listed or watched.
package struct CollectionQuery: Sendable, Hashable {
    package var kind: GroupKind
    /// The version of the API to read them in; the server's preferred one when `nil`.
    package var version: String?
    /// `nil` for all namespaces and for cluster-scoped kinds.
    package var namespace: String?
    package var labelSelector: String?
    package var fieldSelector: String?

    package init(
        kind: GroupKind, version: String? = nil, namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil
    ) {
        self.kind = kind
        self.version = version
        self.namespace = namespace
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
    }

    var selectors: [(String, String)] {
        [("labelSelector", labelSelector), ("fieldSelector", fieldSelector)].compactMap { name, value in value.map { (name, $0) } }
    }

    func subject(_ verb: String, _ resource: APIResource) -> CallSubject {
        let place = namespace.map { $0.isEmpty ? "" : " in namespace \($0)" } ?? ""
        return CallSubject(verb, resource.plural + place, isSecret: resource.group.isEmpty && resource.kind == "Secret")
    }
}
