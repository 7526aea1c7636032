import HTTPTransport
import Manifests
import Testing

@testable import Kubernetes

/// Which refusals are a Release's fault, and what is read out of them.
@Suite struct RefusalTests {
    static let subject = CallSubject("apply", Fixture.id("ConfigMap", "settings"))

    static func error(_ code: Int, reason: String, causes: [Value]) -> KubernetesError {
        let status: Value = [
            "kind": "Status", "code": .integer(Int64(code)), "reason": .string(reason), "message": "no",
            "details": ["causes": .array(causes)],
        ]
        return StatusReader.error(HTTPResponse(status: code, body: JSON.bytes(status)), subject)
    }

    /// A webhook chooses the code of its no. Of a Secret it may repeat the values.
    @Test(arguments: [400, 403, 409, 422, 429, 500, 503])
    func theNoOfAWebhookIsAProofWhateverItsCode(_ code: Int) {
        let message = "admission webhook \"w.example.com\" denied the request: no value pa55w0rd here"
        let status: Value = ["kind": "Status", "code": .integer(Int64(code)), "message": .string(message)]
        let response = HTTPResponse(status: code, body: JSON.bytes(status))
        let error = StatusReader.error(response, Self.subject)
        #expect(error.code == .refused && !error.isTransient)
        #expect(error.message.hasSuffix(message))
        let secret = StatusReader.error(response, CallSubject("apply", Fixture.id("Secret", "keys")))
        #expect(secret.code == .refused && !secret.isTransient)
        #expect(secret.message.contains("w.example.com\" denied the request; its words are withheld"), "\(secret.message)")
        #expect(!secret.message.contains("pa55w0rd"))
    }

    @Test func aWebhookThatCannotBeAskedIsTriedAgain() {
        let message = "Internal error occurred: failed calling webhook \"w.example.com\": failed to call webhook: Post \"https://a\""
        let status: Value = ["kind": "Status", "code": 500, "reason": "InternalError", "message": .string(message)]
        let error = StatusReader.error(HTTPResponse(status: 500, body: JSON.bytes(status)), Self.subject)
        #expect(error.code == .serverError(status: 500) && error.isTransient)
    }

    @Test func aNamespaceThatGoesIsWaitedFor() {
        let cause: Value = ["reason": "NamespaceTerminating", "field": "metadata.namespace", "message": "is being terminated"]
        #expect(Self.error(403, reason: "Forbidden", causes: [cause]).isTransient)
        #expect(!Self.error(403, reason: "Forbidden", causes: []).isTransient)
    }

    @Test func aPlanInANamespaceThatGoesSaysSo() async throws {
        let server = Fixture.server()
        var namespace = try #require(server.object(Fixture.root))
        namespace["metadata", "deletionTimestamp"] = "2026-11-22T00:00:00Z"
        server.put(Fixture.root, namespace)
        let error = await #expect(throws: KubernetesError.self) { try await Fixture.applier(server).plan([Fixture.configMap("a")]) }
        #expect(error?.isTransient == true && error?.message.contains("is being deleted") == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        (["data[key]"], ["data"]), (["data", "immutable"], ["data", "immutable"]), (["metadata.labels"], nil),
        (["data", "metadata.labels"], nil), ([], nil),
    ])
    func onlyTheContentOfAnImmutableConfigMapIsFixed(_ fields: [String], _ fixed: [String]?) {
        var live = Fixture.configMap("settings")
        live["immutable"] = true
        let causes = fields.map { ["reason": "FieldValueInvalid", "field": .string($0), "message": "no"] as Value }
        #expect(ImmutableFields.named(in: Self.error(422, reason: "Invalid", causes: causes), live: live) == fixed)
    }

    @Test func theTypeOfASecretIsFixed() {
        let causes: [Value] = [["reason": "FieldValueInvalid", "field": "type", "message": "blanked"]]
        let error = Self.error(422, reason: "Invalid", causes: causes)
        #expect(ImmutableFields.named(in: error, live: Fixture.secret) == ["type"])
        #expect(ImmutableFields.named(in: error, live: Fixture.configMap("settings")) == nil)
    }

    @Test func aGroupThatDoesNotAnswerIsNotTakenForAbsent() throws {
        var catalog = APICatalog()
        let answer: Value = [
            "kind": "APIGroupDiscoveryList",
            "items": [
                ["metadata": ["name": "metrics.k8s.io"], "versions": [["version": "v1beta1", "freshness": "Stale", "resources": []]]]
            ],
        ]
        DiscoveryReader.readAggregated(answer, into: &catalog)
        #expect(catalog.unavailable == ["metrics.k8s.io/v1beta1"])
    }
}
