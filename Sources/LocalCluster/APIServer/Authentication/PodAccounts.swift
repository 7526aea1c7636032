package import Manifests

/// Gives each new Pod the account that it acts as, and its containers the account's token, as the admission plugin `ServiceAccount` does.
package enum PodAccounts {
    private static let mountPath = "/var/run/secrets/kubernetes.io/serviceaccount"
    /// An hour and a little, so that the kubelet renews it well before programs expect its end.
    private static let tokenSeconds: Value = 3607

    /// - Throws: `Forbidden` for a Pod whose account does not exist.
    package static func prepare(_ pod: inout Value, _ store: ObjectStore) throws(APIError) {
        let stated = pod["spec"]?["serviceAccountName"]?.string ?? pod["spec"]?["serviceAccount"]?.string ?? ""
        let name = stated.isEmpty ? "default" : stated
        let namespace = pod.namespace ?? ""
        // A namespace that does not exist is reported as such, later.
        guard store.get(.namespaces, name: namespace) != nil else { return }
        guard let account = store.get(.serviceAccounts, namespace: namespace, name: name) else {
            throw APIError.forbidden(
                .pods, pod.name ?? "", "error looking up service account \(namespace)/\(name): serviceaccount \"\(name)\" not found")
        }
        pod["spec", "serviceAccountName"] = .string(name)
        pod["spec", "serviceAccount"] = .string(name)
        if pod["spec"]?["imagePullSecrets"] == nil, let secrets = account["imagePullSecrets"] {
            pod["spec", "imagePullSecrets"] = secrets
        }
        let isWanted = pod["spec"]?["automountServiceAccountToken"]?.bool ?? account["automountServiceAccountToken"]?.bool ?? true
        if isWanted { mount(&pod, store) }
    }

    private static func mount(_ pod: inout Value, _ store: ObjectStore) {
        let volume = Value.string("kube-api-access-\(store.environment.nameSuffix())")
        var isMounted = false
        for list in ["initContainers", "containers"] {
            pod.editItems(["spec", list]) { container in
                let mounts = container["volumeMounts"]?.array ?? []
                if mounts.contains(where: { $0["mountPath"]?.string == mountPath }) { return }
                container["volumeMounts"] = .array(
                    mounts + [["name": volume, "readOnly": true, "mountPath": .string(mountPath)]])
                isMounted = true
            }
        }
        guard isMounted else { return }
        let projected: Value = [
            "name": volume,
            "projected": [
                "defaultMode": 420,
                "sources": [
                    ["serviceAccountToken": ["expirationSeconds": tokenSeconds, "path": "token"]],
                    ["configMap": ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]],
                    [
                        "downwardAPI": [
                            "items": [["path": "namespace", "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"]]]
                        ]
                    ],
                ],
            ],
        ]
        pod["spec", "volumes"] = .array((pod["spec"]?["volumes"]?.array ?? []) + [projected])
    }
}
