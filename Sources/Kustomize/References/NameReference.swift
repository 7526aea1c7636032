/// Which fields hold the name of an object of some type.
struct NameReference: Sendable, Hashable {
    var target: TypeId
    var referrers: [FieldSpec]
}

/// The references of the Kubernetes API that kustomize keeps right when a name changes.
enum DefaultNameReferences {
    private static let rbac = "rbac.authorization.k8s.io"
    private static let admission = "admissionregistration.k8s.io"

    /// Kinds with a pod spec, and where it stands.
    private static let podSpecs: [(kind: String, version: String, path: String)] = [
        ("Pod", "v1", "spec"), ("PodTemplate", "", "template/spec"), ("Deployment", "", "spec/template/spec"),
        ("ReplicaSet", "", "spec/template/spec"), ("DaemonSet", "", "spec/template/spec"), ("StatefulSet", "", "spec/template/spec"),
        ("Job", "", "spec/template/spec"), ("CronJob", "", "spec/jobTemplate/spec/template/spec"),
    ]

    /// The same for the fields that kustomize follows in fewer kinds.
    private static let workloads: [(kind: String, path: String)] = [
        ("Pod", "spec"), ("StatefulSet", "spec/template/spec"), ("Deployment", "spec/template/spec"),
        ("ReplicationController", "spec/template/spec"), ("CronJob", "spec/jobTemplate/spec/template/spec"),
        ("Job", "spec/template/spec"), ("DaemonSet", "spec/template/spec"),
    ]

    static let all: [NameReference] = scaled + [configMap, secret, service] + access + storage + others

    private static func inPodSpecs(_ fields: [String]) -> [FieldSpec] {
        podSpecs.flatMap { spec in fields.map { FieldSpec("\(spec.path)/\($0)", version: spec.version, kind: spec.kind) } }
    }

    private static func inWorkloads(_ field: String) -> [FieldSpec] {
        workloads.map { FieldSpec("\($0.path)/\(field)", kind: $0.kind) }
    }

    private static let scaled = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map { kind in
        NameReference(
            target: TypeId(kind: kind), referrers: [FieldSpec("spec/scaleTargetRef/name", kind: "HorizontalPodAutoscaler")])
    }

    private static let configMap = NameReference(
        target: TypeId(version: "v1", kind: "ConfigMap"),
        referrers: inPodSpecs([
            "volumes/configMap/name", "containers/env/valueFrom/configMapKeyRef/name",
            "initContainers/env/valueFrom/configMapKeyRef/name", "containers/envFrom/configMapRef/name",
            "initContainers/envFrom/configMapRef/name", "volumes/projected/sources/configMap/name",
        ]) + [
            FieldSpec("spec/configSource/configMap", kind: "Node"), FieldSpec("rules/resourceNames", kind: "Role"),
            FieldSpec("rules/resourceNames", kind: "ClusterRole"),
            FieldSpec("metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap", kind: "Ingress"),
        ])

    private static let secret = NameReference(
        target: TypeId(version: "v1", kind: "Secret"),
        referrers: inPodSpecs([
            "volumes/secret/secretName", "containers/env/valueFrom/secretKeyRef/name",
            "initContainers/env/valueFrom/secretKeyRef/name", "containers/envFrom/secretRef/name",
            "initContainers/envFrom/secretRef/name", "imagePullSecrets/name", "volumes/projected/sources/secret/name",
        ]) + [
            FieldSpec("spec/tls/secretName", kind: "Ingress"),
            FieldSpec("metadata/annotations/ingress.kubernetes.io\\/auth-secret", kind: "Ingress"),
            FieldSpec("metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret", kind: "Ingress"),
            FieldSpec("metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret", kind: "Ingress"),
            FieldSpec("imagePullSecrets/name", kind: "ServiceAccount"), FieldSpec("parameters/secretName", kind: "StorageClass"),
            FieldSpec("parameters/adminSecretName", kind: "StorageClass"), FieldSpec("parameters/userSecretName", kind: "StorageClass"),
            FieldSpec("parameters/secretRef", kind: "StorageClass"), FieldSpec("rules/resourceNames", kind: "Role"),
            FieldSpec("rules/resourceNames", kind: "ClusterRole"),
            FieldSpec(
                "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", group: "serving.knative.dev", version: "v1",
                kind: "Service"),
            FieldSpec("spec/azureFile/secretName", kind: "PersistentVolume"),
        ])

    private static let service = NameReference(
        target: TypeId(version: "v1", kind: "Service"),
        referrers: [
            FieldSpec("spec/serviceName", group: "apps", kind: "StatefulSet"),
            FieldSpec("spec/rules/http/paths/backend/serviceName", kind: "Ingress"),
            FieldSpec("spec/backend/serviceName", kind: "Ingress"),
            FieldSpec("spec/rules/http/paths/backend/service/name", kind: "Ingress"),
            FieldSpec("spec/defaultBackend/service/name", kind: "Ingress"),
            FieldSpec("spec/service/name", group: "apiregistration.k8s.io", kind: "APIService"),
            FieldSpec("webhooks/clientConfig/service", group: admission, kind: "ValidatingWebhookConfiguration"),
            FieldSpec("webhooks/clientConfig/service", group: admission, kind: "MutatingWebhookConfiguration"),
        ])

    private static let access = [
        NameReference(
            target: TypeId(group: rbac, kind: "Role"), referrers: [FieldSpec("roleRef/name", group: rbac, kind: "RoleBinding")]),
        NameReference(
            target: TypeId(group: rbac, kind: "ClusterRole"),
            referrers: [
                FieldSpec("roleRef/name", group: rbac, kind: "RoleBinding"),
                FieldSpec("roleRef/name", group: rbac, kind: "ClusterRoleBinding"),
            ]),
        NameReference(
            target: TypeId(version: "v1", kind: "ServiceAccount"),
            referrers: [
                FieldSpec("subjects", group: rbac, kind: "RoleBinding"), FieldSpec("subjects", group: rbac, kind: "ClusterRoleBinding"),
            ] + inWorkloads("serviceAccountName")),
    ]

    private static let storage = [
        NameReference(
            target: TypeId(version: "v1", kind: "PersistentVolumeClaim"),
            referrers: inWorkloads("volumes/persistentVolumeClaim/claimName")),
        NameReference(
            target: TypeId(version: "v1", kind: "PersistentVolume"),
            referrers: [FieldSpec("spec/volumeName", kind: "PersistentVolumeClaim"), FieldSpec("rules/resourceNames", kind: "ClusterRole")]),
        NameReference(
            target: TypeId(group: "storage.k8s.io", version: "v1", kind: "StorageClass"),
            referrers: [
                FieldSpec("spec/storageClassName", kind: "PersistentVolume"),
                FieldSpec("spec/storageClassName", kind: "PersistentVolumeClaim"),
                FieldSpec("spec/volumeClaimTemplates/spec/storageClassName", kind: "StatefulSet"),
            ]),
    ]

    private static let others = [
        NameReference(
            target: TypeId(group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass"),
            referrers: inWorkloads("priorityClassName")),
        // The group is written so in kustomize's own table, and so this reference never matches; it is kept for the same output.
        NameReference(
            target: TypeId(group: "networking.k8s.io/v1", version: "v1", kind: "IngressClass"),
            referrers: [FieldSpec("spec/ingressClassName", kind: "Ingress")]),
        NameReference(
            target: TypeId(group: admission, kind: "ValidatingAdmissionPolicy"),
            referrers: [FieldSpec("spec/policyName", group: admission, kind: "ValidatingAdmissionPolicyBinding")]),
    ]
}
