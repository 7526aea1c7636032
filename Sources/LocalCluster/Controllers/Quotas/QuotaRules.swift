package import Manifests

/// What counts against a ResourceQuota and when it refuses; pure. Names and words are those of the quota admission plug-in.
package enum QuotaRules {
    package typealias Amounts = [String: ResourceQuantity]

    /// What one object uses: `pods`, `requests.cpu`, `count/deployments.apps`, `services.nodeports`, ...
    package static func usage(of object: Value, _ type: ResourceType) -> Amounts {
        var usage: Amounts = ["count/\(type.qualifiedPlural)": one]
        switch type {
        case .pods:
            // A Pod that has ended uses nothing but its place in the count of objects.
            if object.podPhase == "Succeeded" || object.podPhase == "Failed" { return usage }
            usage["pods"] = one
            usage.merge(pod(object)) { $1 }
        case .services:
            usage["services"] = one
            let ports = Int64(object["spec"]?["ports"]?.array?.count ?? 0)
            switch object["spec"]?["type"]?.string {
            case "NodePort": usage["services.nodeports"] = amount(ports)
            case "LoadBalancer":
                usage["services.loadbalancers"] = one
                if object["spec"]?["allocateLoadBalancerNodePorts"]?.bool != false { usage["services.nodeports"] = amount(ports) }
            default: break
            }
        case .persistentVolumeClaims:
            usage["persistentvolumeclaims"] = one
            if let storage = object.at(["spec", "resources", "requests", "storage"]).flatMap(ResourceQuantity.init(value:)) {
                usage["requests.storage"] = storage
                if let name = object["spec"]?["storageClassName"]?.string {
                    usage["\(name).storageclass.storage.k8s.io/requests.storage"] = storage
                    usage["\(name).storageclass.storage.k8s.io/persistentvolumeclaims"] = one
                }
            }
        case .configMaps, .secrets, .resourceQuotas: usage[type.plural] = one
        default: break
        }
        return usage
    }

    private static let one = amount(1)
    private static func amount(_ count: Int64) -> ResourceQuantity { ResourceQuantity(thousandths: count * 1000) }

    /// Containers run together and init containers one after the other: the larger of both counts.
    private static func pod(_ pod: Value) -> Amounts {
        var usage: Amounts = [:]
        for side in ["requests", "limits"] {
            var total: Amounts = [:]
            for container in pod.containers {
                for (name, value) in container["resources"]?[side]?.object ?? [:] {
                    guard let quantity = ResourceQuantity(value: value) else { continue }
                    total[name] = total[name].map { $0 + quantity } ?? quantity
                }
            }
            for container in pod.initContainers {
                for (name, value) in container["resources"]?[side]?.object ?? [:] {
                    guard let quantity = ResourceQuantity(value: value) else { continue }
                    total[name] = max(total[name] ?? quantity, quantity)
                }
            }
            for (name, quantity) in total {
                usage["\(side).\(name)"] = quantity
                if side == "requests" { usage[name] = quantity }
            }
        }
        return usage
    }

    /// Whether the quota is about this object at all.
    package static func applies(_ quota: Value, to object: Value, _ type: ResourceType) -> Bool {
        let scopes = (quota["spec"]?["scopes"]?.array ?? []).compactMap(\.string)
        let expressions = quota["spec"]?["scopeSelector"]?["matchExpressions"]?.array ?? []
        if scopes.isEmpty && expressions.isEmpty { return true }
        guard type == .pods else { return false }
        return scopes.allSatisfy { holds($0, object) }
            && expressions.allSatisfy { expression in
                let scope = expression["scopeName"]?.string ?? ""
                guard scope == "PriorityClass" else { return holds(scope, object) }
                let value = object["spec"]?["priorityClassName"]?.string
                let values = (expression["values"]?.array ?? []).compactMap(\.string)
                switch expression["operator"]?.string {
                case "In": return value.map(values.contains) ?? false
                case "NotIn": return value.map { !values.contains($0) } ?? true
                case "Exists": return value != nil
                default: return value == nil
                }
            }
    }

    private static func holds(_ scope: String, _ pod: Value) -> Bool {
        let isTerminating = pod["spec"]?["activeDeadlineSeconds"]?.integer != nil
        let isBestEffort = PodStatus.qualityOfService(pod) == "BestEffort"
        switch scope {
        case "Terminating": return isTerminating
        case "NotTerminating": return !isTerminating
        case "BestEffort": return isBestEffort
        case "NotBestEffort": return !isBestEffort
        case "PriorityClass": return pod["spec"]?["priorityClassName"]?.string != nil
        default: return false
        }
    }

    /// `status.used` of a quota: what is there of what it limits.
    package static func used(_ quota: Value, objects: [(ResourceType, [Value])]) -> Amounts {
        let names = hard(quota)
        var used = names.mapValues { _ in ResourceQuantity(thousandths: 0) }
        for (type, values) in objects {
            for object in values where applies(quota, to: object, type) {
                for (name, quantity) in usage(of: object, type) where names[name] != nil {
                    used[name] = (used[name] ?? ResourceQuantity(thousandths: 0)) + quantity
                }
            }
        }
        return used
    }

    package static func hard(_ quota: Value) -> Amounts {
        var hard: Amounts = [:]
        for (name, value) in quota["spec"]?["hard"]?.object ?? [:] { hard[name] = ResourceQuantity(value: value) }
        return hard
    }

    /// Why a new object is refused; nil when it fits.
    package static func refusal(_ object: Value, _ type: ResourceType, quota: Value, used: Amounts) -> String? {
        guard applies(quota, to: object, type) else { return nil }
        let hard = hard(quota)
        let name = quota.name ?? ""
        if type == .pods, let missing = missing(object, hard) { return "failed quota: \(name): must specify \(missing)" }
        let asked = usage(of: object, type).filter { hard[$0.key] != nil && $0.value > ResourceQuantity(thousandths: 0) }
        let over = asked.keys.filter { key in
            guard let quantity = asked[key], let limit = hard[key] else { return false }
            return (used[key] ?? ResourceQuantity(thousandths: 0)) + quantity > limit
        }.sorted()
        if over.isEmpty { return nil }
        func list(_ amounts: Amounts) -> String { over.map { "\($0)=\(amounts[$0]?.canonical ?? "0")" }.joined(separator: ",") }
        return "exceeded quota: \(name), requested: \(list(asked)), used: \(list(used)), limited: \(list(hard))"
    }

    /// A Pod has to say what is limited, for each of its containers.
    private static func missing(_ pod: Value, _ hard: Amounts) -> String? {
        var missing: [String] = []
        for name in hard.keys.sorted() {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            let (side, resource) =
                parts.count == 2 && (parts[0] == "requests" || parts[0] == "limits") ? (parts[0], parts[1]) : ("requests", name)
            guard ["cpu", "memory", "ephemeral-storage"].contains(resource), resource != "ephemeral-storage" || parts.count == 2 else {
                continue
            }
            let names = (pod.containers + pod.initContainers).filter { $0["resources"]?[side]?[resource] == nil }.compactMap {
                $0["name"]?.string
            }
            if !names.isEmpty { missing.append("\(name) for: \(names.sorted().joined(separator: ","))") }
        }
        return missing.isEmpty ? nil : missing.joined(separator: "; ")
    }
}

extension ResourceQuantity {
    init?(value: Value?) {
        guard let text = value?.string ?? value?.integer.map(String.init) else { return nil }
        self.init(text)
    }
}
