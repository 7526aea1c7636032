package import Manifests

/// LimitRanges: what a new Pod or claim gets when it says nothing, and what it may say; pure. Words of the `LimitRanger` admission plug-in.
package enum LimitRangeRules {
    /// Fills in requests and limits of a new Pod.
    package static func fill(_ pod: inout Value, _ ranges: [Value]) {
        let items = ranges.flatMap { $0["spec"]?["limits"]?.array ?? [] }.filter { $0["type"]?.string == "Container" }
        if items.isEmpty { return }
        for list in ["initContainers", "containers"] {
            pod.editItems(["spec", list]) { container in
                // The API itself makes a limit a request before any range is asked.
                for (name, amount) in container["resources"]?["limits"]?.object ?? [:]
                where container["resources"]?["requests"]?[name] == nil { container["resources", "requests", name] = amount }
                for item in items {
                    let limits = defaults(item, "default", otherwise: "max")
                    for (name, amount) in limits where container["resources"]?["limits"]?[name] == nil {
                        container["resources", "limits", name] = amount
                    }
                    for (name, amount) in requests(item, limits) where container["resources"]?["requests"]?[name] == nil {
                        container["resources", "requests", name] = amount
                    }
                }
            }
        }
    }

    private static func defaults(_ item: Value, _ key: String, otherwise: String) -> Object {
        var result = item[key]?.object ?? Object()
        for (name, amount) in item[otherwise]?.object ?? [:] where result[name] == nil { result[name] = amount }
        return result
    }

    /// A request that nobody names is the default limit, else the least.
    private static func requests(_ item: Value, _ limits: Object) -> Object {
        var result = item["defaultRequest"]?.object ?? Object()
        for (name, amount) in item["default"]?.object ?? [:] where result[name] == nil { result[name] = amount }
        for (name, amount) in item["min"]?.object ?? [:] where result[name] == nil { result[name] = amount }
        for (name, amount) in limits where result[name] == nil { result[name] = amount }
        return result
    }

    /// Why a new object is refused; nil when it is within all ranges.
    package static func refusal(_ object: Value, _ type: ResourceType, _ ranges: [Value]) -> String? {
        var problems: [String] = []
        for item in ranges.flatMap({ $0["spec"]?["limits"]?.array ?? [] }) {
            switch (item["type"]?.string, type) {
            case ("Container", .pods):
                for container in object.containers + object.initContainers {
                    check(item, "Container", container["resources"]?["requests"], container["resources"]?["limits"], &problems)
                }
            case ("Pod", .pods):
                check(item, "Pod", sum(object, "requests"), sum(object, "limits"), &problems)
            case ("PersistentVolumeClaim", .persistentVolumeClaims):
                let requests = object.at(["spec", "resources", "requests"])
                check(item, "PersistentVolumeClaim", requests, requests, &problems)
            default: break
            }
        }
        var seen: Set<String> = []
        let unique = problems.filter { seen.insert($0).inserted }
        if unique.isEmpty { return nil }
        return unique.count == 1 ? unique[0] : "[\(unique.joined(separator: ", "))]"
    }

    private static func check(_ item: Value, _ kind: String, _ requests: Value?, _ limits: Value?, _ problems: inout [String]) {
        func each(_ key: String, _ body: (String, ResourceQuantity) -> Void) {
            for (name, amount) in (item[key]?.object.map(Array.init) ?? []).sorted(by: { $0.key < $1.key }) {
                if let quantity = ResourceQuantity(value: amount) { body(name, quantity) }
            }
        }
        each("min") { name, minimum in
            let (request, limit) = (ResourceQuantity(value: requests?[name]), ResourceQuantity(value: limits?[name]))
            if let request {
                if request < minimum {
                    problems.append("minimum \(name) usage per \(kind) is \(minimum.canonical), but request is \(request.canonical)")
                }
            } else {
                problems.append("minimum \(name) usage per \(kind) is \(minimum.canonical).  No request is specified")
            }
            if let limit, limit < minimum, kind != "PersistentVolumeClaim" {
                problems.append("minimum \(name) usage per \(kind) is \(minimum.canonical), but limit is \(limit.canonical)")
            }
        }
        each("max") { name, maximum in
            let (request, limit) = (ResourceQuantity(value: requests?[name]), ResourceQuantity(value: limits?[name]))
            if let limit {
                if limit > maximum {
                    let what = kind == "PersistentVolumeClaim" ? "request" : "limit"
                    problems.append("maximum \(name) usage per \(kind) is \(maximum.canonical), but \(what) is \(limit.canonical)")
                }
            } else {
                problems.append("maximum \(name) usage per \(kind) is \(maximum.canonical).  No limit is specified")
            }
            if let request, request > maximum, kind != "PersistentVolumeClaim" {
                problems.append("maximum \(name) usage per \(kind) is \(maximum.canonical), but request is \(request.canonical)")
            }
        }
        each("maxLimitRequestRatio") { name, ratio in
            guard let request = ResourceQuantity(value: requests?[name]), let limit = ResourceQuantity(value: limits?[name]) else {
                problems.append(
                    "\(name) max limit to request ratio per \(kind) is \(ratio.canonical), but no request is specified or request is 0")
                return
            }
            let found = Double(limit.milli) / Double(max(1, request.milli))
            if found > Double(ratio.milli) / 1000 {
                problems.append(
                    "\(name) max limit to request ratio per \(kind) is \(ratio.canonical), but provided ratio is \(Self.sixDigits(found))")
            }
        }
    }

    private static func sixDigits(_ number: Double) -> String {
        let scaled = Int64((number * 1_000_000).rounded())
        let fraction = String(scaled % 1_000_000)
        return "\(scaled / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
    }

    private static func sum(_ pod: Value, _ side: String) -> Value {
        var total: [String: ResourceQuantity] = [:]
        for container in pod.containers {
            for (name, value) in container["resources"]?[side]?.object ?? [:] {
                guard let quantity = ResourceQuantity(value: value) else { continue }
                total[name] = total[name].map { $0 + quantity } ?? quantity
            }
        }
        return .object(Object(total.map { ($0.key, Value.string($0.value.canonical)) }))
    }
}
