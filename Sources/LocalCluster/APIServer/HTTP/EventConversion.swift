internal import Manifests

/// `events.k8s.io/v1` over the stored core events: one store, two spellings.
enum EventConversion {
    static let served = ServedResource(
        ResourceType(group: "events.k8s.io", version: "v1", plural: "events", kind: "Event", shortNames: ["ev"]), storedAs: .events,
        toStorage: { rename($0, pairs.map { ($0.new, $0.core) }, apiVersion: "v1") },
        fromStorage: { rename($0, pairs.map { ($0.core, $0.new) }, apiVersion: "events.k8s.io/v1") })

    private static let pairs: [(core: String, new: String)] = [
        ("involvedObject", "regarding"), ("message", "note"), ("reportingComponent", "reportingController"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
    ]

    private static func rename(_ event: Value, _ pairs: [(from: String, to: String)], apiVersion: String) -> Value {
        let names = Dictionary(uniqueKeysWithValues: pairs.map { ($0.from, $0.to) })
        var result = Object()
        for (key, value) in event.object ?? Object() { result[names[key] ?? key] = value }
        result["apiVersion"] = .string(apiVersion)
        result["kind"] = "Event"
        return .object(result)
    }
}

/// `autoscaling/v1` over the stored `autoscaling/v2`: one CPU target has a field of its own there.
enum AutoscalerConversion {
    static let served = ServedResource(
        ResourceType(
            group: "autoscaling", version: "v1", plural: "horizontalpodautoscalers", kind: "HorizontalPodAutoscaler", shortNames: ["hpa"],
            categories: ["all"], hasStatus: true), storedAs: .horizontalPodAutoscalers, toStorage: toStorage, fromStorage: fromStorage)

    private static let metricsAnnotation = "autoscaling.alpha.kubernetes.io/metrics"

    @Sendable private static func toStorage(_ object: Value) -> Value {
        var result = object
        result["apiVersion"] = "autoscaling/v2"
        if let target = object["spec"]?["targetCPUUtilizationPercentage"] {
            result["spec", "targetCPUUtilizationPercentage"] = nil
            result["spec", "metrics"] = [
                ["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": target]]]
            ]
        }
        return result
    }

    @Sendable private static func fromStorage(_ object: Value) -> Value {
        var result = object
        result["apiVersion"] = "autoscaling/v1"
        let metrics = object["spec"]?["metrics"]?.array ?? []
        if metrics.count == 1, metrics[0]["resource"]?["name"] == "cpu",
            let target = metrics[0]["resource"]?["target"]?["averageUtilization"]
        {
            result["spec", "targetCPUUtilizationPercentage"] = target
        } else if !metrics.isEmpty {
            result["metadata", "annotations", metricsAnnotation] = .string(JSON.string(.array(metrics)))
        }
        result["spec", "metrics"] = nil
        result["spec", "behavior"] = nil
        for metric in object["status"]?["currentMetrics"]?.array ?? [] where metric["resource"]?["name"] == "cpu" {
            result["status", "currentCPUUtilizationPercentage"] = metric["resource"]?["current"]?["averageUtilization"]
        }
        result["status", "currentMetrics"] = nil
        result["status", "conditions"] = nil
        return result
    }
}
