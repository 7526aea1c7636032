internal import Manifests

/// The OpenAPI documents that kubectl reads: for `explain`, and to know how lists merge and which queries a write takes.
struct OpenAPI: Sendable {
    private let catalog: ResourceCatalog
    private let groupVersions: [(path: String, group: String, version: String)]

    init(catalog: ResourceCatalog, revision: String) {
        self.revision = revision
        self.catalog = catalog
        groupVersions = catalog.groups.flatMap { group in
            group.versions.map { (group.name.isEmpty ? "api/\($0)" : "apis/\(group.name)/\($0)", group.name, $0) }
        }
    }

    func answer(_ request: APIRequest) throws(APIError) -> APIResponse? {
        let segments = request.segments
        guard segments.count >= 2 else { return nil }
        if segments[1] == "v2", segments.count == 2 {
            let protobuf = "application/com.github.proto-openapi.spec.v2"
            if request.accept.contains(protobuf), !request.accept.contains("application/json") {
                return APIResponse(
                    contentType: "\(protobuf).v1.0+protobuf", body: .bytes(OpenAPIProtobuf.encode(version2)))
            }
            return .json(version2)
        }
        guard segments[1] == "v3" else { return nil }
        if segments.count == 2 {
            let paths = groupVersions.map { entry in
                (entry.path, ["serverRelativeURL": .string("/openapi/v3/\(entry.path)?hash=\(revision)")] as Value)
            }
            return .json(["paths": .object(Object(paths))])
        }
        let wanted = segments.dropFirst(2).joined(separator: "/")
        guard let entry = groupVersions.first(where: { $0.path == wanted }) else { return nil }
        if request.accept.contains("protobuf"), !request.accept.contains("json"), !request.accept.contains("*/*") {
            throw APIError(.notAcceptable, "only the following media types are accepted: application/json")
        }
        return .json(version3(entry.group, entry.version))
    }

    /// Changes with the documents, so that clients know when to read them again.
    private let revision: String

    // MARK: Documents

    private func version3(_ group: String, _ version: String) -> Value {
        let resources = catalog.resources(group: group, version: version)
        var writer = OpenAPIWriter(reference: "#/components/schemas/", isVersion3: true)
        var paths = Object()
        for served in resources { writer.add(served.type, to: &paths) }
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": Discovery.version["gitVersion"] ?? ""], "paths": .object(paths),
            "components": ["schemas": .object(writer.finish())],
        ]
    }

    private var version2: Value {
        var writer = OpenAPIWriter(reference: "#/definitions/", isVersion3: false)
        var paths = Object()
        for served in catalog.resources { writer.add(served.type, to: &paths) }
        return [
            "swagger": "2.0", "info": ["title": "Kubernetes", "version": Discovery.version["gitVersion"] ?? ""], "paths": .object(paths),
            "definitions": .object(writer.finish()),
        ]
    }
}
