/// API group and kind; the version is not part of what an object is.
package struct GroupKind: Sendable, Hashable {
    package var group: String
    package var kind: String

    package init(group: String, kind: String) {
        self.group = group
        self.kind = kind
    }
}

/// What names one object in a cluster: group, kind, namespace and name. Two manifests with one identity are one object.
package struct ObjectIdentity: Sendable, Hashable {
    package var group: String
    package var kind: String
    /// Empty for a cluster-scoped object, and for a namespaced one that leaves the choice to its context.
    package var namespace: String
    package var name: String

    package init(group: String, kind: String, namespace: String, name: String) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    package var groupKind: GroupKind { GroupKind(group: group, kind: kind) }
}

extension ObjectIdentity: CustomStringConvertible {
    /// As an operator writes it: `Deployment.apps nova-prod/video-ranking-service`, `Namespace nova-prod`.
    package var description: String {
        let kind = group.isEmpty ? kind : "\(kind).\(group)"
        return namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)"
    }
}

extension ObjectIdentity: Comparable {
    package static func < (left: ObjectIdentity, right: ObjectIdentity) -> Bool {
        (left.group, left.kind, left.namespace, left.name) < (right.group, right.kind, right.namespace, right.name)
    }
}

extension Value {
    package var apiVersion: String? { self["apiVersion"]?.string }
    package var kind: String? { self["kind"]?.string }
    package var name: String? { self["metadata"]?["name"]?.string }
    package var namespace: String? { self["metadata"]?["namespace"]?.string }
    package var uid: String? { self["metadata"]?["uid"]?.string }
    package var resourceVersion: String? { self["metadata"]?["resourceVersion"]?.string }
    package var generation: Int64? { self["metadata"]?["generation"]?.integer }
    package var labels: Object? { self["metadata"]?["labels"]?.object }
    package var annotations: Object? { self["metadata"]?["annotations"]?.object }

    /// The API group of `apiVersion`: empty for the core group.
    package var group: String? {
        guard let apiVersion else { return nil }
        guard let slash = apiVersion.firstIndex(of: "/") else { return "" }
        return String(apiVersion[..<slash])
    }

    /// `nil` when apiVersion, kind or metadata.name is missing.
    package var identity: ObjectIdentity? {
        guard let group, let kind, let name else { return nil }
        return ObjectIdentity(group: group, kind: kind, namespace: namespace ?? "", name: name)
    }
}
