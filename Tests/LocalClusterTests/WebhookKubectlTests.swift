import Manifests
import Testing
import WebhookSupport

@testable import LocalCluster

/// Admission webhooks that are really called, with the real kubectl.
@Suite(.serialized) struct WebhookKubectlTests {
    private static func map(_ name: String, _ value: String, labels: String = "{}") -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: \(name), labels: \(labels)}
        data: {a: "\(value)"}
        """
    }

    @Test func aRefusalIsTheWebhooks() async throws {
        try await WebhookServer.run { request in
            request["object"]?["data"]?["a"] == "bad"
                ? ["allowed": false, "status": ["message": "no bad values"]] : ["allowed": true, "warnings": ["seen"]]
        } _: { hook in
            try await KubectlCluster.run { cluster in
                try await cluster.kubectl("apply", "-f", "-", input: hook.configuration())
                let made = try await cluster.kubectl("apply", "-f", "-", input: Self.map("one", "good"))
                #expect(made.output == "configmap/one created\n" && made.error.contains("Warning: seen"), "\(made.error)")
                for arguments in [["apply"], ["apply", "--server-side", "--force-conflicts"], ["replace"]] {
                    let refused = try await cluster.kubectl(
                        list: arguments + ["-f", "-"], input: Self.map("one", "bad"), succeeds: false)
                    #expect(
                        refused.error.contains("admission webhook \"maps.check.example.com\" denied the request: no bad values"),
                        "\(arguments): \(refused.error)")
                }
                #expect(try await cluster.kubectl("get", "cm", "one", "-o", "jsonpath={.data.a}").output == "good")
                let dry = try await cluster.kubectl(
                    "create", "--dry-run=server", "-f", "-", input: Self.map("two", "bad"), succeeds: false
                ).error
                #expect(dry.contains("denied the request"), "\(dry)")
                #expect(hook.asked.last?["dryRun"] == true)
                try await cluster.kubectl("create", "-f", "-", input: Self.map("free", "bad", labels: "{skip: x}"))
                try await cluster.kubectl("delete", "cm", "one")
                let last = try #require(hook.asked.last)
                #expect(last["operation"] == "DELETE" && last["oldObject"]?["data"]?["a"] == "good" && last["object"] == .null)
                #expect(last["userInfo"]?["username"] == "kubernetes-admin")
            }
        }
    }

    @Test func whatCannotBeAskedFailsOrIsIgnored() async throws {
        try await WebhookServer.run { _ in
            ["allowed": true]
        } _: { hook in
            try await KubectlCluster.run { cluster in
                // Nobody listens on port 1.
                let dead = hook.configuration().replacing(hook.url, with: "https://127.0.0.1:1/check")
                try await cluster.kubectl("apply", "-f", "-", input: dead)
                let failed = try await cluster.kubectl("create", "-f", "-", input: Self.map("one", "x"), succeeds: false).error
                #expect(
                    failed.contains(
                        "Internal error occurred: failed calling webhook \"maps.check.example.com\": failed to call webhook: Post "
                            + "\"https://127.0.0.1:1/check?timeout=10s\""), "\(failed)")
                let ignored = hook.configuration(extra: "failurePolicy: Ignore").replacing(hook.url, with: "https://127.0.0.1:1/check")
                try await cluster.kubectl("apply", "-f", "-", input: ignored)
                try await cluster.kubectl("create", "-f", "-", input: Self.map("one", "x"))
                let bad = try await cluster.kubectl(
                    "apply", "-f", "-", input: hook.configuration().replacing("sideEffects: None", with: "sideEffects: Some"),
                    succeeds: false
                ).error
                #expect(bad.contains("webhooks[0].sideEffects: Unsupported value: \"Some\""), "\(bad)")
            }
        }
    }

    @Test func aMutatingWebhookChangesTheObject() async throws {
        let patch = Base64.encode(Array(#"[{"op":"add","path":"/data/added","value":"1"}]"#.utf8))
        try await WebhookServer.run { _ in
            ["allowed": true, "patchType": "JSONPatch", "patch": .string(patch)]
        } _: { hook in
            try await KubectlCluster.run { cluster in
                try await cluster.kubectl("apply", "-f", "-", input: hook.configuration(mutating: true).replacing(", DELETE", with: ""))
                try await cluster.kubectl("create", "-f", "-", input: Self.map("one", "x"))
                #expect(try await cluster.kubectl("get", "cm", "one", "-o", "jsonpath={.data}").output == #"{"a":"x","added":"1"}"#)
                try await cluster.kubectl("patch", "cm", "one", "--type=merge", "-p", #"{"data":{"added":"2","b":"y"}}"#)
                #expect(try await cluster.kubectl("get", "cm", "one", "-o", "jsonpath={.data.added}{.data.b}").output == "1y")
            }
        }
    }
}
