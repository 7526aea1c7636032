import Manifests

/// Where the objects of an Environment come from, beside its folder.
extension PolicySchema {
    static var variables: Value {
        let values: Value = [
            "description": "Variables by name. They win over those of from.", "type": "object",
            "maxProperties": .integer(Int64(PolicyLimits.variables)),
            "propertyNames": ["pattern": .string(PolicyLimits.variableNamePattern)],
            "additionalProperties": ["type": ["string", "number", "boolean"]],
        ]
        let source = closed(
            "A file of the repository with a ConfigMap.",
            [
                ("path", path("The file, from the root of the repository.")),
                ("name", text("The ConfigMap that is meant, when the file has several.")),
                ("optional", boolean("Whether the file or the ConfigMap may be missing.", false)),
            ], required: ["path"])
        return closed(
            "What ${NAME} in the objects stands for. Without it, nothing is replaced.",
            [
                ("values", values),
                ("from", list("ConfigMaps with more variables; a later one wins.", source, 0...PolicyLimits.variableSources)),
            ])
    }

    static func path(_ text: String) -> Value { pattern(text, PolicyLimits.relativePathPattern) }

    /// Text that is not blank.
    static func text(_ text: String) -> Value { pattern(text, #"\S"#) }
}
