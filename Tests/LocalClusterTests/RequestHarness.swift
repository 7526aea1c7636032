import Logging
import Manifests

@testable import LocalCluster

/// The API below HTTP: requests of the administrator against a store with the API's own admission.
struct RequestHarness {
    let store = ObjectStore(admission: ClusterAdmission(), tracker: UpdateTracker())

    init() throws(APIError) { try store.create(.namespaces, ["metadata": ["name": "shop"]]) }

    func send(
        _ method: APIRequest.Method, _ path: String, query: [String: String] = [:], _ body: Value? = nil,
        contentType: String = "application/json", headers: [(name: String, value: String)] = []
    ) async -> APIResponse {
        let request = APIRequest(
            method: method, segments: path.split(separator: "/").map(String.init), rawPath: path, rawQuery: "", query: query,
            accept: "application/json", contentType: contentType, userAgent: "test/1", headers: headers,
            body: body.map { JSON.bytes($0) } ?? [], user: ClientIdentity(name: "admin", groups: [RoleAuthorizer.masters]))
        return await APIHandler(store: store, node: nil, logger: Logger(label: "test")).handle(request)
    }

    func apply(_ path: String, _ manager: String, _ body: Value) async -> APIResponse {
        await send(.patch, path, query: ["fieldManager": manager], body, contentType: "application/apply-patch+yaml")
    }
}

extension APIResponse {
    /// The answer, read.
    var value: Value {
        get throws {
            guard case .bytes(let bytes) = body else { return .null }
            return try JSON.parse(bytes)
        }
    }
}
