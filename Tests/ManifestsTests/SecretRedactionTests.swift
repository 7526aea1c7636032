import Manifests
import Testing

@Suite("Redaction of Secrets")
struct SecretRedactionTests {
    private let secret: Value = [
        "apiVersion": "v1", "kind": "Secret",
        "metadata": [
            "name": "s",
            "annotations": [
                "kubectl.kubernetes.io/last-applied-configuration": #"{"kind":"Secret","data":{"p":"hunter2"}}"#, "other": "kept",
            ],
        ],
        "data": ["password": "aHVudGVyMg==", "user": "YWRtaW4="], "stringData": ["token": "hunter2"], "type": "Opaque",
    ]

    private func text(_ value: Value) -> String { JSON.string(value) }

    @Test func valuesAreGoneAndKeysStay() {
        let redacted = SecretRedaction.redacted(secret)
        #expect(redacted["data"] == ["password": "(redacted)", "user": "(redacted)"])
        #expect(redacted["stringData", "token"] == "(redacted)")
        #expect(redacted["metadata", "annotations", "other"] == "kept")
        #expect(redacted["type"] == "Opaque")
        #expect(!text(redacted).contains("hunter2") && !text(redacted).contains("aHVudGVyMg"))
    }

    @Test func marksShowThatValuesDiffer() {
        var other = secret
        other["data", "password"] = "b3RoZXI="
        let key: [UInt8] = [1, 2, 3]
        let (left, right) = (SecretRedaction.redacted(secret, key: key), SecretRedaction.redacted(other, key: key))
        #expect(SemanticDiff.changes(from: left, to: right).map(\.path.text) == ["data.password"])
        #expect(SecretRedaction.redacted(secret, key: [4]) != left)
        #expect(!text(left).contains("aHVudGVyMg"))
    }

    @Test func otherObjectsStayAsTheyAre() {
        let map: Value = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["annotations": ["kubectl.kubernetes.io/last-applied-configuration": "{}"]], "data": ["a": "b"],
        ]
        #expect(SecretRedaction.redacted(map) == map)
    }

    @Test func listsAndBrokenSecretsToo() {
        let list: Value = ["apiVersion": "v1", "kind": "SecretList", "items": [["metadata": ["name": "x"], "data": ["p": "hunter2"]]]]
        #expect(!text(SecretRedaction.redacted(list)).contains("hunter2"))
        #expect(!text(SecretRedaction.redacted(["apiVersion": "v1", "kind": "List", "items": [secret]])).contains("hunter2"))
        #expect(!text(SecretRedaction.redacted(["apiVersion": "v1", "kind": "Secret", "data": "hunter2"])).contains("hunter2"))
        let copy: Value = [
            "kind": "List", "apiVersion": "v1",
            "metadata": ["annotations": ["kubectl.kubernetes.io/last-applied-configuration": "hunter2 {"]],
        ]
        #expect(!text(SecretRedaction.redacted(copy)).contains("hunter2"))
    }
}
