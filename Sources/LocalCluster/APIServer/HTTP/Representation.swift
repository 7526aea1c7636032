internal import Manifests

/// The forms in which objects are given: as they are, as rows of a table, or their metadata alone.
struct Representation: Sendable {
    private enum Form { case plain, table, metadata }

    private let form: Form
    private let tableVersion: String
    private let includesObject: String
    private let resource: ServedResource

    init(_ request: APIRequest, _ resource: ServedResource) {
        self.resource = resource
        includesObject = request.query["includeObject"] ?? "Metadata"
        guard let (name, _, version) = AcceptedMedia(request.accept).representation() else {
            form = .plain
            tableVersion = "v1"
            return
        }
        tableVersion = version.isEmpty ? "v1" : version
        switch name {
        case "Table": form = .table
        case "PartialObjectMetadata", "PartialObjectMetadataList": form = .metadata
        default: form = .plain
        }
    }

    func object(_ object: Value, status: Int, now: Timestamp) throws(APIError) -> APIResponse {
        .json(value(of: object, now: now), status: status)
    }

    /// One object as it stands in an answer or a watch event.
    func value(of object: Value, now: Timestamp, withColumns: Bool = true) -> Value {
        let served = resource.served(object)
        switch form {
        case .plain: return served
        case .metadata: return Self.metadataOnly(served)
        case .table:
            return table([object], ["resourceVersion": .string(object.resourceVersion ?? "")], now, withColumns: withColumns)
        }
    }

    func list(_ items: [Value], _ metadata: Value, now: Timestamp) throws(APIError) -> APIResponse {
        switch form {
        case .plain:
            return .json([
                "kind": .string(resource.type.listKind), "apiVersion": .string(resource.type.apiVersion), "metadata": metadata,
                "items": .array(items.map { resource.served($0) }),
            ])
        case .metadata:
            return .json([
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
                "items": .array(items.map { Self.metadataOnly($0) }),
            ])
        case .table:
            return .json(table(items, metadata, now))
        }
    }

    private func table(_ items: [Value], _ metadata: Value, _ now: Timestamp, withColumns: Bool = true) -> Value {
        let layout = TableLayout.of(resource.storage)
        let rows = items.map { item -> Value in
            var row: Object = ["cells": .array(layout.cells(item, now))]
            switch includesObject {
            case "None": break
            case "Object": row["object"] = resource.served(item)
            default: row["object"] = Self.metadataOnly(resource.served(item))
            }
            return .object(row)
        }
        return [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(tableVersion)"), "metadata": metadata,
            "columnDefinitions": withColumns ? .array(layout.columns.map(\.definition)) : .null, "rows": .array(rows),
        ]
    }

    private static func metadataOnly(_ object: Value) -> Value {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? [:]]
    }
}
