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

    static var helm: Value {
        var releaseName = label("The name of the release, as charts use it.")
        releaseName["maxLength"] = .integer(Int64(PolicyLimits.releaseNameBytes))
        var kubeVersion = pattern("What the chart takes for the cluster's version.", PolicyLimits.kubeVersionPattern)
        kubeVersion["maxLength"] = 64
        var apiVersion = pattern("", PolicyLimits.apiVersionPattern)
        apiVersion["maxLength"] = 253
        return closed(
            "A chart whose objects are deployed, alone or before those of the kustomization.",
            [
                ("chart", path("Its folder or package (.tgz), from the root of the repository.")),
                ("releaseName", releaseName),
                (
                    "values",
                    list(
                        "Values files; a later one wins.", pattern("", PolicyLimits.relativePathPattern), 0...PolicyLimits.chartValues,
                        unique: true)
                ),
                ("includeCRDs", boolean("Whether the definitions of the chart's crds folder are deployed.", true)),
                ("kubeVersion", kubeVersion),
                ("apiVersions", list("What the chart takes for served.", apiVersion, 0...PolicyLimits.apiVersions)),
                (
                    "hooks",
                    choice(
                        "What becomes of objects that are hooks of Helm; tests are always left out.", EnvironmentPolicy.Helm.Hooks.refuse)
                ),
            ], required: ["chart", "releaseName"])
    }

    static func path(_ text: String) -> Value { pattern(text, PolicyLimits.relativePathPattern) }

    /// Text that is not blank.
    static func text(_ text: String) -> Value { pattern(text, #"\S"#) }
}
