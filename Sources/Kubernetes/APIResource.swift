package import Manifests

/// A kind that an API server serves, in one version.
package struct APIResource: Sendable, Hashable {
    package var group: String
    package var version: String
    package var kind: String
    /// The plural in paths: `deployments`.
    package var plural: String
    package var isNamespaced: Bool
    package var verbs: Set<String>

    package init(group: String, version: String, kind: String, plural: String, isNamespaced: Bool, verbs: Set<String>) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.isNamespaced = isNamespaced
        self.verbs = verbs
    }

    package var groupKind: GroupKind { GroupKind(group: group, kind: kind) }
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// `/api/v1/namespaces/nova/pods/web-1`; without a name the collection, without a namespace that of all namespaces.
    func path(namespace: String?, name: String? = nil, _ subject: CallSubject) throws(KubernetesError) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if isNamespaced, let namespace, !namespace.isEmpty { path += try "/namespaces/\(PathEncoding.segment(namespace, subject))" }
        path += "/\(plural)"
        if let name {
            guard !isNamespaced || namespace?.isEmpty == false else {
                throw KubernetesError(
                    .badRequest, "cannot \(subject.verb) \(subject.what): \(kind) is namespaced, and no namespace is given")
            }
            path += try "/\(PathEncoding.segment(name, subject))"
        }
        return path
    }
}

/// All kinds that a cluster serves, each in its versions, the server's preferred one first.
package struct APICatalog: Sendable {
    private var resources: [GroupKind: [APIResource]] = [:]
    /// Group versions that did not answer, such as an aggregated API whose server is down. Their kinds are unknown for now.
    package var unavailable: [String] = []

    package init() {}

    package var kinds: [GroupKind] { resources.keys.sorted { ($0.kind, $0.group) < ($1.kind, $1.group) } }

    /// Later versions of a kind come after the ones that are there.
    mutating func add(_ resource: APIResource) {
        guard resources[resource.groupKind]?.contains(where: { $0.version == resource.version }) != true else { return }
        resources[resource.groupKind, default: []].append(resource)
    }

    /// In that version when it is named and served, else in the preferred one when none is named.
    package func resource(_ kind: GroupKind, version: String? = nil) -> APIResource? {
        guard let versions = resources[kind] else { return nil }
        guard let version else { return versions.first }
        return versions.first { $0.version == version }
    }

    func versions(_ kind: GroupKind) -> [String] { resources[kind]?.map(\.apiVersion) ?? [] }
}
