/// Where the built-in transformers act unless a configuration says otherwise: facts of the Kubernetes API, as kustomize has them.
enum DefaultFieldSpecs {
    static let namespace: [FieldSpec] = [
        FieldSpec("metadata/name", kind: "Namespace", create: true),
        FieldSpec("spec/service/namespace", group: "apiregistration.k8s.io", kind: "APIService", create: true),
        FieldSpec(
            "spec/conversion/webhook/clientConfig/service/namespace", group: "apiextensions.k8s.io", kind: "CustomResourceDefinition"),
    ]

    static let name: [FieldSpec] = [FieldSpec("metadata/name")]

    static let replicas: [FieldSpec] = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map { kind in
        FieldSpec("spec/replicas", kind: kind, create: true)
    }

    static let images: [FieldSpec] = [
        "spec/containers[]/image", "spec/initContainers[]/image", "spec/template/spec/containers[]/image",
        "spec/template/spec/initContainers[]/image",
    ].map { FieldSpec($0, create: true) }

    static let metadataLabels = FieldSpec("metadata/labels", create: true)

    static let templateLabels: [FieldSpec] =
        [metadataLabels] + podTemplates("labels") + volumeClaimTemplateLabels

    static let volumeClaimTemplateLabels: [FieldSpec] = [
        FieldSpec("spec/volumeClaimTemplates[]/metadata/labels", group: "apps", kind: "StatefulSet", create: true)
    ]

    static let commonAnnotations: [FieldSpec] = [FieldSpec("metadata/annotations", create: true)] + podTemplates("annotations")

    static let commonLabels: [FieldSpec] =
        [
            FieldSpec("spec/selector", version: "v1", kind: "Service", create: true),
            FieldSpec("spec/selector", version: "v1", kind: "ReplicationController", create: true),
            FieldSpec("spec/selector/matchLabels", kind: "Deployment", create: true),
            FieldSpec("spec/selector/matchLabels", kind: "ReplicaSet", create: true),
            FieldSpec("spec/selector/matchLabels", kind: "DaemonSet", create: true),
            FieldSpec("spec/selector/matchLabels", group: "apps", kind: "StatefulSet", create: true),
            FieldSpec("spec/selector/matchLabels", group: "batch", kind: "Job"),
            FieldSpec("spec/jobTemplate/spec/selector/matchLabels", group: "batch", kind: "CronJob"),
            FieldSpec("spec/selector/matchLabels", group: "policy", kind: "PodDisruptionBudget"),
            FieldSpec("spec/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
            FieldSpec("spec/ingress/from/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
            FieldSpec("spec/egress/to/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
        ] + affinitySelectors(kind: "Deployment") + affinitySelectors(kind: "StatefulSet") + templateLabels

    private static func podTemplates(_ field: String) -> [FieldSpec] {
        let template = "spec/template/metadata/" + field
        return [
            FieldSpec(template, version: "v1", kind: "ReplicationController", create: true),
            FieldSpec(template, kind: "Deployment", create: true),
            FieldSpec(template, kind: "ReplicaSet", create: true),
            FieldSpec(template, kind: "DaemonSet", create: true),
            FieldSpec(template, group: field == "labels" ? "apps" : "", kind: "StatefulSet", create: true),
            FieldSpec(template, group: "batch", kind: "Job", create: true),
            FieldSpec("spec/jobTemplate/metadata/" + field, group: "batch", kind: "CronJob", create: true),
            FieldSpec("spec/jobTemplate/spec/template/metadata/" + field, group: "batch", kind: "CronJob", create: true),
        ]
    }

    private static func affinitySelectors(kind: String) -> [FieldSpec] {
        var paths: [String] = []
        for affinity in ["podAffinity", "podAntiAffinity"] {
            let base = "spec/template/spec/affinity/\(affinity)/"
            paths.append(base + "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels")
            paths.append(base + "requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels")
        }
        paths.append("spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels")
        return paths.map { FieldSpec($0, group: "apps", kind: kind) }
    }

    /// Where `$(NAME)` of a variable is replaced.
    static let variables: [FieldSpec] = {
        let podSpecs = [
            ("Pod", "spec"), ("Deployment", "spec/template/spec"), ("ReplicaSet", "spec/template/spec"),
            ("DaemonSet", "spec/template/spec"), ("StatefulSet", "spec/template/spec"), ("Job", "spec/template/spec"),
            ("CronJob", "spec/jobTemplate/spec/template/spec"),
        ]
        var specs: [FieldSpec] = []
        for (kind, base) in podSpecs {
            for containers in ["containers", "initContainers"] {
                for field in ["args", "command", "env/value", "volumeMounts/mountPath"] {
                    specs.append(FieldSpec("\(base)/\(containers)/\(field)", kind: kind))
                }
            }
            switch kind {
            case "CronJob": specs.append(FieldSpec("spec/jobTemplate/spec/template/volumes/nfs/server", kind: kind))
            case "StatefulSet": specs.append(FieldSpec("spec/volumeClaimTemplates/spec/nfs/server", kind: kind))
            default: specs.append(FieldSpec("\(base)/volumes/nfs/server", kind: kind))
            }
        }
        return specs + [
            FieldSpec("spec/template/metadata/annotations", kind: "Deployment"), FieldSpec("spec/rules/host", kind: "Ingress"),
            FieldSpec("spec/tls/hosts", kind: "Ingress"), FieldSpec("spec/tls/secretName", kind: "Ingress"),
            FieldSpec("spec/ports/port", kind: "Service"), FieldSpec("spec/ports/targetPort", kind: "Service"),
            FieldSpec("spec/nfs/server", kind: "PersistentVolume"), FieldSpec("metadata/labels"), FieldSpec("metadata/annotations"),
        ]
    }()
}
