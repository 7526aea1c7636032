package import Manifests

extension PolicySchema {
    package static var smokeTest: Value {
        document(
            SmokeTest.kind, "Requests put to a Service after it rolled out, and the answers that prove it.",
            [
                ("metadata", closed("", [("name", ["type": "string", "pattern": #"\S"#])])),
                ("steps", list("Asked one after another.", step, 1...PolicyLimits.steps)),
            ], required: ["steps"])
    }

    private static var step: Value {
        let retries = SmokeStep.Retries()
        return closed(
            "",
            [
                ("name", ["type": "string", "pattern": #"\S"#]), ("request", request), ("expect", expect),
                (
                    "retries",
                    closed(
                        "How often a wrong answer is asked for again.",
                        [
                            ("attempts", integer("The first time included.", PolicyLimits.attempts, retries.attempts)),
                            ("delay", duration("Between two attempts.", retries.delay)),
                        ])
                ),
            ], required: ["name", "request"])
    }

    private static var request: Value {
        var schema = closed(
            "",
            [
                (
                    "url",
                    pattern(
                        "What is asked in place of a Service. Its host must be allowed by the controller's configuration.",
                        #"^[hH][tT][tT][pP][sS]?://[^/?#\\@\s]+([/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?$"#)
                ),
                ("service", label("A Service of the environment's namespace.")),
                (
                    "port",
                    [
                        "description": "A port of the Service: its number or its name.",
                        "oneOf": [integer("", PolicyLimits.port), pattern("", PolicyLimits.labelPattern)],
                    ]
                ),
                ("method", ["enum": .array(SmokeStep.Method.allCases.map { .string($0.rawValue) }), "default": "GET"]),
                ("path", pattern("With its query.", #"^/[\x21\x22\x24-\x7e]*$"#)),
                (
                    "headers",
                    ["type": "object", "additionalProperties": ["type": "string"], "maxProperties": .integer(Int64(PolicyLimits.headers))]
                ),
                (
                    "body",
                    ["description": "Text as it is; a mapping or a list is sent as JSON.", "type": ["string", "object", "array"]]
                ),
            ])
        schema["oneOf"] = [
            ["required": ["service", "port", "path"], "not": ["required": ["url"]]],
            ["required": ["url"], "not": ["anyOf": [["required": ["service"]], ["required": ["port"]], ["required": ["path"]]]]],
        ]
        return schema
    }

    private static var expect: Value {
        let code: Value = ["oneOf": [integer("", PolicyLimits.status), pattern("", SmokeStep.Status.pattern)]]
        return closed(
            "",
            [
                (
                    "status",
                    [
                        "description": "A status, a class (2xx), a range (200-299), or several.", "oneOf": [code, list("", code, 1...50)],
                        "default": 200,
                    ]
                ),
                ("json", list("What must hold of the answer.", assertion, 0...PolicyLimits.assertions)),
                ("latencyMilliseconds", integer("The longest that the answer may take.", PolicyLimits.latencyMilliseconds)),
            ])
    }

    private static var assertion: Value {
        var schema = closed(
            "",
            [
                ("path", pattern("A JSON pointer, such as /items/0/id.", #"^(/([^~]|~[01])*)?$"#)), ("equals", ["not": ["type": "null"]]),
                ("exists", ["type": "boolean"]), ("atLeast", ["type": "number"]), ("atMost", ["type": "number"]),
            ], required: ["path"])
        schema["oneOf"] = [
            ["required": ["equals"]], ["required": ["exists"]], ["anyOf": [["required": ["atLeast"]], ["required": ["atMost"]]]],
        ]
        return schema
    }
}
