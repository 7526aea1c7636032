import HTTPTransport
import Kubernetes
import Manifests
import Testing

@Suite struct ClusterSchemasTests {
    private static let deployment = OpenAPIDocument.Kind(group: "apps", version: "v1", kind: "Deployment")

    private static func problems(_ object: Value, _ schemas: ClusterSchemas, _ kind: OpenAPIDocument.Kind) -> [String] {
        guard case .schema(let schema, let document) = schemas.look(up: kind) else { return ["no schema"] }
        return ObjectValidator(document: document).problems(in: object, schema: schema).map { "\($0.path.text): \($0.message)" }
    }

    @Test func theDocumentsOfALocalCluster() async throws {
        try await TestCluster.run { cluster in
            let service = OpenAPIDocument.Kind(group: "", version: "v1", kind: "Service")
            let unknown = OpenAPIDocument.Kind(group: "apps", version: "v1", kind: "Deploymnt")
            let old = OpenAPIDocument.Kind(group: "apps", version: "v1beta1", kind: "Deployment")
            let schemas = try await cluster.client.schemas(of: [Self.deployment, service, unknown, old])
            var web = TestCluster.web("true")
            #expect(Self.problems(web, schemas, Self.deployment) == [])
            web["spec", "replicas"] = "2"
            web["spec", "template", "spec", "contaners"] = []
            #expect(
                Self.problems(web, schemas, Self.deployment) == [
                    "spec.replicas: must be a whole number, not a string",
                    "spec.template.spec.contaners: is no field of this kind",
                ])
            let ports: Value = [
                "apiVersion": "v1", "kind": "Service",
                "spec": ["ports": [["port": 80, "targetPort": "http"], ["port": 81, "targetPort": 81]]],
            ]
            #expect(Self.problems(ports, schemas, service) == [])
            guard case .unknownKind("Deployment of apps/v1") = schemas.look(up: unknown) else { return #expect(Bool(false), "known") }
            guard case .unknownVersion(["apps/v1"]) = schemas.look(up: old) else { return #expect(Bool(false), "served") }
        }
    }

    /// Before OpenAPI 3 was served, and where a proxy hides it.
    @Test func theSecondVersionIsAskedForWhenThereIsNoThird() async throws {
        let client = KubernetesClient(
            access: ClusterAccess(server: "https://cluster.example", origin: "a test"),
            environment: ClientEnvironment(
                send: { request throws(HTTPError) in Self.answer(request) },
                stream: { _ throws(HTTPError) in throw HTTPError(code: .cancelled, message: "no streams here") }))
        let schemas = try await client.schemas(of: [Self.deployment])
        #expect(
            Self.problems(["spec": ["replicas": "x"]], schemas, Self.deployment) == ["spec.replicas: must be a whole number, not a string"])
    }

    private static func answer(_ request: HTTPRequest) -> HTTPResponse {
        let documents: [String: Value] = [
            "/api": ["kind": "APIVersions", "versions": []],
            "/apis": [
                "kind": "APIGroupList",
                "groups": [["name": "apps", "versions": [["groupVersion": "apps/v1", "version": "v1"]]]],
            ],
            "/apis/apps/v1": [
                "kind": "APIResourceList", "groupVersion": "apps/v1",
                "resources": [["name": "deployments", "kind": "Deployment", "namespaced": true, "verbs": ["get"]]],
            ],
            "/openapi/v2": [
                "swagger": "2.0",
                "definitions": [
                    "D": [
                        "type": "object", "properties": ["spec": ["type": "object", "properties": ["replicas": ["type": "integer"]]]],
                        "x-kubernetes-group-version-kind": [["group": "apps", "version": "v1", "kind": "Deployment"]],
                    ]
                ],
            ],
        ]
        let path = String(request.url.dropFirst("https://cluster.example".count))
        guard let document = documents[path] else { return HTTPResponse(status: 404, headers: [:], body: []) }
        return HTTPResponse(status: 200, headers: [:], body: JSON.bytes(document))
    }
}
