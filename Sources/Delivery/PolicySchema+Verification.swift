import Manifests

/// What proves a Release.
extension PolicySchema {
    static func verification(_ defaults: EnvironmentPolicy.Verification) -> Value {
        let hook = EnvironmentPolicy.Verification.Hook(path: "")
        let job = EnvironmentPolicy.Verification.Job(path: "")
        var argument = described("", ["type": "string"])
        argument["maxLength"] = .integer(Int64(PolicyLimits.hookArgumentBytes))
        return closed(
            "What proves a release.",
            [
                (
                    "smokeTests",
                    list(
                        "Files of SmokeTest documents.", pattern("", PolicyLimits.relativePathPattern),
                        0...PolicyLimits.smokeTestFiles, unique: true)
                ),
                ("metrics", list("Questions to Prometheus whose answers must be good.", metric, 0...PolicyLimits.metrics)),
                (
                    "hooks",
                    list(
                        "Executables of the repository, run where the controller runs if its operator allows that.",
                        closed(
                            "",
                            [
                                ("path", path("The file, from the root of the repository.")),
                                ("arguments", list("What it is given.", argument, 0...PolicyLimits.hookArguments)),
                                ("timeout", duration("After which it is killed.", hook.timeout)),
                            ], required: ["path"]), 0...PolicyLimits.hooks)
                ),
                (
                    "jobs",
                    list(
                        "Kubernetes Jobs whose success proves the release.",
                        closed(
                            "",
                            [
                                ("path", path("A manifest of one Job, from the root of the repository.")),
                                ("timeout", duration("From its making to its end.", job.timeout)),
                            ], required: ["path"]), 0...PolicyLimits.jobs)
                ),
                ("deadline", duration("How long all of it may take.", defaults.deadline)),
            ])
    }

    private static var metric: Value {
        let gate = MetricGate(name: "", query: MetricQuery(""))
        var schema = closed(
            "A question to Prometheus.",
            [
                ("name", label("Shown wherever it is spoken of.")),
                ("source", label("A Prometheus of the controller's own configuration.", gate.source)),
                ("template", ["enum": .array(MetricTemplate.allCases.map { .string($0.rawValue) })]),
                ("parameters", parameters), ("query", text("PromQL, with ${namespace}, ${environment}, ${window} and the like.")),
                ("window", duration("What ${window} stands for.", gate.window)),
                ("threshold", threshold),
                ("compare", comparison), ("worse", choice("Which way the value gets worse.", gate.worse)),
                ("for", duration("How long the threshold must be broken, at every look, to count.", gate.sustained)),
                ("warmUp", duration("What is younger than this after the rollout is not looked at.", gate.warmUp)),
                ("interval", duration("Between two samples, and between two looks.", gate.interval)),
                ("noData", choice("What becomes of the gate when there is no answer.", gate.noData)),
                ("deadline", duration("How long an answer is waited for when noData is pass or fail.", gate.deadline)),
            ], required: ["name"])
        let isMeasured: Value = ["anyOf": [["required": ["threshold"]], ["required": ["compare"]]]]
        var query = isMeasured
        query["required"] = ["query"]
        query["not"] = ["anyOf": [["required": ["template"]], ["required": ["parameters"]]]]
        schema["oneOf"] = [["required": ["template"], "not": ["required": ["query"]]], query]
        return schema
    }

    private static var threshold: Value {
        var schema = closed(
            "The bounds of a good value. A template has its own.",
            [("min", ["type": "number"]), ("max", ["type": "number"])])
        schema["anyOf"] = [["required": ["min"]], ["required": ["max"]]]
        return schema
    }

    private static var parameters: Value {
        let names = MetricTemplate.parameterNames.map {
            ($0, pattern("A metric or label of the template.", PolicyLimits.metricNamePattern))
        }
        let labels: Value = [
            "description": "What the series must have, in place of the environment's namespace.", "type": "object",
            "maxProperties": .integer(Int64(PolicyLimits.parameterLabels)),
            "propertyNames": ["pattern": .string(PolicyLimits.labelNamePattern)], "additionalProperties": ["type": "string"],
        ]
        return closed("What differs from the template.", names + [("labels", labels)])
    }

    private static var comparison: Value {
        let defaults = MetricGate.Comparison()
        func number(_ text: String, _ range: ClosedRange<Double>, _ standard: Double) -> Value {
            described(
                text,
                [
                    "type": "number", "minimum": .double(range.lowerBound), "maximum": .double(range.upperBound),
                    "default": .double(standard),
                ])
        }
        return closed(
            "The new version against the one before, by a one-sided rank test.",
            [
                ("to", choice("What it is compared with.", defaults.baseline)),
                ("over", duration("How much of each version is looked at.", defaults.over)),
                ("significance", number("The chance of a false alarm in one look.", PolicyLimits.significance, defaults.significance)),
                ("maxRatio", number("The medians must differ by more than this factor.", PolicyLimits.ratio, defaults.maximumRatio)),
                (
                    "minDifference",
                    described("And by at least this much, in the unit of the metric.", ["type": "number", "minimum": 0, "default": 0])
                ),
            ])
    }
}
