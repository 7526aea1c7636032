package import Manifests

/// Whether a Pod may run on the only node; pure. Requests are not added up over Pods: processes share the machine, and a cluster for trying
/// things out would refuse what a person wants to see. A Pod that alone asks for more than the whole machine is refused.
package enum Scheduling {
    /// - Returns: why not, as the scheduler counts it.
    package static func obstacle(_ pod: Value, node: Value?) -> String? {
        guard let node else { return "no nodes available" }
        if node["spec", "unschedulable"]?.bool == true, !toleratesUnschedulable(pod) { return "1 node(s) were unschedulable" }
        if let selector = pod["spec", "nodeSelector"], !LabelSelector(map: selector).matches(node.labels) {
            return "1 node(s) didn't match Pod's node affinity/selector"
        }
        for resource in ["cpu", "memory"] {
            let asked = pod.containers.reduce(Int64(0)) { sum, container in
                let request = PodFacts.quantity(container["resources", "requests", resource] ?? container["resources", "limits", resource])
                return sum.addingReportingOverflow(request?.thousandths ?? 0).partialValue
            }
            if let whole = PodFacts.quantity(node["status", "allocatable", resource]), asked > whole.thousandths {
                return "1 Insufficient \(resource)"
            }
        }
        return nil
    }

    private static func toleratesUnschedulable(_ pod: Value) -> Bool {
        (pod["spec", "tolerations"]?.array ?? []).contains { toleration in
            let key = toleration["key"]?.string
            return key == "node.kubernetes.io/unschedulable" || (key == nil && toleration["operator"]?.string == "Exists")
        }
    }
}
