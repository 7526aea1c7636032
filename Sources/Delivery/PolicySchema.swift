package import Manifests

/// JSON Schemas (draft 2020-12) of the documents in the watched repository, for `slipway schema` and for editors.
///
/// The decoders in this room decide; a test holds every key and type of these schemas against them. What a schema cannot say (the range
/// of a duration, the name of the folder) only the decoder checks.
package enum PolicySchema {
    /// By the name of the kind.
    package static let all: [(kind: String, schema: Value)] = [
        (EnvironmentPolicy.kind, environment), (SmokeTest.kind, smokeTest), ("RankingWeights", rankingWeights),
    ]

    package static var environment: Value {
        document(
            EnvironmentPolicy.kind, "How one environment is deployed, verified, promoted and taken back.",
            [
                ("metadata", closed("", [("name", label("The name of the folder."))], required: ["name"])),
                ("spec", environmentSpec),
            ], required: ["metadata", "spec"])
    }

    private static var environmentSpec: Value {
        let defaults = EnvironmentPolicy(name: "", target: .init(namespace: ""))
        return closed(
            "",
            [
                ("target", target(defaults.target)), ("helm", helm), ("variables", variables), ("promotion", promotion(defaults.promotion)),
                ("rollout", rollout(defaults.rollout)),
                ("verification", verification(defaults.verification)),
                (
                    "rollback",
                    closed(
                        "What happens when a release fails.",
                        [
                            ("automatic", boolean("Whether a failed release is taken back without a person.", true)),
                            ("watch", duration("How long after success a degradation still takes it back.", defaults.rollback.watch)),
                        ])
                ),
                (
                    "reconcile",
                    closed(
                        "How the verified bundle is kept in the cluster.",
                        [
                            (
                                "drift",
                                choice("What becomes of a difference: it is put right, or only said.", defaults.reconcile.drift)
                            ),
                            (
                                "ignore",
                                list(
                                    "Fields that are somebody else's to write once the object exists.", ignored,
                                    0...PolicyLimits.ignoredKinds)
                            ),
                            (
                                "healEvery",
                                duration(
                                    "How often every object is compared, beside the watch, which sees changes at once.",
                                    defaults.reconcile.healEvery)
                            ),
                        ])
                ),
            ], required: ["target"])
    }

    private static var ignored: Value {
        closed(
            "Fields of one kind, or of one object.",
            [
                ("kind", text("The kind of the objects.")),
                ("group", described("Its API group, empty for the core; without it every group.", ["type": "string"])),
                ("name", text("One object; without it all of the kind.")),
                (
                    "fields",
                    list("JSON pointers.", pattern("Such as /spec/replicas.", "^/"), 1...PolicyLimits.ignoredFields, unique: true)
                ),
            ], required: ["kind", "fields"])
    }

    private static func target(_ defaults: EnvironmentPolicy.Target) -> Value {
        closed(
            "Where it is deployed.",
            [
                ("cluster", label("A cluster of the controller's own configuration.", defaults.cluster)),
                ("namespace", label("The namespace of its objects.")),
                ("createNamespace", boolean("Whether a missing namespace is made.", defaults.createNamespace)),
            ], required: ["namespace"])
    }

    private static func rollout(_ defaults: EnvironmentPolicy.Rollout) -> Value {
        let takeOver = closed(
            "",
            [
                (
                    "takeOver",
                    list(
                        "Managers whose fields are taken.", ["type": "string", "minLength": 1, "maxLength": 128],
                        1...PolicyLimits.fieldManagers)
                )
            ],
            required: ["takeOver"])
        return closed(
            "How it is brought into the cluster.",
            [
                ("deadline", duration("How long applying, and then becoming healthy, may each take.", defaults.deadline)),
                (
                    "conflicts",
                    [
                        "description": "What to do where another field manager owns a field with another value.",
                        "oneOf": [["enum": ["fail", "force"]], takeOver],
                    ]
                ),
                (
                    "prune",
                    closed(
                        "A release that would delete more is stopped before its first write.",
                        [
                            ("maxObjects", integer("", PolicyLimits.pruneObjects, defaults.pruneMaxObjects)),
                            ("maxPercent", integer("", PolicyLimits.percent, defaults.pruneMaxPercent)),
                            (
                                "propagation",
                                [
                                    "description": "Whether what a deleted object owns goes after it or before it.",
                                    "enum": .array(EnvironmentPolicy.PrunePropagation.allCases.map { .string($0.rawValue) }),
                                    "default": .string(defaults.prunePropagation.rawValue),
                                ]
                            ),
                            ("timeout", duration("How long what finalizers hold is waited for.", defaults.pruneTimeout)),
                        ])
                ),
                ("adopt", boolean("Whether objects that exist already, and that nobody of us made, are taken over.", defaults.adopt)),
                (
                    "maxRestarts",
                    integer("Restarts of a new container that count as a crash loop.", PolicyLimits.restarts, defaults.maxRestarts)
                ),
                ("strategy", strategy),
            ])
    }

    /// Percentages by which the ranking service mixes its five scores. That they sum to 100 is checked when they are read.
    package static var rankingWeights: Value {
        func percent(_ what: String) -> Value {
            ["description": .string(what), "type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.01]
        }
        let names = ["freshness", "completion", "engagement", "affinity", "deepLearning"]
        let texts = [
            "How new a video is.", "How far it is usually watched.", "How often it is liked, shared and commented on.",
            "How near it is to what the user watches.", "The score of the learned model.",
        ]
        let weights = zip(names, texts).map { ($0, percent($1)) }
        var schema = document(
            "RankingWeights", "How much each of the five scores counts, in percent; together exactly 100.",
            [
                ("metadata", ["type": "object"]),
                (
                    "base",
                    [
                        "description": "Another weights file, relative to this one: what is not listed here is taken from it.",
                        "type": "string", "minLength": 1,
                    ]
                ),
                ("weights", closed("", weights)),
            ], required: [])
        // Without a base all five have to be there.
        let whole: Value = [
            "required": ["weights"], "properties": ["weights": ["required": .array(names.map { .string($0) })]],
        ]
        schema["anyOf"] = [["required": ["base"]], whole]
        return schema
    }
}

// MARK: The vocabulary of the schemas

extension PolicySchema {
    static func document(_ kind: String, _ text: String, _ properties: [(String, Value)], required: [String]) -> Value {
        let head: [(String, Value)] = [("apiVersion", ["const": "slipway.dev/v1"]), ("kind", ["const": .string(kind)])]
        var schema = closed(text, head + properties, required: ["apiVersion", "kind"] + required)
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["$id"] = .string("https://slipway.dev/schemas/v1/\(kind).json")
        schema["title"] = .string(kind)
        return schema
    }

    /// A mapping with these keys and no others.
    static func closed(_ text: String, _ properties: [(String, Value)], required: [String] = []) -> Value {
        var schema = described(text, ["type": "object", "properties": .object(Object(properties)), "additionalProperties": false])
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        return schema
    }

    static func list(_ text: String, _ items: Value, _ count: ClosedRange<Int>, unique: Bool = false) -> Value {
        var schema = described(text, ["type": "array", "items": items])
        if count.lowerBound > 0 { schema["minItems"] = .integer(Int64(count.lowerBound)) }
        schema["maxItems"] = .integer(Int64(count.upperBound))
        if unique { schema["uniqueItems"] = true }
        return schema
    }

    static func label(_ text: String, _ standard: String? = nil) -> Value {
        var schema = pattern(text, PolicyLimits.labelPattern)
        if let standard { schema["default"] = .string(standard) }
        return schema
    }

    static func pattern(_ text: String, _ pattern: String) -> Value { described(text, ["type": "string", "pattern": .string(pattern)]) }

    static func integer(_ text: String, _ range: ClosedRange<Int>, _ standard: Int? = nil) -> Value {
        var schema = described(
            text, ["type": "integer", "minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound))])
        if let standard { schema["default"] = .integer(Int64(standard)) }
        return schema
    }

    static func boolean(_ text: String, _ standard: Bool) -> Value { described(text, ["type": "boolean", "default": .bool(standard)]) }

    static func choice<Choice: RawRepresentable & CaseIterable>(_ text: String, _ standard: Choice) -> Value
    where Choice.RawValue == String {
        described(
            text, ["enum": .array(Choice.allCases.map { .string($0.rawValue) }), "default": .string(standard.rawValue)])
    }

    static let durationPattern = #"^(0|([0-9]+(\.[0-9]+)?(h|m|s|ms|us|ns))+)$"#

    /// Text with a unit, or the number 0, which needs none.
    static func duration(_ text: String, _ standard: Duration) -> Value {
        described(
            text,
            [
                "type": ["string", "integer"], "pattern": .string(durationPattern), "minimum": 0, "maximum": 0,
                "default": .string(DurationText.string(standard)),
            ])
    }

    static func described(_ text: String, _ schema: Value) -> Value {
        var schema = schema
        if !text.isEmpty { schema["description"] = .string(text) }
        return schema
    }
}
