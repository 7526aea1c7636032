internal import Manifests

/// Defaults of a Service, and the addresses it is given.
enum ServiceDefaults {
    static func fill(_ object: inout Value, old: Value?, _ addresses: ServiceAddresses) throws(APIError) {
        guard object["spec"]?.object != nil else { return }
        let type = object["spec"]?["type"]?.string ?? "ClusterIP"
        object.editItems(["spec", "ports"]) { port in
            port.fillIn(["targetPort"], port["port"] ?? 0)
        }
        if type == "ExternalName" {
            object["spec", "clusterIP"] = nil
            object["spec", "clusterIPs"] = nil
            return
        }
        object.fillIn(["spec", "internalTrafficPolicy"], "Cluster")
        object.fillIn(["spec", "ipFamilies"], ["IPv4"])
        object.fillIn(["spec", "ipFamilyPolicy"], "SingleStack")
        if object["spec"]?["sessionAffinity"] == "ClientIP" {
            object.fillIn(["spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"], 10_800)
        }
        try fillClusterAddress(&object, old, addresses)
        guard type == "NodePort" || type == "LoadBalancer" else { return }
        object.fillIn(["spec", "externalTrafficPolicy"], "Cluster")
        if type == "LoadBalancer" { object.fillIn(["spec", "allocateLoadBalancerNodePorts"], true) }
        try fillNodePorts(&object, old, addresses)
    }

    private static func fillClusterAddress(_ object: inout Value, _ old: Value?, _ addresses: ServiceAddresses) throws(APIError) {
        let wanted = object["spec"]?["clusterIP"]?.string ?? ""
        if wanted.isEmpty {
            // An update that leaves the address out keeps it.
            let kept = old?["spec"]?["clusterIP"]?.string ?? ""
            guard let address = kept.isEmpty ? try addresses.allocate() : kept else { return }
            object["spec", "clusterIP"] = .string(address)
        } else if wanted != "None", old == nil, !addresses.reserve(wanted) {
            var errors = FieldErrors()
            errors.invalid("spec.clusterIP", .string(wanted), "failed to allocate IP \(wanted): provided IP is already allocated")
            throw APIError.invalid(.services, object.name ?? "", errors.causes)
        }
        object["spec", "clusterIPs"] = .array([object["spec"]?["clusterIP"] ?? ""])
    }

    private static func fillNodePorts(_ object: inout Value, _ old: Value?, _ addresses: ServiceAddresses) throws(APIError) {
        guard var ports = object["spec"]?["ports"]?.array else { return }
        let oldPorts = old?["spec"]?["ports"]?.array ?? []
        for index in ports.indices where ports[index]["nodePort"] == nil {
            let same = oldPorts.first { $0["port"] == ports[index]["port"] && $0["protocol"] == ports[index]["protocol"] }
            if let kept = same?["nodePort"] {
                ports[index]["nodePort"] = kept
            } else {
                ports[index]["nodePort"] = .integer(try addresses.allocatePort())
            }
        }
        object["spec", "ports"] = .array(ports)
    }
}
