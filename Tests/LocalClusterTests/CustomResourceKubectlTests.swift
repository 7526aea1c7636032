import Manifests
import Testing

@testable import LocalCluster

/// The real kubectl with custom resources.
@Suite(.serialized) struct CustomResourceKubectlTests {
    private static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: crontabs.stable.example.com}
        spec:
          group: stable.example.com
          scope: Namespaced
          names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                description: A table of jobs.
                properties:
                  spec:
                    type: object
                    required: [cronSpec]
                    properties:
                      cronSpec: {type: string, description: When it runs., pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'}
                      image: {type: string, default: "busybox"}
                      replicas: {type: integer, minimum: 1, maximum: 10}
                  status:
                    type: object
                    properties:
                      replicas: {type: integer}
                      labelSelector: {type: string}
                      conditions:
                        type: array
                        items: {type: object, properties: {type: {type: string}, status: {type: string}}}
            subresources:
              status: {}
              scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.labelSelector}
            additionalPrinterColumns:
            - {name: Spec, type: string, jsonPath: .spec.cronSpec}
            - {name: Replicas, type: integer, jsonPath: .spec.replicas}
            - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
          - name: v1beta1
            served: true
            storage: false
            deprecated: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """

    private static let object = """
        apiVersion: stable.example.com/v1
        kind: CronTab
        metadata: {name: one}
        spec: {cronSpec: "* * * * */5", replicas: 3}
        """

    private func defined(_ body: (KubectlCluster) async throws -> Void) async throws {
        try await KubectlCluster.run { cluster in
            try await cluster.kubectl("apply", "-f", "-", input: Self.definition)
            try await cluster.kubectl("wait", "--for=condition=established", "crd/crontabs.stable.example.com", "--timeout=20s")
            try await body(cluster)
        }
    }

    @Test func objectsAreAppliedShownAndWaitedFor() async throws {
        try await defined { cluster in
            #expect(try await cluster.kubectl("apply", "-f", "-", input: Self.object).output == "crontab.stable.example.com/one created\n")
            #expect(
                try await cluster.kubectl("apply", "-f", "-", input: Self.object).output == "crontab.stable.example.com/one unchanged\n")
            let table = try await cluster.kubectl("get", "ct").output.split(separator: "\n")
            #expect(table.first?.split(separator: " ").map(String.init) == ["NAME", "SPEC", "REPLICAS", "AGE"])
            #expect(table.last?.contains("* * * * */5") == true && table.last?.contains(" 3 ") == true, "\(table)")
            #expect(try await cluster.kubectl("get", "crontab", "one", "-o", "jsonpath={.spec.image}").output == "busybox")
            #expect(try await cluster.kubectl("get", "all").output.contains("crontab.stable.example.com/one"))
            #expect(try await cluster.kubectl("explain", "crontab.spec.cronSpec").output.contains("When it runs."))
            #expect(try await cluster.kubectl("describe", "crontab", "one").output.contains("Cron Spec:"))
            try await cluster.kubectl("scale", "crontab", "one", "--replicas=5")
            #expect(
                try await cluster.kubectl("get", "crontab", "one", "-o", "jsonpath={.spec.replicas} {.metadata.generation}").output == "5 2"
            )
            try await cluster.kubectl(
                "patch", "crontab", "one", "--subresource=status", "--type=merge", "-p",
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}")
            try await cluster.kubectl("wait", "crontab/one", "--for=condition=Ready", "--timeout=20s")
            #expect(try await cluster.kubectl("api-resources", "--api-group=stable.example.com").output.contains("ct"))
            let old = try await cluster.kubectl("get", "crontabs.v1beta1.stable.example.com", "one", "-o", "jsonpath={.apiVersion}")
            #expect(old.output == "stable.example.com/v1beta1")
            #expect(old.error.contains("Warning: stable.example.com/v1beta1 CronTab is deprecated"), "\(old.error)")
        }
    }

    @Test func badObjectsAreRefused() async throws {
        try await defined { cluster in
            let bad = Self.object.replacing("\"* * * * */5\", replicas: 3", with: "\"* *\", replicas: 11")
            let refused = try await cluster.kubectl("apply", "-f", "-", input: bad, succeeds: false).error
            #expect(refused.contains("spec.replicas in body should be less than or equal to 10"), "\(refused)")
            #expect(refused.contains("spec.cronSpec in body should match"), "\(refused)")
            let unknown = Self.object.replacing("replicas: 3", with: "extra: 3")
            let strict = try await cluster.kubectl("create", "-f", "-", input: unknown, succeeds: false).error
            #expect(strict.contains("strict decoding error: unknown field \"spec.extra\""), "\(strict)")
            let missing = try await cluster.kubectl(
                "create", "-f", "-", input: Self.object.replacing("kind: CronTab", with: "kind: Other"), succeeds: false)
            #expect(missing.error.contains("no matches for kind \"Other\" in version \"stable.example.com/v1\""), "\(missing.error)")
        }
    }

    @Test func serverSideApplyOwnsFields() async throws {
        try await defined { cluster in
            try await cluster.kubectl("apply", "--server-side", "--field-manager=one", "-f", "-", input: Self.object)
            let other = Self.object.replacing("replicas: 3", with: "replicas: 4")
            let refused = try await cluster.kubectl(
                "apply", "--server-side", "--field-manager=two", "-f", "-", input: other, succeeds: false
            ).error
            #expect(refused.contains("Apply failed with 1 conflict: conflict with \"one\": .spec.replicas"), "\(refused)")
        }
    }

    @Test func theObjectsGoBeforeTheirDefinition() async throws {
        try await defined { cluster in
            let held = Self.object.replacing("{name: one}", with: "{name: one, finalizers: [example.com/hold]}")
            try await cluster.kubectl("apply", "-f", "-", input: held)
            try await cluster.kubectl("delete", "crd", "crontabs.stable.example.com", "--wait=false")
            try await cluster.kubectl("wait", "crd/crontabs.stable.example.com", "--for=condition=Terminating", "--timeout=20s")
            let late = try await cluster.kubectl("create", "-f", "-", input: Self.object.replacing("one", with: "two"), succeeds: false)
            #expect(late.error.contains("create not allowed while custom resource definition is terminating"), "\(late.error)")
            try await cluster.kubectl("patch", "crontab", "one", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}")
            try await cluster.kubectl("wait", "crd/crontabs.stable.example.com", "--for=delete", "--timeout=20s")
            // kubectl still remembers the resource, and is told.
            let gone = try await cluster.kubectl("get", "crontabs", succeeds: false).error
            #expect(gone.contains("the server could not find the requested resource"), "\(gone)")
        }
    }

    @Test func namesOfOthersAreNotAccepted() async throws {
        try await defined { cluster in
            let second = Self.definition.replacing("crontabs", with: "others").replacing("singular: crontab", with: "singular: other")
            try await cluster.kubectl("apply", "-f", "-", input: second)
            try await cluster.kubectl("wait", "crd/others.stable.example.com", "--for=condition=NamesAccepted=false", "--timeout=20s")
            let reason = "jsonpath={.status.conditions[?(@.type==\"NamesAccepted\")].message}"
            #expect(try await cluster.kubectl("get", "crd", "others.stable.example.com", "-o", reason).output == "\"ct\" is already in use")
        }
    }

    @Test func watchesEndWithTheDefinition() async throws {
        try await defined { cluster in
            let definition = try #require(cluster.cluster.store.get(.customResourceDefinitions, name: "crontabs.stable.example.com"))
            let events = try cluster.cluster.store.watch(try #require(ResourceType.custom(definition)))
            try await cluster.kubectl("delete", "crd", "crontabs.stable.example.com")
            for await _ in events {}  // ends when the server ends it
        }
    }
}
