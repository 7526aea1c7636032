package import Manifests

/// What a Pod's containers can be told about it and its surroundings.
package struct PodFacts: Sendable {
    package var pod: Value
    package var podIP: String
    package var nodeName: String
    package var nodeIP: String
    /// Stands in for limits that a container does not set.
    package var nodeCPU: Quantity
    package var nodeMemory: Quantity
    package var configMap: @Sendable (String) -> Value?
    package var secret: @Sendable (String) -> Value?
    /// The Services of its namespace.
    package var services: @Sendable () -> [Value]

    /// A token of the Pod's account for an audience (nil: the API's own), good for so many seconds.
    var accountToken: @Sendable (_ audience: String?, _ seconds: Int64) throws(APIError) -> String = { (_, _) throws(APIError) in
        throw APIError(.serviceUnavailable, "this node issues no service account tokens")
    }

    package init(
        pod: Value, podIP: String, nodeName: String, nodeIP: String, nodeCPU: Quantity, nodeMemory: Quantity,
        configMap: @escaping @Sendable (String) -> Value?, secret: @escaping @Sendable (String) -> Value?,
        services: @escaping @Sendable () -> [Value]
    ) {
        self.pod = pod
        self.podIP = podIP
        self.nodeName = nodeName
        self.nodeIP = nodeIP
        self.nodeCPU = nodeCPU
        self.nodeMemory = nodeMemory
        self.configMap = configMap
        self.secret = secret
        self.services = services
    }

    package var namespace: String { pod.namespace ?? "" }

    /// The value of a `fieldRef`.
    package func field(_ path: String) throws(NodeError) -> String {
        switch path {
        case "metadata.name": return pod.name ?? ""
        case "metadata.namespace": return namespace
        case "metadata.uid": return pod.uid ?? ""
        case "metadata.labels": return Self.lines(pod.labels)
        case "metadata.annotations": return Self.lines(pod.annotations)
        case "spec.nodeName": return nodeName
        case "spec.serviceAccountName": return pod["spec", "serviceAccountName"]?.string ?? "default"
        case "status.podIP", "status.podIPs": return podIP
        case "status.hostIP", "status.hostIPs": return nodeIP
        default: break
        }
        if let key = Self.subscriptKey(path, of: "metadata.labels") { return pod.label(key) ?? "" }
        if let key = Self.subscriptKey(path, of: "metadata.annotations") { return pod.annotation(key) ?? "" }
        throw NodeError(.badReference, "unsupported fieldPath: \(path)")
    }

    /// The value of a `resourceFieldRef`; `container` is used when the reference names none.
    package func resource(_ reference: Value, container: Value?) throws(NodeError) -> String {
        let name = reference["containerName"]?.string
        let subject = name.map { name in (pod.containers + pod.initContainers).first { $0["name"]?.string == name } } ?? container
        guard let subject else { throw NodeError(.badReference, "container \(name ?? "") not found") }
        let parts = (reference["resource"]?.string ?? "").split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0] == "limits" || parts[0] == "requests" else {
            throw NodeError(.badReference, "unsupported container resource: \(reference["resource"]?.string ?? "")")
        }
        let divisor = Self.quantity(reference["divisor"]).flatMap { $0.thousandths == 0 ? nil : $0 } ?? Quantity(thousandths: 1000)
        let own = Self.quantity(subject["resources", parts[0], parts[1]])
        let whole = parts[1] == "cpu" ? nodeCPU : parts[1] == "memory" ? nodeMemory : Quantity(thousandths: 0)
        return String((own ?? (parts[0] == "limits" ? whole : Quantity(thousandths: 0))).divided(by: divisor))
    }

    package static func quantity(_ value: Value?) -> Quantity? {
        switch value {
        case .string(let text): Quantity(text)
        case .integer(let number): Quantity(String(number))
        case .double(let number): Quantity(String(number))
        default: nil
        }
    }

    /// `metadata.labels['app']` to `app`.
    private static func subscriptKey(_ path: String, of prefix: String) -> String? {
        guard path.hasPrefix("\(prefix)['"), path.hasSuffix("']") else { return nil }
        return String(path.dropFirst(prefix.count + 2).dropLast(2))
    }

    private static func lines(_ map: Object?) -> String {
        (map.map(Array.init) ?? []).sorted { $0.key < $1.key }
            .map { "\($0.key)=\(JSON.string($0.value))" }.joined(separator: "\n")
    }
}
