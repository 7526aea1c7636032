/// The resources that exist from the start, as they are stored. Other versions of them (`autoscaling/v1`, `events.k8s.io/v1`) are converted
/// where they are served.
extension ResourceType {
    private static func core(
        _ plural: String, _ kind: String, _ shortNames: [String] = [], namespaced: Bool = true, categories: [String] = [],
        status: Bool = false, generation: Bool = false
    ) -> ResourceType {
        ResourceType(
            group: "", version: "v1", plural: plural, kind: kind, namespaced: namespaced, shortNames: shortNames, categories: categories,
            hasStatus: status, hasGeneration: generation)
    }

    private static func apps(
        _ plural: String, _ kind: String, _ shortNames: [String], scale: Bool = true
    ) -> ResourceType {
        ResourceType(
            group: "apps", version: "v1", plural: plural, kind: kind, shortNames: shortNames, categories: ["all"], hasStatus: true,
            hasGeneration: true, hasScale: scale)
    }

    package static let namespaces = core("namespaces", "Namespace", ["ns"], namespaced: false, status: true)
    package static let nodes = core("nodes", "Node", ["no"], namespaced: false, status: true)
    package static let configMaps = core("configmaps", "ConfigMap", ["cm"])
    package static let secrets = core("secrets", "Secret")
    package static let services = core("services", "Service", ["svc"], categories: ["all"], status: true)
    package static let endpoints = core("endpoints", "Endpoints", ["ep"])
    package static let pods = core("pods", "Pod", ["po"], categories: ["all"], status: true, generation: true)
    package static let serviceAccounts = core("serviceaccounts", "ServiceAccount", ["sa"])
    package static let events = core("events", "Event", ["ev"])
    package static let persistentVolumeClaims = core("persistentvolumeclaims", "PersistentVolumeClaim", ["pvc"], status: true)
    package static let persistentVolumes = core("persistentvolumes", "PersistentVolume", ["pv"], namespaced: false, status: true)
    package static let resourceQuotas = core("resourcequotas", "ResourceQuota", ["quota"], status: true)
    package static let limitRanges = core("limitranges", "LimitRange", ["limits"])

    package static let deployments = apps("deployments", "Deployment", ["deploy"])
    package static let replicaSets = apps("replicasets", "ReplicaSet", ["rs"])
    package static let statefulSets = apps("statefulsets", "StatefulSet", ["sts"])
    package static let daemonSets = apps("daemonsets", "DaemonSet", ["ds"], scale: false)
    package static let controllerRevisions = ResourceType(
        group: "apps", version: "v1", plural: "controllerrevisions", kind: "ControllerRevision")

    package static let horizontalPodAutoscalers = ResourceType(
        group: "autoscaling", version: "v2", plural: "horizontalpodautoscalers", kind: "HorizontalPodAutoscaler", shortNames: ["hpa"],
        categories: ["all"], hasStatus: true)
    package static let podDisruptionBudgets = ResourceType(
        group: "policy", version: "v1", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget", shortNames: ["pdb"],
        hasStatus: true, hasGeneration: true)
    package static let networkPolicies = ResourceType(
        group: "networking.k8s.io", version: "v1", plural: "networkpolicies", kind: "NetworkPolicy", shortNames: ["netpol"],
        hasGeneration: true)
    package static let ingresses = ResourceType(
        group: "networking.k8s.io", version: "v1", plural: "ingresses", kind: "Ingress", shortNames: ["ing"], hasStatus: true,
        hasGeneration: true)
    package static let ingressClasses = ResourceType(
        group: "networking.k8s.io", version: "v1", plural: "ingressclasses", kind: "IngressClass", namespaced: false,
        hasGeneration: true)

    package static let roles = ResourceType(group: "rbac.authorization.k8s.io", version: "v1", plural: "roles", kind: "Role")
    package static let roleBindings = ResourceType(
        group: "rbac.authorization.k8s.io", version: "v1", plural: "rolebindings", kind: "RoleBinding")
    package static let clusterRoles = ResourceType(
        group: "rbac.authorization.k8s.io", version: "v1", plural: "clusterroles", kind: "ClusterRole", namespaced: false)
    package static let clusterRoleBindings = ResourceType(
        group: "rbac.authorization.k8s.io", version: "v1", plural: "clusterrolebindings", kind: "ClusterRoleBinding", namespaced: false)

    package static let jobs = ResourceType(
        group: "batch", version: "v1", plural: "jobs", kind: "Job", categories: ["all"], hasStatus: true, hasGeneration: true)
    package static let cronJobs = ResourceType(
        group: "batch", version: "v1", plural: "cronjobs", kind: "CronJob", shortNames: ["cj"], categories: ["all"], hasStatus: true,
        hasGeneration: true)
    package static let leases = ResourceType(group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")
    package static let endpointSlices = ResourceType(
        group: "discovery.k8s.io", version: "v1", plural: "endpointslices", kind: "EndpointSlice", hasGeneration: true)
    package static let storageClasses = ResourceType(
        group: "storage.k8s.io", version: "v1", plural: "storageclasses", kind: "StorageClass", namespaced: false, shortNames: ["sc"])
    package static let priorityClasses = ResourceType(
        group: "scheduling.k8s.io", version: "v1", plural: "priorityclasses", kind: "PriorityClass", namespaced: false,
        shortNames: ["pc"], hasGeneration: true)

    package static let customResourceDefinitions = ResourceType(
        group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions", kind: "CustomResourceDefinition",
        namespaced: false, shortNames: ["crd", "crds"], categories: ["api-extensions"], hasStatus: true, hasGeneration: true)

    package static let validatingWebhookConfigurations = ResourceType(
        group: "admissionregistration.k8s.io", version: "v1", plural: "validatingwebhookconfigurations",
        kind: "ValidatingWebhookConfiguration", namespaced: false, categories: ["api-extensions"], hasGeneration: true)
    package static let mutatingWebhookConfigurations = ResourceType(
        group: "admissionregistration.k8s.io", version: "v1", plural: "mutatingwebhookconfigurations",
        kind: "MutatingWebhookConfiguration", namespaced: false, categories: ["api-extensions"], hasGeneration: true)

    /// In the order in which discovery lists them.
    package static let builtIn: [ResourceType] = [
        .configMaps, .endpoints, .events, .limitRanges, .namespaces, .nodes, .persistentVolumeClaims, .persistentVolumes, .pods,
        .resourceQuotas, .secrets, .serviceAccounts, .services,
        .controllerRevisions, .daemonSets, .deployments, .replicaSets, .statefulSets,
        .horizontalPodAutoscalers, .cronJobs, .jobs, .leases, .endpointSlices,
        .ingressClasses, .ingresses, .networkPolicies, .podDisruptionBudgets,
        .clusterRoleBindings, .clusterRoles, .roleBindings, .roles, .priorityClasses, .storageClasses,
        .mutatingWebhookConfigurations, .validatingWebhookConfigurations, .customResourceDefinitions,
    ]
}
