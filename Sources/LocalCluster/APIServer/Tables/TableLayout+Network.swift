internal import Manifests

extension TableLayout {
    static let networkLayouts: [ResourceType: TableLayout] = [
        .services: TableLayout([
            ("Name", Cell.name), ("Type", Cell.text("spec", "type")), ("Cluster-IP", Cell.text("spec", "clusterIP")),
            ("External-IP", { service, _ in .string(ServiceCells.externalAddress(service)) }),
            ("Port(s)", { service, _ in .string(ServiceCells.ports(service)) }), ("Age", Cell.age),
            (
                "+Selector",
                { service, _ in
                    let labels = Cell.labels(service["spec"]?["selector"]?.object)
                    return labels.isEmpty ? "<none>" : .string(labels.joined(separator: ","))
                }
            ),
        ]),
        .endpoints: TableLayout([
            ("Name", Cell.name), ("Endpoints", { endpoints, _ in .string(ServiceCells.endpoints(endpoints)) }), ("Age", Cell.age),
        ]),
        .endpointSlices: TableLayout([
            ("Name", Cell.name), ("AddressType", Cell.text("addressType")),
            (
                "Ports",
                { slice, _ in
                    .string(
                        ServiceCells.short((slice["ports"]?.array ?? []).compactMap { $0["port"]?.integer.map(String.init) }, "<unset>"))
                }
            ),
            (
                "Endpoints",
                { slice, _ in
                    .string(
                        ServiceCells.short(
                            (slice["endpoints"]?.array ?? []).flatMap { $0["addresses"]?.array ?? [] }.compactMap(\.string), "<unset>"))
                }
            ),
            ("Age", Cell.age),
        ]),
        .networkPolicies: TableLayout([("Name", Cell.name), ("Pod-Selector", Cell.selector("spec", "podSelector")), ("Age", Cell.age)]),
        .ingresses: TableLayout([
            ("Name", Cell.name), ("Class", Cell.text("spec", "ingressClassName")),
            (
                "Hosts",
                { ingress, _ in
                    .string(ServiceCells.short((ingress["spec"]?["rules"]?.array ?? []).compactMap { $0["host"]?.string }, "*"))
                }
            ),
            ("Address", { ingress, _ in .string(ServiceCells.loadBalancer(ingress)) }),
            ("Ports", { ingress, _ in ingress["spec"]?["tls"] == nil ? "80" : "80, 443" }), ("Age", Cell.age),
        ]),
        .ingressClasses: TableLayout([
            ("Name", Cell.name), ("Controller", Cell.text("spec", "controller")), ("Parameters", { _, _ in "<none>" }), ("Age", Cell.age),
        ]),
    ]
}

enum ServiceCells {
    static func externalAddress(_ service: Value) -> String {
        let fixed = (service["spec"]?["externalIPs"]?.array ?? []).compactMap(\.string)
        switch service["spec"]?["type"]?.string {
        case "ExternalName":
            return service["spec"]?["externalName"]?.string ?? "<none>"
        case "LoadBalancer":
            let all = [loadBalancer(service)].filter { !$0.isEmpty } + fixed
            return all.isEmpty ? "<pending>" : all.joined(separator: ",")
        default:
            return fixed.isEmpty ? "<none>" : fixed.joined(separator: ",")
        }
    }

    static func loadBalancer(_ object: Value) -> String {
        (object["status"]?["loadBalancer"]?["ingress"]?.array ?? []).compactMap { $0["ip"]?.string ?? $0["hostname"]?.string }
            .joined(separator: ",")
    }

    static func ports(_ service: Value) -> String {
        let ports = (service["spec"]?["ports"]?.array ?? []).map { port -> String in
            let number = port["port"]?.integer ?? 0
            let node = port["nodePort"]?.integer.map { ":\($0)" } ?? ""
            return "\(number)\(node)/\(port["protocol"]?.string ?? "TCP")"
        }
        return ports.isEmpty ? "<none>" : ports.joined(separator: ",")
    }

    static func endpoints(_ endpoints: Value) -> String {
        var all: [String] = []
        for subset in endpoints["subsets"]?.array ?? [] {
            let ports = (subset["ports"]?.array ?? []).compactMap { $0["port"]?.integer }
            for address in (subset["addresses"]?.array ?? []).compactMap({ $0["ip"]?.string }) {
                all += ports.isEmpty ? [address] : ports.map { "\(address):\($0)" }
            }
        }
        return short(all, "<none>")
    }

    /// The first three, and how many more there are.
    static func short(_ items: [String], _ nothing: String) -> String {
        if items.isEmpty { return nothing }
        return items.prefix(3).joined(separator: ",") + (items.count > 3 ? " + \(items.count - 3) more..." : "")
    }
}
