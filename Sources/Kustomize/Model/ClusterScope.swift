/// Which kinds have no namespace. A kind that is not listed is taken to have one, as kustomize takes it.
enum ClusterScope {
    static func isCertain(_ type: TypeId) -> Bool {
        guard let versions = kinds[type.group]?[type.kind] else { return false }
        return versions.contains(type.version)
    }

    /// API group -> kind -> versions, from the Kubernetes API: all versions that ever were served.
    private static let kinds: [String: [String: Set<String>]] = [
        "": [
            "ComponentStatus": ["v1"], "Namespace": ["v1"], "Node": ["v1"], "PersistentVolume": ["v1"],
        ],
        "admissionregistration.k8s.io": [
            "MutatingWebhookConfiguration": ["v1", "v1beta1"], "ValidatingWebhookConfiguration": ["v1", "v1beta1"],
            "ValidatingAdmissionPolicy": ["v1", "v1beta1", "v1alpha1"],
            "ValidatingAdmissionPolicyBinding": ["v1", "v1beta1", "v1alpha1"],
        ],
        "apiextensions.k8s.io": ["CustomResourceDefinition": ["v1", "v1beta1"]],
        "apiregistration.k8s.io": ["APIService": ["v1", "v1beta1"]],
        "auditregistration.k8s.io": ["AuditSink": ["v1alpha1"]],
        "authentication.k8s.io": ["TokenReview": ["v1", "v1beta1"], "SelfSubjectReview": ["v1", "v1beta1", "v1alpha1"]],
        "authorization.k8s.io": [
            "SelfSubjectAccessReview": ["v1", "v1beta1"], "SelfSubjectRulesReview": ["v1", "v1beta1"],
            "SubjectAccessReview": ["v1", "v1beta1"],
        ],
        "certificates.k8s.io": ["CertificateSigningRequest": ["v1", "v1beta1"], "ClusterTrustBundle": ["v1alpha1"]],
        "flowcontrol.apiserver.k8s.io": [
            "FlowSchema": ["v1", "v1beta3", "v1beta2", "v1beta1", "v1alpha1"],
            "PriorityLevelConfiguration": ["v1", "v1beta3", "v1beta2", "v1beta1", "v1alpha1"],
        ],
        "internal.apiserver.k8s.io": ["StorageVersion": ["v1alpha1"]],
        "networking.k8s.io": ["IngressClass": ["v1", "v1beta1"], "ClusterCIDR": ["v1alpha1"], "IPAddress": ["v1alpha1"]],
        "node.k8s.io": ["RuntimeClass": ["v1", "v1beta1", "v1alpha1"]],
        "policy": ["PodSecurityPolicy": ["v1beta1"]],
        "extensions": ["PodSecurityPolicy": ["v1beta1"]],
        "rbac.authorization.k8s.io": [
            "ClusterRole": ["v1", "v1beta1", "v1alpha1"], "ClusterRoleBinding": ["v1", "v1beta1", "v1alpha1"],
        ],
        "resource.k8s.io": ["ResourceClass": ["v1alpha1", "v1alpha2"]],
        "scheduling.k8s.io": ["PriorityClass": ["v1", "v1beta1", "v1alpha1"]],
        "storage.k8s.io": [
            "CSIDriver": ["v1", "v1beta1"], "CSINode": ["v1", "v1beta1"], "StorageClass": ["v1", "v1beta1"],
            "VolumeAttachment": ["v1", "v1beta1", "v1alpha1"],
        ],
    ]
}
