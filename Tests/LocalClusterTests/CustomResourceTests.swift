import Manifests
import TestSupport
import Testing

@testable import LocalCluster

/// Schemas and objects of custom resources, without HTTP.
struct CustomResourceTests {
    static func definition(_ schema: Value, version: Value = [:]) -> Value {
        var entry: Value = ["name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema]]
        for (key, value) in version.object ?? [:] { entry[key] = value }
        return [
            "metadata": ["name": "crons.example.com"],
            "spec": [
                "group": "example.com", "scope": "Namespaced", "names": ["plural": "crons", "kind": "Cron"], "versions": [entry],
            ],
        ]
    }

    private func store() throws -> ObjectStore {
        let store = ObjectStore(admission: ClusterAdmission(), tracker: UpdateTracker())
        try store.create(.namespaces, ["metadata": ["name": "shop"]])
        return store
    }

    private static let schema: Value = [
        "type": "object",
        "properties": [
            "spec": [
                "type": "object", "required": ["schedule"],
                "properties": [
                    "schedule": ["type": "string", "pattern": "^\\S+ \\S+$", "maxLength": 20],
                    "replicas": ["type": "integer", "minimum": 1, "maximum": 10, "default": 2],
                    "mode": ["type": "string", "enum": ["Fast", "Slow"]], "port": ["x-kubernetes-int-or-string": true],
                    "tags": ["type": "array", "x-kubernetes-list-type": "set", "items": ["type": "string"]],
                    "steps": [
                        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                        "items": [
                            "type": "object", "required": ["name"],
                            "properties": ["name": ["type": "string"], "seconds": ["type": "integer", "default": 5]],
                        ],
                    ],
                    "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                ],
            ],
            "status": ["type": "object", "properties": ["last": ["type": "string", "nullable": true]]],
        ],
    ]

    private func cron(_ spec: Value) -> Value { ["metadata": ["name": "c", "namespace": "shop"], "spec": spec] }

    @Test func objectsAreDefaultedAndChecked() throws {
        let store = try store()
        let type = try #require(ResourceType.custom(Self.definition(Self.schema)))
        let made = try store.create(type, cron(["schedule": "* *", "steps": [["name": "a"]], "mode": .null]))
        #expect(made["spec"]?["replicas"] == 2)
        #expect(made["spec"]?["steps"]?[0]?["seconds"] == 5)
        #expect(made["spec"]?.object?.keys.contains("mode") == false)
        for (spec, message): (Value, String) in [
            ([:], "spec.schedule: Required value"),
            (["schedule": 5], "spec.schedule: Invalid value: \"integer\": spec.schedule in body must be of type string: \"integer\""),
            (["schedule": "*"], "spec.schedule: Invalid value: \"*\": spec.schedule in body should match '^\\S+ \\S+$'"),
            (
                ["schedule": "* *", "replicas": 0],
                "spec.replicas: Invalid value: 0: spec.replicas in body should be greater than or equal to 1"
            ),
            (["schedule": "* *", "mode": "Other"], "spec.mode: Unsupported value: \"Other\": supported values: \"Fast\", \"Slow\""),
            (["schedule": "* *", "tags": ["a", "a"]], "spec.tags[1]: Duplicate value: \"a\""),
            (["schedule": "* *", "steps": [["name": "a"], ["name": "a"]]], "spec.steps[1]: Duplicate value: {\"name\":\"a\"}"),
            (["schedule": "* *", "steps": [["seconds": 1]]], "spec.steps[0].name: Required value"),
            (
                ["schedule": "* *", "port": true],
                "spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\""
            ),
            (["schedule": "111111111111111 22222222"], "spec.schedule: Too long: may not be more than 20 bytes"),
        ] {
            var object = cron(spec)
            object["metadata", "name"] = "other"
            let error = #expect(throws: APIError.self) { try store.create(type, object) }
            #expect(error?.reason == .invalid)
            #expect(error?.message == "Cron.example.com \"other\" is invalid: \(message)")
        }
    }

    @Test func theNearestAlternativeIsTold() throws {
        let choice: Value = [
            "type": "object", "properties": ["a": ["type": "string"], "b": ["type": "string"], "c": ["type": "string"]],
            "oneOf": [["required": ["a"]], ["required": ["b", "c"]]],
        ]
        let type = try #require(ResourceType.custom(Self.definition(["type": "object", "properties": ["spec": choice]])))
        let store = try store()
        try store.create(type, cron(["a": "x"]))
        for (spec, message): (Value, String) in [
            (
                [:],
                "[spec.a: Required value, spec: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found none valid]"
            ),
            (
                ["a": "x", "b": "x", "c": "x"],
                "spec: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found 2 valid alternatives"
            ),
        ] {
            var object = cron(spec)
            object["metadata", "name"] = "other"
            let error = #expect(throws: APIError.self) { try store.create(type, object) }
            #expect(error?.message == "Cron.example.com \"other\" is invalid: \(message)")
        }
    }

    @Test func groupsOfKubernetesAreProtected() throws {
        var definition = Self.definition(Self.schema)
        definition["metadata", "name"] = "crons.example.k8s.io"
        definition["spec", "group"] = "example.k8s.io"
        let store = try store()
        let error = #expect(throws: APIError.self) { try store.create(.customResourceDefinitions, definition) }
        #expect(error?.message.contains("metadata.annotations[api-approved.kubernetes.io]: Required value") == true)
        definition["metadata", "annotations"] = ["api-approved.kubernetes.io": "unapproved, a test"]
        try store.create(.customResourceDefinitions, definition)
    }

    @Test func unknownFieldsAreTakenOut() throws {
        let type = try #require(ResourceType.custom(Self.definition(Self.schema)))
        let custom = try #require(type.custom)
        var object = cron(["schedule": "* *", "extra": 1, "steps": [["name": "a", "b": 1]], "free": ["x": ["y": 1]]])
        object["metadata", "wrong"] = 1
        let (result, unknown) = try CustomResourceRules.decode(object, custom)
        #expect(unknown == ["spec.extra", "spec.steps[0].b", "metadata.wrong"])
        #expect(result["spec"]?["free"]?["x"]?["y"] == 1)
        #expect(result["spec"]?["extra"] == nil && result["metadata"]?["wrong"] == nil)
    }

    @Test func anUnchangedFaultDoesNotStopAnUpdate() throws {
        let store = try store()
        let loose = try #require(ResourceType.custom(Self.definition(["type": "object", "x-kubernetes-preserve-unknown-fields": true])))
        try store.create(loose, cron(["schedule": "bad"]))
        let strict = try #require(ResourceType.custom(Self.definition(Self.schema)))
        try store.update(strict, namespace: "shop", name: "c") { $0["metadata", "labels"] = ["a": "b"] }
        #expect(throws: APIError.self) { try store.update(strict, namespace: "shop", name: "c") { $0["spec", "replicas"] = 11 } }
    }

    @Test func generationsCountTheSpecification() throws {
        let store = try store()
        let type = try #require(
            ResourceType.custom(Self.definition(Self.schema, version: ["subresources": ["status": [:]]])))
        var object = cron(["schedule": "* *"])
        object["status"] = ["last": "x"]
        let made = try store.create(type, object)
        #expect(made["status"] == nil && made.generation == 1)
        let changed = try store.update(type, namespace: "shop", name: "c") {
            $0["spec", "replicas"] = 3
            $0["status"] = ["last": "x"]
        }
        #expect(changed.generation == 2 && changed["status"] == nil)
        let reported = try store.updateStatus(type, namespace: "shop", name: "c") { $0["status"] = ["last": .null] }
        #expect(reported.generation == 2 && reported["status"]?.object?.keys == ["last"])
    }

    @Test func schemasHaveToBeStructural() throws {
        for (schema, message): (Value, String) in [
            (["properties": [:]], "spec.versions[0].schema.openAPIV3Schema.type: Required value: must not be empty at the root"),
            (
                ["type": "object", "properties": ["spec": ["properties": [:]]]],
                "spec.versions[0].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields"
            ),
            (
                ["type": "object", "properties": ["l": ["type": "array", "items": ["description": "x"]]]],
                "spec.versions[0].schema.openAPIV3Schema.properties[l].items.type: Required value: must not be empty for specified array items"
            ),
            (
                ["type": "object", "properties": ["n": ["type": "integer", "anyOf": [["type": "integer"]]]]],
                "spec.versions[0].schema.openAPIV3Schema.properties[n].anyOf[0].type: Forbidden: must be empty to be structural"
            ),
            (
                ["type": "object", "properties": ["n": ["type": "integer", "default": "x"]]],
                "spec.versions[0].schema.openAPIV3Schema.properties[n].default: Invalid value: \"string\": "
                    + "spec.versions[0].schema.openAPIV3Schema.properties[n].default in body must be of type integer: \"string\""
            ),
        ] {
            let store = try store()
            let error = #expect(throws: APIError.self) { try store.create(.customResourceDefinitions, Self.definition(schema)) }
            #expect(
                error?.message == "CustomResourceDefinition.apiextensions.k8s.io \"crons.example.com\" is invalid: \(message)",
                "\(error?.message ?? "")")
        }
    }

    @Test func definitionsAreFilledIn() throws {
        let made = try store().create(.customResourceDefinitions, Self.definition(Self.schema))
        #expect(made["spec"]?["names"]?["singular"] == "cron")
        #expect(made["spec"]?["names"]?["listKind"] == "CronList")
        #expect(made["spec"]?["conversion"]?["strategy"] == "None")
        #expect(made["status"]?["storedVersions"] == ["v1"])
    }

    @Test func versionsAreRanked() {
        let names = ["v1alpha1", "foo", "v2", "v10", "v1beta2", "v1beta10", "v1", "bar"]
        #expect(
            names.sorted { VersionPriority($0) > VersionPriority($1) } == [
                "v10", "v2", "v1", "v1beta10", "v1beta2", "v1alpha1", "bar", "foo",
            ])
    }

    @Test func fieldPathsLeadToValues() throws {
        let object: Value = [
            "metadata": ["annotations": ["a.b/c": "x"]],
            "status": ["conditions": [["type": "Ready", "status": "True"], ["type": "Other", "status": "False"]]],
            "spec": ["list": [["n": 1], ["n": 2]]],
        ]
        for (path, expected): (String, [Value]) in [
            (".status.conditions[?(@.type==\"Ready\")].status", ["True"]), (".status.conditions[?(@.type!='Ready')].type", ["Other"]),
            (".metadata.annotations.a\\.b/c", ["x"]), (".metadata.annotations['a.b/c']", ["x"]), (".spec.list[*].n", [1, 2]),
            (".spec.list[1].n", [2]), (".spec.list[-1].n", [2]), (".spec.none", []),
        ] { #expect(try #require(FieldPath(path), "\(path)").values(in: object) == expected, "\(path)") }
        for path in ["spec", ".spec[", ".spec[x]", "{.spec}"] { #expect(FieldPath(path) == nil, "\(path)") }
    }

    @Test func applyOwnsItemsByTheirKeys() throws {
        let type = try #require(ResourceType.custom(Self.definition(Self.schema)))
        let fields = FieldTree(
            applied: ["spec": ["steps": [["name": "a", "seconds": 1]], "tags": ["x"]]], FieldShape.of(type))
        #expect(
            Set(fields.paths.map(FieldTree.text)) == [
                ".spec.steps[name=\"a\"]", ".spec.steps[name=\"a\"].name", ".spec.steps[name=\"a\"].seconds", ".spec.tags[=\"x\"]",
            ])
    }
}
