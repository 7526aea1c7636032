internal import Manifests

extension TableLayout {
    static let configurationLayouts: [ResourceType: TableLayout] = [
        .configMaps: TableLayout([
            ("Name", Cell.name),
            (
                "Data",
                { map, _ in .string(String((map["data"]?.object?.count ?? 0) + (map["binaryData"]?.object?.count ?? 0))) }
            ),
            ("Age", Cell.age),
        ]),
        .secrets: TableLayout([
            ("Name", Cell.name), ("Type", Cell.text("type")),
            ("Data", { secret, _ in .string(String(secret["data"]?.object?.count ?? 0)) }),
            ("Age", Cell.age),
        ]),
        .namespaces: TableLayout([("Name", Cell.name), ("Status", Cell.text("status", "phase")), ("Age", Cell.age)]),
        .serviceAccounts: TableLayout([
            ("Name", Cell.name), ("Secrets", { account, _ in .string(String(account["secrets"]?.array?.count ?? 0)) }), ("Age", Cell.age),
        ]),
        .events: TableLayout([
            ("Last Seen", { event, now in EventCells.lastSeen(event, now) }), ("Type", Cell.text("type")), ("Reason", Cell.text("reason")),
            (
                "Object",
                { event, _ in
                    let object = event["involvedObject"]
                    return .string("\((object?["kind"]?.string ?? "").lowercased())/\(object?["name"]?.string ?? "")")
                }
            ),
            ("+Subobject", { event, _ in event["involvedObject"]?["fieldPath"] ?? "" }),
            ("+Source", { event, _ in .string(EventCells.source(event)) }),
            ("Message", { event, _ in .string((event["message"]?.string ?? "").trimmingSpaces) }),
            ("+First Seen", { event, now in EventCells.firstSeen(event, now) }),
            ("+Count", { event, _ in .string(EventCells.count(event)) }),
            ("+Name", Cell.name),
        ]),
        .nodes: TableLayout([
            ("Name", Cell.name), ("Status", { node, _ in .string(NodeCells.status(node)) }),
            ("Roles", { node, _ in .string(NodeCells.roles(node)) }), ("Age", Cell.age),
            ("Version", Cell.text("status", "nodeInfo", "kubeletVersion")),
            ("+Internal-IP", { node, _ in .string(NodeCells.address(node, "InternalIP")) }),
            ("+External-IP", { node, _ in .string(NodeCells.address(node, "ExternalIP")) }),
            ("+OS-Image", Cell.text("status", "nodeInfo", "osImage")),
            ("+Kernel-Version", Cell.text("status", "nodeInfo", "kernelVersion")),
            ("+Container-Runtime", Cell.text("status", "nodeInfo", "containerRuntimeVersion")),
        ]),
        .persistentVolumeClaims: TableLayout([
            ("Name", Cell.name), ("Status", Cell.text("status", "phase")), ("Volume", { claim, _ in claim["spec"]?["volumeName"] ?? "" }),
            ("Capacity", { claim, _ in claim["status"]?["capacity"]?["storage"] ?? "" }),
            (
                "Access Modes",
                { claim, _ in
                    let short = ["ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"]
                    let modes = (claim["status"]?["accessModes"]?.array ?? []).compactMap(\.string)
                    return .string(modes.map { short[$0] ?? $0 }.joined(separator: ","))
                }
            ),
            ("StorageClass", { claim, _ in claim["spec"]?["storageClassName"] ?? "" }),
            ("VolumeAttributesClass", { _, _ in "<unset>" }), ("Age", Cell.age), ("+VolumeMode", Cell.text("spec", "volumeMode")),
        ]),
        .resourceQuotas: TableLayout([
            ("Name", Cell.name), ("Request", { quota, _ in .string(QuotaCells.text(quota, limits: false)) }),
            ("Limit", { quota, _ in .string(QuotaCells.text(quota, limits: true)) }), ("Age", Cell.age),
        ]),
        .limitRanges: TableLayout([("Name", Cell.name), ("Created At", { range, _ in range["metadata"]?["creationTimestamp"] ?? "" })]),
        .leases: TableLayout([("Name", Cell.name), ("Holder", { lease, _ in lease["spec"]?["holderIdentity"] ?? "" }), ("Age", Cell.age)]),
        .roleBindings: bindingLayout, .clusterRoleBindings: bindingLayout,
        .priorityClasses: TableLayout([
            ("Name", Cell.name), ("Value", Cell.count("value")),
            ("Global-Default", { value, _ in .bool(value["globalDefault"]?.bool ?? false) }),
            ("Age", Cell.age), ("PreemptionPolicy", Cell.text("preemptionPolicy")),
        ]),
    ]

    private static let bindingLayout = TableLayout([
        ("Name", Cell.name),
        (
            "Role",
            { binding, _ in .string("\(binding["roleRef"]?["kind"]?.string ?? "")/\(binding["roleRef"]?["name"]?.string ?? "")") }
        ),
        ("Age", Cell.age), ("+Users", subjects("User")), ("+Groups", subjects("Group")), ("+ServiceAccounts", subjects("ServiceAccount")),
    ])

    private static func subjects(_ kind: String) -> @Sendable (Value, Timestamp) -> Value {
        { binding, _ in
            let names = (binding["subjects"]?.array ?? []).filter { $0["kind"]?.string == kind }.map { subject -> String in
                let name = subject["name"]?.string ?? ""
                return kind == "ServiceAccount" ? "\(subject["namespace"]?.string ?? "")/\(name)" : name
            }
            return .string(names.joined(separator: ", "))
        }
    }
}

enum EventCells {
    static func lastSeen(_ event: Value, _ now: Timestamp) -> Value {
        let last = Cell.since(
            event["series"]?["lastObservedTime"] ?? event["lastTimestamp"] ?? event["eventTime"] ?? event["firstTimestamp"], now)
        return last
    }

    static func firstSeen(_ event: Value, _ now: Timestamp) -> Value { Cell.since(event["firstTimestamp"] ?? event["eventTime"], now) }

    static func count(_ event: Value) -> String {
        String(event["series"]?["count"]?.integer ?? event["count"]?.integer ?? 1)
    }

    static func source(_ event: Value) -> String {
        let component = event["source"]?["component"]?.string ?? event["reportingComponent"]?.string ?? ""
        return [component, event["source"]?["host"]?.string ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

enum NodeCells {
    static func status(_ node: Value) -> String {
        let ready = node["status"]?["conditions"]?.array?.first { $0["type"] == "Ready" }
        var words = [ready.map { $0["status"] == "True" ? "Ready" : "NotReady" } ?? "Unknown"]
        if node["spec"]?["unschedulable"] == true { words.append("SchedulingDisabled") }
        return words.joined(separator: ",")
    }

    static func roles(_ node: Value) -> String {
        let prefix = "node-role.kubernetes.io/"
        let roles = (node.labels?.keys ?? []).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
        return roles.isEmpty ? "<none>" : roles.joined(separator: ",")
    }

    static func address(_ node: Value, _ type: String) -> String {
        node["status"]?["addresses"]?.array?.first { $0["type"]?.string == type }?["address"]?.string ?? "<none>"
    }
}

enum QuotaCells {
    static func text(_ quota: Value, limits: Bool) -> String {
        let hard = quota["status"]?["hard"]?.object ?? quota["spec"]?["hard"]?.object ?? Object()
        let used = quota["status"]?["used"]
        return hard.filter { $0.key.hasPrefix("limits.") == limits }.sorted { $0.key < $1.key }
            .map { "\($0.key): \(used?[$0.key]?.string ?? "0")/\($0.value.string ?? "0")" }.joined(separator: ", ")
    }
}
