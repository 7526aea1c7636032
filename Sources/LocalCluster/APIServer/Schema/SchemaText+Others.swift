extension SchemaText {
    static let others = """
        # io.k8s.api.networking.v1
        NetworkPolicy: metadata ObjectMeta; spec NetworkPolicySpec
        NetworkPolicySpec: podSelector LabelSelector; ingress [NetworkPolicyIngressRule]; egress [NetworkPolicyEgressRule]
          policyTypes [string]
        NetworkPolicyIngressRule: ports [NetworkPolicyPort]; from [NetworkPolicyPeer]
        NetworkPolicyEgressRule: ports [NetworkPolicyPort]; to [NetworkPolicyPeer]
        NetworkPolicyPort: protocol string =TCP; port intOrString; endPort int
        NetworkPolicyPeer: podSelector LabelSelector; namespaceSelector LabelSelector; ipBlock IPBlock
        IPBlock: cidr* string; except [string]
        Ingress: metadata ObjectMeta; spec IngressSpec; status IngressStatus
        IngressSpec: ingressClassName string; defaultBackend IngressBackend; tls [IngressTLS]; rules [IngressRule]
        IngressBackend: service IngressServiceBackend; resource TypedLocalObjectReference
        IngressServiceBackend: name* string; port ServiceBackendPort
        ServiceBackendPort atomic: name string; number int-
        IngressTLS: hosts [string]; secretName string
        IngressRule: host string; http HTTPIngressRuleValue
        HTTPIngressRuleValue: paths* [HTTPIngressPath]
        HTTPIngressPath: path string; pathType* string of=Exact|ImplementationSpecific|Prefix; backend* IngressBackend
        IngressStatus: loadBalancer LoadBalancerStatus
        IngressClass: metadata ObjectMeta; spec IngressClassSpec
        IngressClassSpec: controller string; parameters any
        # io.k8s.api.rbac.v1
        Role: metadata ObjectMeta; rules [PolicyRule] kept
        ClusterRole: metadata ObjectMeta; rules [PolicyRule] kept; aggregationRule AggregationRule
        AggregationRule: clusterRoleSelectors [LabelSelector]
        PolicyRule: verbs* [string]; apiGroups [string]; resources [string]; resourceNames [string]; nonResourceURLs [string]
        RoleBinding: metadata ObjectMeta; subjects [Subject]; roleRef* RoleRef
        ClusterRoleBinding: metadata ObjectMeta; subjects [Subject]; roleRef* RoleRef
        Subject atomic: kind* string; apiGroup string; name* string; namespace string
        RoleRef atomic: apiGroup string; kind* string; name* string
        # io.k8s.api.coordination.v1
        Lease: metadata ObjectMeta; spec LeaseSpec
        LeaseSpec: holderIdentity string; leaseDurationSeconds int; acquireTime microTime; renewTime microTime; leaseTransitions int
          strategy string; preferredHolder string
        # io.k8s.api.discovery.v1
        EndpointSlice: metadata ObjectMeta; addressType* string of=FQDN|IPv4|IPv6; endpoints [Endpoint] kept
          ports [DiscoveryEndpointPort] kept
        Endpoint: addresses* [string]; conditions EndpointConditions; hostname string; targetRef ObjectReference
          deprecatedTopology {string}; nodeName string; zone string; hints any
        EndpointConditions: ready bool; serving bool; terminating bool
        DiscoveryEndpointPort atomic: name string kept; protocol string =TCP; port int; appProtocol string
        # io.k8s.api.scheduling.v1
        PriorityClass: metadata ObjectMeta; value* int; globalDefault bool-; description string
          preemptionPolicy string =PreemptLowerPriority
        # io.k8s.api.storage.v1
        StorageClass: metadata ObjectMeta; provisioner* string; parameters {string}; reclaimPolicy string =Delete; mountOptions [string]
          allowVolumeExpansion bool; volumeBindingMode string =Immediate; allowedTopologies [any]
        # io.k8s.api.events.v1
        EventsV1Event: metadata ObjectMeta; eventTime microTime; series EventSeries; reportingController string; reportingInstance string
          action string; reason string; regarding ObjectReference; related ObjectReference; note string; type string
          deprecatedSource EventSource; deprecatedFirstTimestamp time; deprecatedLastTimestamp time; deprecatedCount int-
        # io.k8s.api.autoscaling.v1
        AutoscalingV1HorizontalPodAutoscaler: metadata ObjectMeta; spec* AutoscalingV1HorizontalPodAutoscalerSpec; status any
        AutoscalingV1HorizontalPodAutoscalerSpec: scaleTargetRef* CrossVersionObjectReference; minReplicas int =1; maxReplicas* int
          targetCPUUtilizationPercentage int
        # io.k8s.api.authorization.v1
        SelfSubjectAccessReview: metadata ObjectMeta; spec* SelfSubjectAccessReviewSpec; status any
        SelfSubjectAccessReviewSpec: resourceAttributes ResourceAttributes; nonResourceAttributes NonResourceAttributes
        ResourceAttributes: namespace string; verb string; group string; version string; resource string; subresource string; name string
          fieldSelector any; labelSelector any
        NonResourceAttributes: path string; verb string
        SelfSubjectRulesReview: metadata ObjectMeta; spec* SelfSubjectRulesReviewSpec; status any
        SelfSubjectRulesReviewSpec: namespace string
        SubjectAccessReview: metadata ObjectMeta; spec* SubjectAccessReviewSpec; status any
        LocalSubjectAccessReview: metadata ObjectMeta; spec* SubjectAccessReviewSpec; status any
        SubjectAccessReviewSpec: resourceAttributes ResourceAttributes; nonResourceAttributes NonResourceAttributes; user string
          groups [string]; extra any; uid string
        # io.k8s.api.authentication.v1
        SelfSubjectReview: metadata ObjectMeta; status any
        TokenRequest: metadata ObjectMeta; spec* TokenRequestSpec; status any
        TokenRequestSpec: audiences [string] atomic; expirationSeconds int; boundObjectRef BoundObjectReference
        BoundObjectReference: kind string; apiVersion string; name string; uid string
        TokenReview: metadata ObjectMeta; spec* TokenReviewSpec; status any
        TokenReviewSpec: token string; audiences [string]
        """
}
