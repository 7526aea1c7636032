/// The least rights that the controller's code needs, each with its reason.
extension ClusterInstallation {
    /// Of an Environment's namespace, whether granted for one or for all.
    private static let environmentRules = """
        # The kinds that Environments deploy: get and list to compare, watch to see drift, create and patch for server-side apply (a patch
        # that makes an object counts as a create), delete to prune. Take out what no Environment has, add the kinds of your custom
        # resources. Secrets are among them: an Environment brings its own, and preflight looks whether those that Pods need are there.
        - apiGroups: [""]
          resources: [configmaps, secrets, services, serviceaccounts]
          verbs: [get, list, watch, create, patch, delete]
        - apiGroups: [apps]
          resources: [deployments, statefulsets, daemonsets]
          verbs: [get, list, watch, create, patch, delete]
        - apiGroups: [batch]
          resources: [jobs, cronjobs]
          verbs: [get, list, watch, create, patch, delete]
        - apiGroups: [autoscaling]
          resources: [horizontalpodautoscalers]
          verbs: [get, list, watch, create, patch, delete]
        - apiGroups: [policy]
          resources: [poddisruptionbudgets]
          verbs: [get, list, watch, create, patch, delete]
        - apiGroups: [networking.k8s.io]
          resources: [ingresses, networkpolicies]
          verbs: [get, list, watch, create, patch, delete]
        # Volumes are never pruned, so they are never deleted.
        - apiGroups: [""]
          resources: [persistentvolumeclaims]
          verbs: [get, list, watch, create, patch]
        # The inventory is a ConfigMap that is replaced as a whole, so that two writers never lose an entry of each other.
        - apiGroups: [""]
          resources: [configmaps]
          verbs: [update]
        # The health of a workload is that of the Pods of its newest ReplicaSet, and events tell why one does not start.
        - apiGroups: [""]
          resources: [pods, events]
          verbs: [get, list, watch]
        - apiGroups: [apps]
          resources: [replicasets]
          verbs: [get, list, watch]
        # The last log lines of a failing container are part of the reason that is told.
        - apiGroups: [""]
          resources: [pods/log]
          verbs: [get]
        # Smoke tests reach a Service through the API server; the verb is that of their HTTP method. get is enough when all use GET.
        - apiGroups: [""]
          resources: [services/proxy]
          verbs: [get, create, update, patch, delete]
        # What becomes of a Release is told as events beside the objects.
        - apiGroups: [""]
          resources: [events]
          verbs: [create, patch]

        """

    /// A ClusterRole is seen by all: one called like the namespace could be `view` or `admin`, which the cluster has already.
    private var clusterRoleName: String { namespace == "slipway" ? namespace : "slipway-\(namespace)" }

    var clusterRole: File {
        File(
            path: "clusterrole.yaml",
            text: """
                # Rights in every namespace. It can read every Secret of the cluster: where that is too much, use the namespaced mode.
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: \(clusterRoleName)
                  labels:
                    app.kubernetes.io/name: slipway
                rules:
                \(Self.environmentRules)# Is the namespace there? And for createNamespace: make it. Never deleted.
                - apiGroups: [""]
                  resources: [namespaces]
                  verbs: [get, list, watch, create, patch]
                # Preflight asks which of these rights we have. Everybody may by default (system:basic-user); some clusters take that away.
                - apiGroups: [authorization.k8s.io]
                  resources: [selfsubjectaccessreviews]
                  verbs: [create]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata:
                  name: \(clusterRoleName)
                  labels:
                    app.kubernetes.io/name: slipway
                roleRef:
                  apiGroup: rbac.authorization.k8s.io
                  kind: ClusterRole
                  name: \(clusterRoleName)
                subjects:
                - kind: ServiceAccount
                  name: slipway
                  namespace: \(name(namespace))

                """)
    }

    var environmentRoles: [File] {
        environmentNamespaces.map { environment in
            File(
                path: "role-\(environment).yaml",
                text: """
                    # Rights in the namespace \(environment), which must exist: Environments of this mode cannot have createNamespace.
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: Role
                    metadata:
                      name: slipway
                      namespace: \(name(environment))
                      labels:
                        app.kubernetes.io/name: slipway
                    rules:
                    \(Self.environmentRules)# Is the namespace there? A request for one namespace counts as one within it.
                    - apiGroups: [""]
                      resources: [namespaces]
                      resourceNames: [\(name(environment))]
                      verbs: [get]
                    ---
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: RoleBinding
                    metadata:
                      name: slipway
                      namespace: \(name(environment))
                      labels:
                        app.kubernetes.io/name: slipway
                    roleRef:
                      apiGroup: rbac.authorization.k8s.io
                      kind: Role
                      name: slipway
                    subjects:
                    - kind: ServiceAccount
                      name: slipway
                      namespace: \(name(namespace))

                    """)
        }
    }

    var leaderRole: File {
        File(
            path: "role.yaml",
            text: """
                # Rights in the controller's own namespace: the Lease by which one of several controllers leads. It asks for nothing else here.
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata:
                  name: slipway-leader
                  namespace: \(name(namespace))
                  labels:
                    app.kubernetes.io/name: slipway
                rules:
                - apiGroups: [coordination.k8s.io]
                  resources: [leases]
                  verbs: [get, create, update]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata:
                  name: slipway-leader
                  namespace: \(name(namespace))
                  labels:
                    app.kubernetes.io/name: slipway
                roleRef:
                  apiGroup: rbac.authorization.k8s.io
                  kind: Role
                  name: slipway-leader
                subjects:
                - kind: ServiceAccount
                  name: slipway
                  namespace: \(name(namespace))

                """)
    }
}
