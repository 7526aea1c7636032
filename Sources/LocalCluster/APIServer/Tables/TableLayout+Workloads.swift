internal import Manifests

extension TableLayout {
    static let workloadLayouts: [ResourceType: TableLayout] = [
        .pods: TableLayout([
            ("Name", Cell.name), ("Ready", { pod, _ in .string(PodCells.ready(pod)) }),
            ("Status", { pod, _ in .string(PodCells.status(pod)) }),
            ("Restarts", { pod, now in .string(PodCells.restarts(pod, now)) }), ("Age", Cell.age), ("+IP", Cell.text("status", "podIP")),
            ("+Node", Cell.text("spec", "nodeName")), ("+Nominated Node", Cell.text("status", "nominatedNodeName")),
            ("+Readiness Gates", { pod, _ in .string(PodCells.gates(pod)) }),
        ]),
        .deployments: TableLayout([
            ("Name", Cell.name), ("Ready", Cell.ratio(["status", "readyReplicas"], of: ["spec", "replicas"])),
            ("Up-to-date", Cell.count("status", "updatedReplicas")), ("Available", Cell.count("status", "availableReplicas")),
            ("Age", Cell.age), ("+Containers", Cell.containerNames), ("+Images", Cell.images),
            ("+Selector", Cell.selector("spec", "selector")),
        ]),
        .replicaSets: TableLayout([
            ("Name", Cell.name), ("Desired", Cell.count("spec", "replicas")), ("Current", Cell.count("status", "replicas")),
            ("Ready", Cell.count("status", "readyReplicas")), ("Age", Cell.age), ("+Containers", Cell.containerNames),
            ("+Images", Cell.images),
            ("+Selector", Cell.selector("spec", "selector")),
        ]),
        .statefulSets: TableLayout([
            ("Name", Cell.name), ("Ready", Cell.ratio(["status", "readyReplicas"], of: ["spec", "replicas"])), ("Age", Cell.age),
            ("+Containers", Cell.containerNames), ("+Images", Cell.images),
        ]),
        .daemonSets: TableLayout([
            ("Name", Cell.name), ("Desired", Cell.count("status", "desiredNumberScheduled")),
            ("Current", Cell.count("status", "currentNumberScheduled")), ("Ready", Cell.count("status", "numberReady")),
            ("Up-to-date", Cell.count("status", "updatedNumberScheduled")), ("Available", Cell.count("status", "numberAvailable")),
            (
                "Node Selector",
                { set, _ in
                    let labels = Cell.labels(set.at(["spec", "template", "spec", "nodeSelector"])?.object)
                    return labels.isEmpty ? "<none>" : .string(labels.joined(separator: ","))
                }
            ),
            ("Age", Cell.age), ("+Containers", Cell.containerNames), ("+Images", Cell.images),
            ("+Selector", Cell.selector("spec", "selector")),
        ]),
        .jobs: TableLayout([
            ("Name", Cell.name), ("Status", { job, _ in .string(JobCells.status(job)) }),
            ("Completions", Cell.ratio(["status", "succeeded"], of: ["spec", "completions"])),
            ("Duration", { job, now in .string(JobCells.duration(job, now)) }), ("Age", Cell.age), ("+Containers", Cell.containerNames),
            ("+Images", Cell.images), ("+Selector", Cell.selector("spec", "selector")),
        ]),
        .cronJobs: TableLayout([
            ("Name", Cell.name), ("Schedule", Cell.text("spec", "schedule")), ("Timezone", Cell.text("spec", "timeZone")),
            ("Suspend", Cell.text("spec", "suspend")), ("Active", Cell.size("status", "active")),
            (
                "Last Schedule",
                { job, now in job["status"]?["lastScheduleTime"] == nil ? "<none>" : Cell.since(job["status"]?["lastScheduleTime"], now) }
            ),
            ("Age", Cell.age), ("+Containers", Cell.containerNames), ("+Images", Cell.images),
        ]),
        .horizontalPodAutoscalers: TableLayout([
            ("Name", Cell.name),
            (
                "Reference",
                { hpa, _ in
                    let target = hpa["spec"]?["scaleTargetRef"]
                    return .string("\(target?["kind"]?.string ?? "")/\(target?["name"]?.string ?? "")")
                }
            ),
            ("Targets", { hpa, _ in .string(AutoscalerCells.targets(hpa)) }), ("MinPods", Cell.text("spec", "minReplicas")),
            ("MaxPods", Cell.count("spec", "maxReplicas")), ("Replicas", Cell.count("status", "currentReplicas")), ("Age", Cell.age),
        ]),
        .podDisruptionBudgets: TableLayout([
            ("Name", Cell.name), ("Min Available", { budget, _ in AutoscalerCells.amount(budget["spec"]?["minAvailable"]) }),
            ("Max Unavailable", { budget, _ in AutoscalerCells.amount(budget["spec"]?["maxUnavailable"]) }),
            ("Allowed Disruptions", Cell.count("status", "disruptionsAllowed")), ("Age", Cell.age),
        ]),
    ]
}

enum JobCells {
    static func status(_ job: Value) -> String {
        for condition in job["status"]?["conditions"]?.array ?? [] where condition["status"] == "True" {
            switch condition["type"]?.string {
            case "Complete": return "Complete"
            case "Failed": return "Failed"
            case "Suspended": return "Suspended"
            default: continue
            }
        }
        return job["metadata"]?["deletionTimestamp"] == nil ? "Running" : "Terminating"
    }

    static func duration(_ job: Value, _ now: Timestamp) -> String {
        guard let start = job["status"]?["startTime"]?.string.flatMap(Timestamp.init(rfc3339:)) else { return "" }
        let end = job["status"]?["completionTime"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? now
        return Age.text(seconds: end.seconds - start.seconds)
    }
}

enum AutoscalerCells {
    static func amount(_ value: Value?) -> Value {
        switch value {
        case .integer(let number): .string(String(number))
        case .string(let text): .string(text)
        default: "N/A"
        }
    }

    /// `cpu: 12%/80%`, one for each metric.
    static func targets(_ autoscaler: Value) -> String {
        let current = autoscaler["status"]?["currentMetrics"]?.array ?? []
        let targets = (autoscaler["spec"]?["metrics"]?.array ?? []).enumerated().map { index, metric -> String in
            guard let name = metric["resource"]?["name"]?.string else { return "<unknown>" }
            let now = current.first { $0["resource"]?["name"]?.string == name } ?? (index < current.count ? current[index] : nil)
            let target = metric["resource"]?["target"]
            if let wanted = target?["averageUtilization"]?.integer {
                let used = now?["resource"]?["current"]?["averageUtilization"]?.integer.map { "\($0)%" } ?? "<unknown>"
                return "\(name): \(used)/\(wanted)%"
            }
            let used = now?["resource"]?["current"]?["averageValue"]?.string ?? "<unknown>"
            return "\(name): \(used)/\(target?["averageValue"]?.string ?? "<auto>")"
        }
        return targets.isEmpty ? "<none>" : targets.joined(separator: ", ")
    }
}
