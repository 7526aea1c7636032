import Manifests
import TestSupport
import Testing

@testable import Kubernetes

@Suite struct SharedPartsTests {
    private static func deployment(_ number: Int, image: String = "registry.example.com/application:1.0", hash: String? = nil) -> Value {
        var labels: Value = ["app": "application"]
        labels["pod-template-hash"] = hash.map(Value.string)
        return [
            "apiVersion": "apps/v1", "kind": hash == nil ? "Deployment" : "ReplicaSet",
            "metadata": [
                "name": .string("application-number-\(number)"), "namespace": "production",
                "uid": .string("uid-of-number-\(number)-and-more"),
                "labels": ["app.kubernetes.io/managed-by": "slipway"], "creationTimestamp": "2026-11-26T10:00:00Z",
            ],
            "spec": [
                "replicas": 2,
                "template": ["metadata": ["labels": labels], "spec": ["containers": [["name": "main", "image": .string(image)]]]],
            ],
            "status": ["conditions": [["type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"]]],
        ]
    }

    @Test func `what is shared is the same value`() {
        var parts = SharedParts()
        for number in 1...100 {
            let object = Self.deployment(number)
            let shared = parts.shared(object)
            #expect(shared == object)
        }
        var random = RandomValue(seed: 7)
        for _ in 1...200 {
            let value = random.value()
            let shared = parts.shared(value)
            #expect(shared == value)
        }
    }

    @Test func `more different texts than are kept once are kept all the same`() {
        var parts = SharedParts()
        for number in 1...(EnvironmentLimits.sharedParts * 2) {
            let value: Value = .object(["a-long-name-of-a-field-\(number)": .string("a long text with the number \(number)")])
            let shared = parts.shared(value)
            #expect(shared == value)
        }
    }

    @Test func `templates are told apart by what they say, and by nothing that the cluster adds`() {
        let one = WatchedObject(Self.deployment(1)).object["spec", "template"]
        #expect(one?.integer != nil)
        #expect(one == WatchedObject(Self.deployment(2, hash: "abc")).object["spec", "template"])
        #expect(one != WatchedObject(Self.deployment(1, image: "registry.example.com/application:2.0")).object["spec", "template"])
    }
}
