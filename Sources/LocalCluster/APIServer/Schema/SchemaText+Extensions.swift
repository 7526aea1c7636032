extension SchemaText {
    static let extensions = """
        # io.k8s.api.admissionregistration.v1
        ValidatingWebhookConfiguration: metadata ObjectMeta; webhooks [ValidatingWebhook] map=name patch=name
        MutatingWebhookConfiguration: metadata ObjectMeta; webhooks [MutatingWebhook] map=name patch=name
        ValidatingWebhook: name* string; clientConfig* WebhookClientConfig; rules [RuleWithOperations]; failurePolicy string
          matchPolicy string; namespaceSelector LabelSelector; objectSelector LabelSelector; sideEffects string; timeoutSeconds int
          admissionReviewVersions [string]; matchConditions [any] map=name patch=name
        MutatingWebhook: name* string; clientConfig* WebhookClientConfig; rules [RuleWithOperations]; failurePolicy string
          matchPolicy string; namespaceSelector LabelSelector; objectSelector LabelSelector; sideEffects string; timeoutSeconds int
          admissionReviewVersions [string]; reinvocationPolicy string =Never; matchConditions [any] map=name patch=name
        WebhookClientConfig: url string; service ServiceReference; caBundle bytes
        ServiceReference: namespace* string; name* string; path string; port int
        RuleWithOperations: operations [string]; apiGroups [string]; apiVersions [string]; resources [string]; scope string
        # io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1
        CustomResourceDefinition: metadata ObjectMeta; spec* CustomResourceDefinitionSpec; status CustomResourceDefinitionStatus
        CustomResourceDefinitionSpec: group* string; names* CustomResourceDefinitionNames; scope* string of=Cluster|Namespaced
          versions* [CustomResourceDefinitionVersion]; conversion CustomResourceConversion; preserveUnknownFields bool-
        CustomResourceDefinitionNames: plural* string kept; singular string; shortNames [string] atomic; kind* string kept; listKind string
          categories [string] atomic
        CustomResourceDefinitionVersion: name* string; served* bool; storage* bool; deprecated bool-; deprecationWarning string
          schema CustomResourceValidation; subresources CustomResourceSubresources
          additionalPrinterColumns [CustomResourceColumnDefinition]; selectableFields [SelectableField]
        CustomResourceColumnDefinition: name* string; type* string; format string; description string; priority int-; jsonPath* string
        SelectableField: jsonPath* string
        CustomResourceSubresources: status any; scale CustomResourceSubresourceScale
        CustomResourceSubresourceScale: specReplicasPath* string; statusReplicasPath* string; labelSelectorPath string
        CustomResourceConversion: strategy* string; webhook any
        CustomResourceValidation: openAPIV3Schema JSONSchemaProps
        CustomResourceDefinitionStatus: conditions [CustomResourceDefinitionCondition] map=type
          acceptedNames CustomResourceDefinitionNames; storedVersions [string] kept
        CustomResourceDefinitionCondition: type* string; status* string; lastTransitionTime time; reason string; message string
        JSONSchemaProps: id string; $schema string; $ref string; description string; type string; format string; title string; default any
          maximum number; exclusiveMaximum bool-; minimum number; exclusiveMinimum bool-; maxLength int; minLength int; pattern string
          maxItems int; minItems int; uniqueItems bool-; multipleOf number; enum [any]; maxProperties int; minProperties int
          required [string]; items any; allOf [JSONSchemaProps]; oneOf [JSONSchemaProps]; anyOf [JSONSchemaProps]; not JSONSchemaProps
          properties {JSONSchemaProps}; additionalProperties any; patternProperties {JSONSchemaProps}; dependencies any
          additionalItems any; definitions {JSONSchemaProps}; externalDocs any; example any; nullable bool-
          x-kubernetes-preserve-unknown-fields bool; x-kubernetes-embedded-resource bool-; x-kubernetes-int-or-string bool-
          x-kubernetes-list-map-keys [string]; x-kubernetes-list-type string; x-kubernetes-map-type string
          x-kubernetes-validations [any] map=rule
        """
}
