internal import HTTPTransport
package import Manifests

/// What a cluster says of kinds: whether it serves them, and their schemas.
package struct ClusterSchemas: Sendable {
    package enum Answer: Sendable {
        case schema(Value, in: OpenAPIDocument)
        /// Served, but the cluster publishes no schema for it, or its document could not be read.
        case unpublished
        /// Not served at all; the nearest kind that is.
        case unknownKind(nearest: String?)
        /// Served in these versions only, such as `autoscaling/v2`.
        case unknownVersion(served: [String])
    }

    private let catalog: APICatalog
    private let documents: [String: OpenAPIDocument]

    /// - Parameter documents: by `apiVersion`; one under "" is of all versions.
    init(catalog: APICatalog, documents: [String: OpenAPIDocument]) {
        self.catalog = catalog
        self.documents = documents
    }

    package func look(up kind: OpenAPIDocument.Kind) -> Answer {
        let groupKind = GroupKind(group: kind.group, kind: kind.kind)
        guard let resource = catalog.resource(groupKind, version: kind.version) else {
            let served = catalog.versions(groupKind)
            return served.isEmpty ? .unknownKind(nearest: nearest(groupKind)) : .unknownVersion(served: served)
        }
        guard let document = documents[resource.apiVersion] ?? documents[""], let schema = document.schema(of: kind) else {
            return .unpublished
        }
        return .schema(schema, in: document)
    }

    /// API groups that do not answer now: their kinds are unknown, and not wrong.
    package func isUnavailable(group: String, version: String) -> Bool { catalog.unavailable.contains("\(group)/\(version)") }

    /// The right kind of another group is nearer than a similar name.
    private func nearest(_ kind: GroupKind) -> String? {
        let same = catalog.kinds.filter { $0.kind == kind.kind }.flatMap(catalog.versions)
        if let first = same.first { return "\(kind.kind) of \(first)" }
        let names = catalog.kinds.map(\.kind)
        guard let name = NearestName.suggestion(for: kind.kind, among: names),
            let found = catalog.kinds.first(where: { $0.kind == name }), let version = catalog.versions(found).first
        else { return nil }
        return "\(name) of \(version)"
    }
}

extension KubernetesClient {
    /// The cluster's schemas of these kinds: its OpenAPI 3 documents, one a group version, or the one of OpenAPI 2 where it has no others.
    package func schemas(of kinds: Set<OpenAPIDocument.Kind>) async throws(KubernetesError) -> ClusterSchemas {
        let catalog = try await catalog()
        let served = kinds.compactMap { kind in
            catalog.resource(GroupKind(group: kind.group, kind: kind.kind), version: kind.version)?.apiVersion
        }
        guard let index = try await openAPI("/openapi/v3", "the list of schemas") else {
            guard let document = try await openAPI("/openapi/v2", "the schemas") else {
                return ClusterSchemas(catalog: catalog, documents: [:])
            }
            return ClusterSchemas(catalog: catalog, documents: ["": OpenAPIDocument(document)])
        }
        var documents: [String: OpenAPIDocument] = [:]
        for version in Set(served).sorted() {
            let name = version.contains("/") ? "apis/\(version)" : "api/\(version)"
            guard index["paths"]?[name] != nil, let document = try await openAPI("/openapi/v3/\(name)", "the schemas of \(version)") else {
                continue
            }
            documents[version] = OpenAPIDocument(document)
        }
        return ClusterSchemas(catalog: catalog, documents: documents)
    }

    /// `nil` when the server has no such document.
    private func openAPI(_ path: String, _ what: String) async throws(KubernetesError) -> Value? {
        let subject = CallSubject("read", "\(what) (\(path)) of \(server)")
        var call = APICall(path: path, subject: subject)
        call.maximumResponseBytes = limits.schemaBytes
        let response = try await sender.attempt(call)
        if response.status == 404 { return nil }
        if response.status >= 400 { throw StatusReader.error(response, subject) }
        return try await Answer.value(response, subject)
    }
}
