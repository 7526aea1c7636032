package import Manifests

/// The addresses behind a Service, from the Pods that its selector matches; pure.
package enum EndpointRules {
    /// One Pod that may be sent requests, and the ports of the Service as this Pod spells them.
    package struct Backend: Sendable, Hashable {
        package var address: String
        package var pod: String
        package var uid: String
        package var isReady: Bool
        /// Has a deletion timestamp: takes no new connections.
        package var isTerminating: Bool
        /// Service port name to the Pod's port number; a named port that this Pod does not have is missing.
        package var ports: [String: Int64]
    }

    package static func backends(of service: Value, pods: [Value]) -> [Backend] {
        let selector = LabelSelector(map: service["spec", "selector"])
        guard !selector.isEmpty else { return [] }
        let publishesNotReady = service["spec", "publishNotReadyAddresses"]?.bool ?? false
        return pods.compactMap { pod in
            guard selector.matches(pod.labels), let address = pod.podIP, let name = pod.name, let uid = pod.uid,
                pod.podPhase != "Succeeded", pod.podPhase != "Failed"
            else { return nil }
            var ports: [String: Int64] = [:]
            for port in service["spec", "ports"]?.array ?? [] {
                ports[port["name"]?.string ?? ""] = targetPort(port, of: pod)
            }
            return Backend(
                address: address, pod: name, uid: uid, isReady: (publishesNotReady || pod.isReadyPod) && !pod.isBeingDeleted,
                isTerminating: pod.isBeingDeleted, ports: ports)
        }.sorted { ($0.address, $0.pod) < ($1.address, $1.pod) }
    }

    /// A named target is looked up among the Pod's container ports, and may differ from Pod to Pod.
    package static func targetPort(_ port: Value, of pod: Value) -> Int64? {
        guard let target = port["targetPort"], !target.isNull else { return port["port"]?.integer }
        if let number = target.integer { return number == 0 ? port["port"]?.integer : number }
        guard let name = target.string else { return nil }
        if let number = Int64(name) { return number }
        let transport = port["protocol"]?.string ?? "TCP"
        return pod.containers.lazy.flatMap { $0["ports"]?.array ?? [] }
            .first { $0["name"]?.string == name && ($0["protocol"]?.string ?? "TCP") == transport }?["containerPort"]?.integer
    }

    /// The `subsets` of the Endpoints object: Pods that share their port numbers stand in one subset. Pods that leave are in none.
    package static func subsets(of service: Value, _ backends: [Backend]) -> [Value] {
        let ports = service["spec", "ports"]?.array ?? []
        var groups: [(ports: [String: Int64], backends: [Backend])] = []
        for backend in backends where !backend.isTerminating && (!backend.ports.isEmpty || ports.isEmpty) {
            if let index = groups.firstIndex(where: { $0.ports == backend.ports }) {
                groups[index].backends.append(backend)
            } else {
                groups.append((backend.ports, [backend]))
            }
        }
        return groups.map { group in
            func addresses(_ ready: Bool) -> Value? {
                let chosen = group.backends.filter { $0.isReady == ready }.map { address($0, service) }
                return chosen.isEmpty ? nil : .array(chosen)
            }
            return .mapping(
                ("addresses", addresses(true)), ("notReadyAddresses", addresses(false)), ("ports", portList(ports, group.ports)))
        }
    }

    /// The content of one EndpointSlice per set of port numbers.
    package static func slices(of service: Value, _ backends: [Backend]) -> [Value] {
        let ports = service["spec", "ports"]?.array ?? []
        var groups: [(ports: [String: Int64], backends: [Backend])] = []
        for backend in backends {
            if let index = groups.firstIndex(where: { $0.ports == backend.ports }) {
                groups[index].backends.append(backend)
            } else {
                groups.append((backend.ports, [backend]))
            }
        }
        return groups.map { group in
            let endpoints = group.backends.map { backend in
                Value.mapping(
                    ("addresses", [.string(backend.address)]),
                    (
                        "conditions",
                        [
                            "ready": .bool(backend.isReady), "serving": .bool(backend.isReady),
                            "terminating": .bool(backend.isTerminating),
                        ]
                    ), ("targetRef", reference(backend, service)), ("nodeName", "local"))
            }
            return .mapping(
                ("addressType", "IPv4"), ("endpoints", .array(endpoints)), ("ports", portList(ports, group.ports) ?? .array([])))
        }
    }

    private static func address(_ backend: Backend, _ service: Value) -> Value {
        .mapping(("ip", .string(backend.address)), ("nodeName", "local"), ("targetRef", reference(backend, service)))
    }

    private static func reference(_ backend: Backend, _ service: Value) -> Value {
        .mapping(
            ("kind", "Pod"), ("namespace", service.namespace.map(Value.string)), ("name", .string(backend.pod)),
            ("uid", .string(backend.uid)))
    }

    private static func portList(_ ports: [Value], _ numbers: [String: Int64]) -> Value? {
        let list = ports.compactMap { port -> Value? in
            let name = port["name"]?.string ?? ""
            guard let number = numbers[name] else { return nil }
            return .mapping(
                ("name", name.isEmpty ? nil : .string(name)), ("port", .integer(number)), ("protocol", port["protocol"] ?? "TCP"),
                ("appProtocol", port["appProtocol"]))
        }
        return list.isEmpty ? nil : .array(list)
    }
}
