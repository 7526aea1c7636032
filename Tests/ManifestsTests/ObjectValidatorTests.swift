import Manifests
import Testing

/// Documents in the form that API servers give them, cut down to what a rule needs.
@Suite("Objects against schemas")
struct ObjectValidatorTests {
    /// References stand alone, or in an `allOf` of one beside a default; quantities and int-or-string have two types each.
    static let server: Value = [
        "openapi": "3.0.0",
        "components": [
            "schemas": [
                "io.example.App": [
                    "type": "object",
                    "x-kubernetes-group-version-kind": [["group": "example", "version": "v1", "kind": "App"]],
                    "required": ["spec"],
                    "properties": [
                        "apiVersion": ["type": "string"], "kind": ["type": "string"], "metadata": ["type": "object"],
                        "spec": ["allOf": [["$ref": "#/components/schemas/io.example.AppSpec"]], "default": [:]],
                        "status": ["$ref": "#/components/schemas/io.example.AppStatus"],
                    ],
                ],
                "io.example.AppStatus": ["type": "object", "required": ["phase"], "properties": ["phase": ["type": "string"]]],
                "io.example.AppSpec": [
                    "type": "object", "required": ["name", "protocol"],
                    "properties": [
                        "name": ["type": "string", "default": ""], "replicas": ["type": "integer", "format": "int32"],
                        "protocol": ["type": "string", "default": "TCP", "enum": ["TCP", "UDP", "SCTP"]],
                        "port": ["$ref": "#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString"],
                        "limits": [
                            "type": "object",
                            "additionalProperties": ["$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"],
                        ],
                        "since": ["type": "string", "format": "date-time"], "secret": ["type": "string", "format": "byte"],
                        "enabled": ["type": "boolean"], "ratio": ["type": "number", "format": "double"],
                        "parts": ["type": "array", "items": ["$ref": "#/components/schemas/io.example.AppSpec"]],
                        "anything": ["type": "object"],
                        "free": ["x-kubernetes-preserve-unknown-fields": true, "properties": ["a": ["type": "string"]]],
                        "lost": ["$ref": "#/components/schemas/nowhere"], "circle": ["$ref": "#/components/schemas/io.example.Circle"],
                    ],
                ],
                "io.example.Circle": ["$ref": "#/components/schemas/io.example.Circle"],
                "io.k8s.apimachinery.pkg.util.intstr.IntOrString": [
                    "format": "int-or-string", "oneOf": [["type": "integer"], ["type": "string"]],
                ],
                "io.k8s.apimachinery.pkg.api.resource.Quantity": ["oneOf": [["type": "string"], ["type": "number"]]],
            ]
        ],
    ]

    /// The published documents call fields required that the API server does not ask for.
    @Test(arguments: [
        ("io.k8s.api.networking.v1.NetworkPolicySpec", "podSelector", 0), ("io.k8s.api.apps.v1.StatefulSetSpec", "serviceName", 0),
        ("io.k8s.api.apps.v1.StatefulSetSpec", "template", 1), ("io.example.Spec", "podSelector", 1),
    ])
    func whatTheServerTakesWithout(_ type: String, _ field: String, _ problems: Int) throws {
        var schemas = Object()
        schemas["K"] = [
            "type": "object", "x-kubernetes-group-version-kind": [["group": "g", "version": "v1", "kind": "K"]],
            "properties": [
                "apiVersion": ["type": "string"], "kind": ["type": "string"], "metadata": ["type": "object"],
                "spec": ["$ref": .string("#/components/schemas/\(type)")],
            ],
        ]
        var properties = Object()
        properties[field] = ["type": "object"]
        schemas[type] = ["type": "object", "required": [.string(field)], "properties": .object(properties)]
        let document = OpenAPIDocument(["openapi": "3.0.0", "components": ["schemas": .object(schemas)]])
        let schema = try #require(document.schema(of: .init(group: "g", version: "v1", kind: "K")))
        let object: Value = ["apiVersion": "g/v1", "kind": "K", "metadata": ["name": "a"], "spec": [:]]
        #expect(ObjectValidator(document: document).problems(in: object, schema: schema).count == problems)
    }

    private static func texts(_ spec: Value) -> [String] {
        let document = OpenAPIDocument(server)
        guard let schema = document.schema(of: .init(group: "example", version: "v1", kind: "App")) else { return ["no schema"] }
        let object: Value = ["apiVersion": "example/v1", "kind": "App", "metadata": ["name": "a"], "spec": spec]
        return ObjectValidator(document: document).problems(in: object, schema: schema).map(text)
    }

    private static func text(_ problem: SchemaProblem) -> String {
        "\(problem.path.text): \(problem.message)" + (problem.hint.map { " (\($0))" } ?? "")
    }

    @Test(
        arguments: [
            ["name": "a"], ["name": "a", "port": 80, "replicas": 3], ["name": "a", "port": "http"],
            ["name": "a", "limits": ["cpu": 1, "memory": "1Gi", "x": "1e3", "y": 0.5, "z": "-.5m"]],
            ["name": "a", "since": "2025-01-31T09:30:00.25+01:00", "secret": "YQ=="],
            ["name": "a", "replicas": nil_, "protocol": nil_, "enabled": true, "ratio": 1],
            ["name": "a", "anything": ["whatever": [1, 2]], "free": ["a": "b", "c": 1], "lost": 1, "circle": ["a": 1]],
            ["name": "a", "parts": [["name": "b", "parts": []]]],
        ] as [Value])
    func fits(_ spec: Value) {
        #expect(Self.texts(spec) == [])
    }

    static let nil_ = Value.null

    @Test(
        arguments: [
            (["nam": "a"], ["spec: lacks the field \"name\"", "spec.nam: is no field of this kind (did you mean \"name\"?)"]),
            (["name": "a", "replicas": "3"], ["spec.replicas: must be a whole number, not a string (take off the quotes)"]),
            (["name": "a", "replicas": 2.5], ["spec.replicas: must be a whole number, not a number"]),
            (["name": "a", "replicas": 3_000_000_000], ["spec.replicas: must fit 32 bits, which 3000000000 does not"]),
            (["name": 1], ["spec.name: must be a string, not a number (write it in quotes)"]),
            (["name": "a", "enabled": "true"], ["spec.enabled: must be true or false, not a string (take off the quotes)"]),
            (["name": "a", "protocol": "TPC"], ["spec.protocol: must be one of TCP, UDP, SCTP, not \"TPC\" (did you mean \"TCP\"?)"]),
            (["name": "a", "port": 1.5], ["spec.port: must be a whole number or a string, not a number (write it in quotes)"]),
            (["name": "a", "limits": ["cpu": "1 core"]], ["spec.limits.cpu: must be a quantity such as 500m or 1Gi, not \"1 core\""]),
            (["name": "a", "limits": ["cpu": true]], ["spec.limits.cpu: must be a quantity such as 500m or 1Gi, not a boolean"]),
            (["name": "a", "since": "yesterday"], ["spec.since: must be a time such as 2025-01-31T09:30:00Z, not \"yesterday\""]),
            (["name": "a", "secret": "s3cr3t!"], ["spec.secret: must be base64, which this text is not"]),
            (["name": "a", "parts": ["x": 1]], ["spec.parts: must be a list, not a mapping"]),
            (
                ["name": "a", "parts": [["name": "b", "prts": []]]],
                ["spec.parts[0].prts: is no field of this kind (did you mean \"parts\"?)"]
            ),
            (["name": "a", "free": ["a": 1]], ["spec.free.a: must be a string, not a number (write it in quotes)"]),
        ] as [(Value, [String])])
    func doesNotFit(_ spec: Value, _ problems: [String]) {
        #expect(Self.texts(spec) == problems)
    }

    @Test func whatIsNotAppliedIsNotJudged() throws {
        let document = OpenAPIDocument(Self.server)
        let schema = try #require(document.schema(of: .init(group: "example", version: "v1", kind: "App")))
        let object: Value = ["apiVersion": "example/v1", "kind": "App", "spec": ["name": "a"], "status": ["wrong": 1]]
        #expect(ObjectValidator(document: document).problems(in: object, schema: schema) == [])
        #expect(
            ObjectValidator(document: document).problems(in: ["kind": "App"], schema: schema).map(Self.text) == [
                ".: lacks the field \"spec\""
            ])
    }

    /// OpenAPI 2 has `definitions` and calls what has two types a string.
    @Test func theSecondVersion() throws {
        let document = OpenAPIDocument([
            "swagger": "2.0",
            "definitions": [
                "App": [
                    "type": "object", "x-kubernetes-group-version-kind": [["group": "", "version": "v1", "kind": "App"]],
                    "properties": [
                        "port": ["$ref": "#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString"],
                        "cpu": ["$ref": "#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity"],
                    ],
                ],
                "io.k8s.apimachinery.pkg.util.intstr.IntOrString": ["type": "string", "format": "int-or-string"],
                "io.k8s.apimachinery.pkg.api.resource.Quantity": ["type": "string"],
            ],
        ])
        let schema = try #require(document.schema(of: .init(group: "", version: "v1", kind: "App")))
        #expect(ObjectValidator(document: document).problems(in: ["port": 80, "cpu": 2], schema: schema) == [])
        #expect(ObjectValidator(document: document).problems(in: ["port": true], schema: schema).count == 1)
    }

    // MARK: Custom resources

    static let definition: Value = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "videos.nova.example"],
        "spec": [
            "group": "nova.example", "names": ["kind": "Video", "plural": "videos"],
            "versions": [
                [
                    "name": "v1", "served": true,
                    "schema": [
                        "openAPIV3Schema": [
                            "type": "object", "required": ["spec"],
                            "properties": [
                                "spec": [
                                    "type": "object", "required": ["title", "kind"],
                                    "properties": [
                                        "title": ["type": "string", "minLength": 1, "maxLength": 5],
                                        "kind": ["type": "string", "default": "film"],
                                        "rating": ["type": "integer", "minimum": 1, "maximum": 5, "nullable": true],
                                        "port": ["x-kubernetes-int-or-string": true, "anyOf": [["type": "integer"], ["type": "string"]]],
                                        "source": [
                                            "type": "object", "properties": ["url": ["type": "string"], "file": ["type": "string"]],
                                            "oneOf": [["required": ["url"]], ["required": ["file"]]],
                                        ],
                                        "tags": ["type": "array", "items": ["type": "string"], "maxItems": 2],
                                        "template": [
                                            "type": "object", "x-kubernetes-embedded-resource": true,
                                            "properties": ["spec": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
                                        ],
                                    ],
                                ]
                            ],
                        ]
                    ],
                ],
                ["name": "v1alpha1", "served": false, "schema": ["openAPIV3Schema": ["type": "object"]]],
            ],
        ],
    ]

    private static func custom(_ spec: Value) -> [String] {
        var schemas = CustomResourceSchemas()
        schemas.add(definition)
        guard let schema = schemas.schema(of: .init(group: "nova.example", version: "v1", kind: "Video")) else { return ["no schema"] }
        let object: Value = ["apiVersion": "nova.example/v1", "kind": "Video", "metadata": ["name": "a"], "spec": spec]
        return ObjectValidator(dialect: .customResource).problems(in: object, schema: schema).map(text)
    }

    @Test func definitionsOfTheRepository() {
        var schemas = CustomResourceSchemas()
        schemas.add(Self.definition)
        schemas.add(["apiVersion": "v1", "kind": "ConfigMap"])
        #expect(schemas.defines(GroupKind(group: "nova.example", kind: "Video")))
        #expect(schemas.versions(of: GroupKind(group: "nova.example", kind: "Video")) == ["v1"])
        #expect(schemas.schema(of: .init(group: "nova.example", version: "v1alpha1", kind: "Video")) == nil)
    }

    @Test(
        arguments: [
            (["title": "a", "rating": nil_, "port": 8, "source": ["url": "u"]], []),
            (["title": "a", "template": ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "x"], "spec": ["free": 1]]], []),
            (["title": nil_], ["spec.title: must be a string, not null (leave it out)"]),
            (["title": ""], ["spec.title: must have at least 1 characters, and has 0"]),
            (["title": "abcdef"], ["spec.title: may have at most 5 characters, and has 6"]),
            (["title": "a", "rating": 6], ["spec.rating: must be at most 5, not 6"]),
            (["title": "a", "ratng": 1], ["spec.ratng: is no field of this kind (did you mean \"rating\"?)"]),
            (
                ["title": "a", "source": [:]],
                ["spec.source: fits none of the 2 forms that it may have; of the first: lacks the field \"url\""]
            ),
            (
                ["title": "a", "source": ["url": "u", "file": "f"]],
                ["spec.source: fits 2 of the forms that it may have, and only one is allowed"]
            ),
            (["title": "a", "tags": ["a", "b", "c"]], ["spec.tags: may have at most 2 elements, and has 3"]),
            ([:], ["spec: lacks the field \"title\""]),
        ] as [(Value, [String])])
    func customResources(_ spec: Value, _ problems: [String]) {
        #expect(Self.custom(spec) == problems)
    }

    // MARK: Bounds

    @Test func manyProblemsAreCut() {
        let spec = Value.object(Object([("name", "a")] + (0..<500).map { ("field\($0)", 1) }))
        #expect(Self.texts(spec).count == ManifestLimits.collectedErrors)
    }

    @Test func depthIsBounded() {
        var spec: Value = ["name": "a"]
        for _ in 0..<5_000 { spec = ["name": "a", "parts": [spec]] }
        #expect(Self.texts(spec).contains { $0.hasSuffix("is too much to be judged against the schema") })
    }
}
