internal import Manifests

/// Defaults that depend on more than one field; the others stand in the schema.
enum Defaults {
    static func fill(created object: inout Value, _ type: ResourceType, _ addresses: ServiceAddresses) throws(APIError) {
        // A status is written by its own path; only a Node brings one along, as the kubelet registers it.
        if type.hasStatus, type != .nodes { object["status"] = nil }
        fillAlways(&object, type)
        switch type {
        case .namespaces:
            object["spec", "finalizers"] = ["kubernetes"]
            object["status", "phase"] = "Active"
        case .pods:
            fillPod(&object)
        case .services:
            try ServiceDefaults.fill(&object, old: nil, addresses)
        case .persistentVolumeClaims:
            object["status", "phase"] = "Pending"
        case .persistentVolumes:
            object["status", "phase"] = "Pending"
        case .jobs:
            fillJob(&object)
        case .customResourceDefinitions:
            DefinitionRules.fill(created: &object)
        default:
            break
        }
        if type.hasStatus, object["status"] == nil { object["status"] = [:] }
    }

    static func fill(
        updated object: inout Value, from old: Value, _ type: ResourceType, _ addresses: ServiceAddresses
    ) throws(APIError) {
        fillAlways(&object, type)
        switch type {
        case .namespaces:
            object["spec"] = old["spec"]
        case .services:
            try ServiceDefaults.fill(&object, old: old, addresses)
        case .jobs:
            if object["spec"]?["selector"] == nil { object["spec", "selector"] = old["spec"]?["selector"] }
            let isSingle = object["spec"]?["parallelism"] == 1 && old["spec"]?["completions"] == 1
            if object["spec"]?["completions"] == nil, isSingle { object["spec", "completions"] = 1 }
        case .customResourceDefinitions:
            DefinitionRules.fill(updated: &object, from: old)
        case .secrets:
            if object["type"] == nil { object["type"] = old["type"] }
        default:
            break
        }
    }

    private static func fillAlways(_ object: inout Value, _ type: ResourceType) {
        switch type {
        case .namespaces:
            if let name = object.name { object["metadata", "labels", "kubernetes.io/metadata.name"] = .string(name) }
        case .secrets:
            fillSecret(&object)
        case .deployments:
            WorkloadDefaults.fillDeployment(&object)
        case .statefulSets:
            WorkloadDefaults.fillStatefulSet(&object)
        case .daemonSets:
            WorkloadDefaults.fillDaemonSet(&object)
        case .replicaSets:
            PodDefaults.fillTemplate(&object, ["spec", "template"])
        case .jobs:
            PodDefaults.fillTemplate(&object, ["spec", "template"])
            if object["spec"]?["backoffLimit"] == nil { object["spec", "backoffLimit"] = 6 }
        case .cronJobs:
            PodDefaults.fillTemplate(&object, ["spec", "jobTemplate", "spec", "template"])
        case .horizontalPodAutoscalers:
            WorkloadDefaults.fillAutoscaler(&object)
        case .networkPolicies:
            if object["spec"]?["policyTypes"] == nil, object["spec"] != nil {
                object["spec", "policyTypes"] = object["spec"]?["egress"] == nil ? ["Ingress"] : ["Ingress", "Egress"]
            }
        case .roleBindings, .clusterRoleBindings:
            fillBinding(&object)
        case .validatingWebhookConfigurations, .mutatingWebhookConfigurations:
            WebhookRules.fill(&object)
        case .pods:
            PodDefaults.fillSpec(&object, ["spec"])
        default:
            break
        }
    }

    private static func fillSecret(_ object: inout Value) {
        guard let plain = object["stringData"]?.object else { return }
        for (key, value) in plain {
            object["data", key] = .string(Base64.encode(Array((value.string ?? "").utf8)))
        }
        object["stringData"] = nil
    }

    /// What admission gives to a Pod itself, not to a template.
    private static func fillPod(_ object: inout Value) {
        object.fillIn(["spec", "serviceAccountName"], "default")
        object.fillIn(["spec", "serviceAccount"], object["spec"]?["serviceAccountName"] ?? "default")
        object.fillIn(["spec", "enableServiceLinks"], true)
        object.fillIn(["spec", "preemptionPolicy"], "PreemptLowerPriority")
        object.fillIn(["spec", "priority"], 0)
        if object["spec"]?["tolerations"] == nil {
            object["spec", "tolerations"] = .array(
                ["not-ready", "unreachable"].map {
                    ["effect": "NoExecute", "key": .string("node.kubernetes.io/\($0)"), "operator": "Exists", "tolerationSeconds": 300]
                })
        }
        for list in ["initContainers", "containers"] {
            object.editItems(["spec", list]) { container in
                guard let limits = container["resources"]?["limits"]?.object else { return }
                for (name, amount) in limits where container["resources"]?["requests"]?[name] == nil {
                    container["resources", "requests", name] = amount
                }
            }
        }
        object["status"] = ["phase": "Pending", "qosClass": .string(PodDefaults.qualityOfService(object))]
    }

    private static func fillJob(_ object: inout Value) {
        if object["spec"]?["completions"] == nil, object["spec"]?["parallelism"] == 1 { object["spec", "completions"] = 1 }
        guard object["spec"]?["manualSelector"]?.bool != true, let uid = object.uid, let name = object.name else { return }
        object["spec", "selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": .string(uid)]]
        for (key, value) in [
            ("batch.kubernetes.io/controller-uid", uid), ("batch.kubernetes.io/job-name", name), ("controller-uid", uid),
            ("job-name", name),
        ] {
            object["spec", "template", "metadata", "labels", key] = .string(value)
        }
    }

    private static func fillBinding(_ object: inout Value) {
        let group: Value = "rbac.authorization.k8s.io"
        if object["roleRef"] != nil, object["roleRef"]?["apiGroup"] == nil { object["roleRef", "apiGroup"] = group }
        object.editItems(["subjects"]) { subject in
            guard subject["apiGroup"] == nil, let kind = subject["kind"]?.string, kind == "User" || kind == "Group" else { return }
            subject["apiGroup"] = group
        }
    }
}

extension Value {
    /// Sets a member that is missing.
    mutating func fillIn(_ path: [String], _ value: Value) {
        var present: Value? = self
        for key in path { present = present?[key] }
        if present == nil { set(path, to: value) }
    }

    /// Edits each item of the list at `path`; does nothing when there is none.
    mutating func editItems(_ path: [String], _ edit: (inout Value) -> Void) {
        var list: Value? = self
        for key in path { list = list?[key] }
        guard let items = list?.array else { return }
        set(
            path,
            to: .array(
                items.map { item in
                    var item = item
                    edit(&item)
                    return item
                }))
    }

    /// The member at a path of mapping keys.
    func at(_ path: [String]) -> Value? {
        var value: Value? = self
        for key in path { value = value?[key] }
        return value
    }
}
