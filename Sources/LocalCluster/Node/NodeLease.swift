internal import Manifests

/// The Lease by which a node shows that it is there; `kubectl describe node` asks for it.
enum NodeLease {
    static let namespace = "kube-node-lease"

    static func renew(_ context: NodeContext) throws(APIError) {
        let name = context.configuration.nodeName
        let now = context.now
        // Renewed with the node's heartbeat: nobody takes this node's Pods away when a beat is missed.
        let seconds = NodeLimits.heartbeat.components.seconds * 2
        let spec: Value = [
            "holderIdentity": .string(name), "leaseDurationSeconds": .integer(seconds), "renewTime": .string(now.rfc3339Micro),
        ]
        if context.store.get(.leases, namespace: namespace, name: name) == nil {
            guard context.store.get(.namespaces, name: namespace) != nil else { return }
            let lease: Value = ["metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": spec]
            try context.store.create(.leases, lease, options: WriteOptions(tracking: .manager("kubelet")))
        } else {
            let options = WriteOptions(tracking: .manager("kubelet"))
            try context.store.update(.leases, namespace: namespace, name: name, options: options) { $0["spec"] = spec }
        }
    }
}
