/// Cases of the conformance suite that do not pass, and why. `docs/conformance.md` explains the reasons.
enum KnownDifferences {
    static func of(_ category: String) -> [String: String] { all[category] ?? [:] }

    private static let duplicateKey = "a key stands twice in one mapping, which is an error here"
    private static let textStyle = "YAML within a text is changed in place and keeps its author's layout"
    private static let finalLineEnd = "a block text at the end of a file without a final line end is given one by the YAML reader"
    private static let unreleased = "only the unreleased kustomize does this"

    private static let all: [String: [String: String]] = [
        "kustomize": [
            "TestGeneratorRepeatsInKustomization": duplicateKey,
            "TestNamespacePropagationDoesNotBreakGeneratorMerge": duplicateKey,
            "TestOrderOfAccumulatedComponent/components_are_applied_before_replacements_transformer_applied": duplicateKey,
            "TestOrderOfAccumulatedComponent/components_using_a_generated_resource_by_configMapGenerator": duplicateKey,
            "filter-replacement-TestValueInlineStructuredData-replacement_yaml_field_in_configmap": textStyle,
            "filter-replacement-TestValueInlineStructuredData-replacement_yaml_flow_style_-kyaml-_field-642e42": textStyle,
            "plugin-patchtransformer-TestPatchTransformerNotAllowedMultipleJsonPatches":
                "kustomize passes over the second JSON Patch of one text in silence; here it is an error",
        ],
        "overlays": [
            "argo-rollouts-examples-notifications": finalLineEnd,
            "microservices-demo-kustomize-tests-memorystore-with-all-components": finalLineEnd,
            "microservices-demo-kustomize-tests-spanner-with-all-components": finalLineEnd,
        ],
        "kustomize-next": [
            "TestFixedBug605_BaseCustomizationAvailableInOverlay": unreleased,
            "TestKustomizationLabelsInDeploymentWithoutClaimTemplateAndIncludeVolumeClaimTemplatesTrue": unreleased,
            "TestKustomizationLabelsInStatefulSetTemplateWithClaimTemplateAndIncludeVolumeClaimTemplatesFalse": unreleased,
            "TestKustomizationLabelsInStatefulSetTemplateWithIncludeSelectorsTrue": unreleased,
            "TestNamespaceNotAddedToValidatingAdmissionPolicies": duplicateKey,
            "TestTransfomersImageInvalidNameRegexp": unreleased,
        ],
    ]
}
