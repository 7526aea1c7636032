import Delivery
import Manifests
import Testing
import Verification

@Suite struct JobManifestTests {
    private let facts = ReleaseFacts(
        environment: "staging", namespace: "nova", release: 12, revision: "abc", bundle: "d1", since: Timestamp(milliseconds: 0))
    private let job: Value = [
        "apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": "check", "labels": ["app": "web"]],
        "spec": [
            "template": ["spec": ["containers": [["name": "a", "image": "x", "env": [["name": "SLIPWAY_RELEASE", "value": "mine"]]]]]]
        ],
    ]

    private func prepared(_ documents: [Value]) throws(VerificationError) -> Value {
        try JobManifest.prepared(documents, path: "tests/job.yaml", timeout: .seconds(90), facts: facts)
    }

    @Test func itIsMadeTheReleasesOwn() throws {
        let made = try prepared([job])
        #expect(made.name == "check-r12" && made.namespace == "nova")
        #expect(made.labels?["app"] == "web" && made.labels?["slipway.dev/verification"] == "staging")
        #expect(made.labels?["slipway.dev/release"] == "12")
        #expect(made["spec", "template", "metadata", "labels", "slipway.dev/release"] == "12")
        #expect(made["spec", "backoffLimit"] == 0 && made["spec", "activeDeadlineSeconds"] == 90)
        #expect(made["spec", "template", "spec", "restartPolicy"] == "Never")
        let variables = made["spec", "template", "spec", "containers"]?.array?.first?["env"]?.array ?? []
        #expect(variables.count == 6 && variables[0]["value"] == "mine")
        #expect(variables.contains(["name": "SLIPWAY_ENVIRONMENT", "value": "staging"]))
    }

    @Test func whatItSaysItselfStays() throws {
        var own = job
        own.set(["spec", "backoffLimit"], to: 2)
        own.set(["spec", "activeDeadlineSeconds"], to: 5)
        own.set(["spec", "template", "spec", "restartPolicy"], to: "OnFailure")
        own.set(["metadata", "namespace"], to: "nova")
        let made = try prepared([own, .null])
        #expect(made["spec", "backoffLimit"] == 2 && made["spec", "activeDeadlineSeconds"] == 5)
        #expect(made["spec", "template", "spec", "restartPolicy"] == "OnFailure")
    }

    @Test func theNameStaysALabel() {
        let name = JobManifest.name(String(repeating: "a", count: 80), release: 1_234_567)
        #expect(name.count == 63 && name.hasSuffix("a-r1234567"))
    }

    @Test func whatIsNoTestIsRefused() {
        var elsewhere = job
        elsewhere.set(["metadata", "namespace"], to: "kube-system")
        var nameless = job
        nameless.set(["metadata", "name"], to: nil)
        var empty = job
        empty.set(["spec", "template", "spec", "containers"], to: [])
        for (documents, words) in [
            ([], "has 0 documents"), ([job, job], "has 2 documents"), ([["apiVersion": "v1", "kind": "Pod"]], "is a v1 Pod, and must be"),
            ([elsewhere], "names the namespace kube-system; a test of staging runs in its own, nova"), ([nameless], "no metadata.name"),
            ([empty], "has no containers"),
        ] as [([Value], String)] {
            let error = #expect(throws: VerificationError.self) { try prepared(documents) }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }
}
