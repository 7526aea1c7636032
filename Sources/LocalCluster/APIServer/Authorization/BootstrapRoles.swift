internal import Manifests

/// The roles and bindings that a cluster has from the start, named as Kubernetes names them.
enum BootstrapRoles {
    /// The group that the read-only kubeconfig of this cluster is in.
    static let viewers = "slipway:viewers"

    /// Makes what is missing; what is there was changed by somebody who may, and stays.
    static func furnish(_ store: ObjectStore) throws(APIError) {
        for role in roles + [admin, edit, view].map({ gathered($0) }) where store.get(.clusterRoles, name: role.name ?? "") == nil {
            try store.create(.clusterRoles, role)
        }
        for binding in bindings where store.get(.clusterRoleBindings, name: binding.name ?? "") == nil {
            try store.create(.clusterRoleBindings, binding)
        }
    }

    private static func gathered(_ role: Value) -> Value {
        var role = role
        // `admin` gathers `edit`, which gathers `view`: three rounds at most.
        var others = roles + [edit, view]
        for _ in 0..<2 {
            for index in others.indices where others[index]["aggregationRule"] != nil {
                others[index]["rules"] = RoleAggregation.rules(of: others[index], from: others)
            }
        }
        role["rules"] = RoleAggregation.rules(of: role, from: others)
        return role
    }

    private static func metadata(_ name: String, _ aggregates: [String] = []) -> Value {
        var labels: Object = ["kubernetes.io/bootstrapping": "rbac-defaults"]
        for target in aggregates { labels["rbac.authorization.k8s.io/aggregate-to-\(target)"] = "true" }
        return [
            "name": .string(name), "labels": .object(labels),
            "annotations": ["rbac.authorization.kubernetes.io/autoupdate": "true"],
        ]
    }

    private static func role(_ name: String, _ rules: [PolicyRule], aggregatesTo targets: [String] = []) -> Value {
        ["metadata": metadata(name, targets), "rules": .array(rules.map(\.value))]
    }

    private static func aggregate(_ name: String, to targets: [String] = []) -> Value {
        [
            "metadata": metadata(name, targets),
            "aggregationRule": [
                "clusterRoleSelectors": [["matchLabels": .object(["rbac.authorization.k8s.io/aggregate-to-\(name)": "true"])]]
            ],
            "rules": [],
        ]
    }

    private static let admin = aggregate("admin")
    private static let edit = aggregate("edit", to: ["admin"])
    private static let view = aggregate("view", to: ["edit"])

    private static func bind(_ name: String, _ role: String, to groups: [String]) -> Value {
        [
            "metadata": metadata(name),
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(role)],
            "subjects": .array(
                groups.map { ["apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": .string($0)] }),
        ]
    }

    private static let bindings: [Value] = [
        bind("cluster-admin", "cluster-admin", to: [RoleAuthorizer.masters]),
        bind("system:basic-user", "system:basic-user", to: ["system:authenticated"]),
        bind("system:discovery", "system:discovery", to: ["system:authenticated"]),
        bind("system:public-info-viewer", "system:public-info-viewer", to: ["system:authenticated", "system:unauthenticated"]),
        bind("slipway:viewers", "view", to: [viewers]),
    ]
}

// MARK: - Rules

extension BootstrapRoles {
    private static let read = ["get", "list", "watch"]
    private static let write = ["create", "delete", "deletecollection", "patch", "update"]
    private static let health = ["/healthz", "/livez", "/readyz", "/version", "/version/"]

    private static func allow(_ verbs: [String], _ group: String, _ resources: String...) -> PolicyRule {
        PolicyRule(verbs: verbs, apiGroups: [group], resources: resources)
    }

    private static let roles: [Value] = [
        role(
            "cluster-admin",
            [PolicyRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"]), PolicyRule(verbs: ["*"], nonResourceURLs: ["*"])]),
        role(
            "system:discovery",
            [PolicyRule(verbs: ["get"], nonResourceURLs: ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"] + health)]),
        role("system:public-info-viewer", [PolicyRule(verbs: ["get"], nonResourceURLs: health)]),
        role(
            "system:basic-user",
            [
                allow(["create"], "authorization.k8s.io", "selfsubjectaccessreviews", "selfsubjectrulesreviews"),
                allow(["create"], "authentication.k8s.io", "selfsubjectreviews"),
            ]),
        role(
            "system:auth-delegator",
            [
                allow(["create"], "authentication.k8s.io", "tokenreviews"),
                allow(["create"], "authorization.k8s.io", "subjectaccessreviews"),
            ]),
        role(
            "system:aggregated-metrics-reader", [allow(read, "metrics.k8s.io", "pods", "nodes")], aggregatesTo: ["admin", "edit", "view"]),
        role("system:aggregate-to-view", viewRules, aggregatesTo: ["view"]),
        role("system:aggregate-to-edit", editRules, aggregatesTo: ["edit"]),
        role("system:aggregate-to-admin", adminRules, aggregatesTo: ["admin"]),
    ]

    private static let viewRules: [PolicyRule] = [
        allow(
            read, "", "configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods",
            "replicationcontrollers", "replicationcontrollers/scale", "serviceaccounts", "services", "services/status"),
        allow(
            read, "", "bindings", "events", "limitranges", "namespaces/status", "pods/log", "pods/status", "replicationcontrollers/status",
            "resourcequotas", "resourcequotas/status"),
        allow(read, "", "namespaces"),
        allow(read, "discovery.k8s.io", "endpointslices"),
        allow(
            read, "apps", "controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
            "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets", "statefulsets/scale",
            "statefulsets/status"),
        allow(read, "autoscaling", "horizontalpodautoscalers", "horizontalpodautoscalers/status"),
        allow(read, "batch", "cronjobs", "cronjobs/status", "jobs", "jobs/status"),
        allow(read, "policy", "poddisruptionbudgets", "poddisruptionbudgets/status"),
        allow(read, "networking.k8s.io", "ingresses", "ingresses/status", "networkpolicies"),
        allow(read, "events.k8s.io", "events"),
    ]

    private static let editRules: [PolicyRule] = [
        allow(read, "", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"),
        allow(["impersonate"], "", "serviceaccounts"),
        allow(write, "", "pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"),
        allow(["create"], "", "pods/eviction"),
        allow(
            write, "", "configmaps", "events", "persistentvolumeclaims", "replicationcontrollers", "replicationcontrollers/scale",
            "secrets",
            "serviceaccounts", "services", "services/proxy"),
        allow(["create"], "", "serviceaccounts/token"),
        allow(
            write, "apps", "daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets", "replicasets/scale",
            "statefulsets", "statefulsets/scale"),
        allow(write, "autoscaling", "horizontalpodautoscalers"),
        allow(write, "batch", "cronjobs", "jobs"),
        allow(write, "policy", "poddisruptionbudgets"),
        allow(write, "networking.k8s.io", "ingresses", "networkpolicies"),
        allow(read + write, "coordination.k8s.io", "leases"),
    ]

    private static let adminRules: [PolicyRule] = [
        allow(["create"], "authorization.k8s.io", "localsubjectaccessreviews"),
        allow(read + write, "rbac.authorization.k8s.io", "rolebindings", "roles"),
    ]
}
