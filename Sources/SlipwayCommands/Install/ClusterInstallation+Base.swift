internal import Foundation

/// What both modes have.
extension ClusterInstallation {
    var base: [File] {
        [
            namespaceFile, serviceAccount, leaderRole, configuration, claim, deployment, service, networkPolicy, disruptionBudget,
        ]
    }

    private var namespaceFile: File {
        File(
            path: "namespace.yaml",
            text: """
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: \(name(namespace))
                  labels:
                    app.kubernetes.io/name: slipway
                    pod-security.kubernetes.io/enforce: restricted

                """)
    }

    private var serviceAccount: File {
        File(
            path: "serviceaccount.yaml",
            text: """
                apiVersion: v1
                kind: ServiceAccount
                metadata:
                  name: slipway
                \(place)# Only the controller's Pod asks for a token, in its own specification.
                automountServiceAccountToken: false

                """)
    }

    private var configuration: File {
        let token = tokenSecret == nil ? "" : "      tokenFile: /etc/slipway-git/token\n"
        return File(
            path: "configmap.yaml",
            text: """
                # Read once, at the start: after a change `kubectl -n \(namespace) rollout restart deployment/slipway`.
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: slipway
                \(place)data:
                  slipway.yaml: |
                    apiVersion: slipway.dev/v1
                    kind: ControllerConfiguration
                    # Below the volume's root: that has the group of the Pod, and the keys must be the controller's alone.
                    stateDirectory: /var/lib/slipway/state
                    repository:
                      url: \(quoted(repository))
                      branch: \(quoted(branch))
                \(token)    listen:
                      # The API stays within the Pod: kubectl -n \(namespace) exec deploy/slipway -- slipway status
                      address: 127.0.0.1:8417
                      # Health and metrics alone, for the kubelet and Prometheus.
                      metrics: 0.0.0.0:9090
                    clusters:
                      default: {inCluster: true}

                """)
    }

    private var claim: File {
        let storage = storageClass.map { "  storageClassName: \(quoted($0))\n" } ?? ""
        return File(
            path: "persistentvolumeclaim.yaml",
            text: """
                # Journal and keys: back it up (docs/operations.md).
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata:
                  name: slipway
                \(place)spec:
                \(storage)  accessModes: [ReadWriteOnce]
                  resources:
                    requests:
                      storage: \(storageSize)

                """)
    }

    private var service: File {
        File(
            path: "service.yaml",
            text: """
                # For Prometheus. The API is not behind it.
                apiVersion: v1
                kind: Service
                metadata:
                  name: slipway
                \(place)spec:
                  type: ClusterIP
                  selector:
                    app.kubernetes.io/name: slipway
                  ports:
                  - name: metrics
                    port: 9090
                    targetPort: metrics

                """)
    }

    private var networkPolicy: File {
        File(
            path: "networkpolicy.yaml",
            text: """
                # In: metrics, from Pods of this cluster; the kubelet's probes come from the node, which a NetworkPolicy does not stop. Out: names,
                # the API server, and the Git remote. Narrow the last two to your addresses where you know them, and widen the ports where yours
                # differ (docs/install.md, "Network").
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata:
                  name: slipway
                \(place)spec:
                  podSelector:
                    matchLabels:
                      app.kubernetes.io/name: slipway
                  policyTypes: [Ingress, Egress]
                  ingress:
                  - from:
                    - namespaceSelector: {}
                    ports:
                    - {port: 9090, protocol: TCP}
                  egress:
                  - ports:
                    - {port: 53, protocol: UDP}
                    - {port: 53, protocol: TCP}
                  - ports:
                \(outgoing)
                """)
    }

    private var outgoing: String {
        let ports = Set(apiServerPorts + [WebRemote(repository)?.port].compactMap(\.self)).sorted()
        return ports.map { "    - {port: \($0), protocol: TCP}\n" }.joined()
    }

    private var disruptionBudget: File {
        File(
            path: "poddisruptionbudget.yaml",
            text: """
                # There is one Pod, and it may go: a drain moves it, and what it was doing goes on where it stood. Says so to tools that would
                # otherwise ask.
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata:
                  name: slipway
                \(place)spec:
                  maxUnavailable: 1
                  selector:
                    matchLabels:
                      app.kubernetes.io/name: slipway

                """)
    }

    /// Namespace and label, as every object's metadata ends.
    var place: String {
        "  namespace: \(name(namespace))\n  labels:\n    app.kubernetes.io/name: slipway\n"
    }

    /// A name as YAML that is read as a text: `2024` would be a number, `true` a truth.
    func name(_ text: String) -> String {
        let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        return text.first?.isNumber == true || words.contains(text) ? quoted(text) : text
    }

    /// A text of the caller as YAML that cannot mean anything else.
    func quoted(_ text: String) -> String {
        "\"\(text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\""))\""
    }
}
