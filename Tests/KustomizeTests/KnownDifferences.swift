/// Cases of the conformance suite that do not pass, and why. `docs/conformance.md` explains the reasons.
enum KnownDifferences {
    static func of(_ category: String) -> [String: String] { all[category] ?? [:] }

    private static let textStyle = "YAML within a text is changed in place and keeps its author's layout"
    private static let unreleased = "only the unreleased kustomize does this"

    private static let all: [String: [String: String]] = [
        "kustomize": [
            "filter-replacement-TestValueInlineStructuredData-replacement_yaml_field_in_configmap": textStyle,
            "filter-replacement-TestValueInlineStructuredData-replacement_yaml_flow_style_-kyaml-_field-642e42": textStyle,
        ],
        "kustomize-next": [
            "TestFixedBug605_BaseCustomizationAvailableInOverlay": unreleased,
            "TestKustomizationLabelsInDeploymentWithoutClaimTemplateAndIncludeVolumeClaimTemplatesTrue": unreleased,
            "TestKustomizationLabelsInStatefulSetTemplateWithClaimTemplateAndIncludeVolumeClaimTemplatesFalse": unreleased,
            "TestKustomizationLabelsInStatefulSetTemplateWithIncludeSelectorsTrue": unreleased,
            "TestTransfomersImageInvalidNameRegexp": unreleased,
        ],
    ]
}
