internal import Manifests

/// Ready-made queries for what services are watched by, each with the threshold of its usual alert.
package enum MetricTemplate: String, Sendable, Hashable, CaseIterable {
    case errorRate = "error-rate"
    case p95Latency = "p95-latency"
    case cacheHitRate = "cache-hit-rate"
    case memory
    case restarts
    case connectionPool = "connection-pool"
    case redisErrors = "redis-errors"

    /// A name of a metric or of a label that differs between services.
    package struct Parameter: Sendable, Hashable {
        package var name: String
        package var standard: String
        /// `false`: a metric.
        package var isLabel = false
    }

    package struct Content: Sendable {
        /// What its value is, and in which unit.
        package var text: String
        package var parameters: [Parameter]
        package var threshold: MetricGate.Threshold
        package var worse: MetricGate.Worse
        package var window: Duration
        /// A change below this is nothing, whatever the rank test says.
        package var minimumDifference: Double
        /// With the selector of its series, and a value for each parameter.
        var query: @Sendable (_ selector: String, _ parameters: [String: String]) -> String
    }

    package static var parameterNames: [String] {
        var names: [String] = []
        for parameter in allCases.flatMap(\.content.parameters) where !names.contains(parameter.name) { names.append(parameter.name) }
        return names
    }

    /// The query of the template.
    ///
    /// - Parameters:
    ///   - parameters: in place of the standard ones.
    ///   - labels: what the series must have; without any, the Environment's namespace.
    package func query(_ parameters: [String: String], labels: [(name: String, value: String)]) -> MetricQuery {
        let content = content
        var values: [String: String] = [:]
        for parameter in content.parameters { values[parameter.name] = parameters[parameter.name] ?? parameter.standard }
        let selector =
            labels.isEmpty
            ? #"namespace="${namespace}""# : labels.map { "\($0.name)=\"\(MetricQuery.escaped($0.value))\"" }.joined(separator: ",")
        return MetricQuery(content.query(selector, values))
    }

    package var content: Content {
        switch self {
        case .errorRate:
            Content(
                text: "the share of requests answered with a status of 500 and more",
                parameters: [Self.requests, Parameter(name: "status", standard: "status", isLabel: true)], threshold: .init(maximum: 0.05),
                worse: .higher, window: .seconds(60), minimumDifference: 0.01
            ) { selector, names in
                let requests = names["requests", default: ""]
                // A service that has not failed yet has no series of failures; one without requests has none at all.
                let failed = "sum(rate(\(requests){\(selector),\(names["status", default: ""])=~\"5..\"}[${window}]))"
                return "(\(failed) or vector(0)) / sum(rate(\(requests){\(selector)}[${window}]))"
            }
        case .p95Latency:
            Content(
                text: "the 95th percentile of the time that an answer takes, in seconds",
                parameters: [Parameter(name: "duration", standard: "http_request_duration_seconds")], threshold: .init(maximum: 1),
                worse: .higher, window: .seconds(60), minimumDifference: 0.05
            ) { selector, names in
                "histogram_quantile(0.95, sum by (le) (rate(\(names["duration", default: ""])_bucket{\(selector)}[${window}])))"
            }
        case .cacheHitRate:
            Content(
                text: "the share of look-ups that the cache could answer",
                parameters: [
                    Parameter(name: "hits", standard: "cache_hits_total"), Parameter(name: "misses", standard: "cache_misses_total"),
                ], threshold: .init(minimum: 0.8), worse: .lower, window: .seconds(60), minimumDifference: 0.05
            ) { selector, names in
                let hits = "sum(rate(\(names["hits", default: ""]){\(selector)}[${window}]))"
                return "\(hits) / (\(hits) + sum(rate(\(names["misses", default: ""]){\(selector)}[${window}])))"
            }
        case .memory:
            Content(
                text: "the memory of the fullest container, as a share of its limit",
                parameters: [
                    Parameter(name: "used", standard: "container_memory_working_set_bytes"),
                    Parameter(name: "limit", standard: "kube_pod_container_resource_limits"),
                ], threshold: .init(maximum: 0.9), worse: .higher, window: .seconds(60), minimumDifference: 0.1
            ) { selector, names in
                let used = "max by (namespace, pod, container) (\(names["used", default: ""]){\(selector),container!=\"\"})"
                let limit = "max by (namespace, pod, container) (\(names["limit", default: ""]){\(selector),resource=\"memory\"})"
                return "max(\(used) / \(limit))"
            }
        case .restarts:
            Content(
                text: "restarts of the container that was restarted most within the window",
                parameters: [Parameter(name: "restarts", standard: "kube_pod_container_status_restarts_total")],
                threshold: .init(maximum: 5), worse: .higher, window: .seconds(900), minimumDifference: 1
            ) { selector, names in "max(increase(\(names["restarts", default: ""]){\(selector)}[${window}]))" }
        case .connectionPool:
            Content(
                text: "the share of the database connections that the fullest pool could still give out",
                parameters: [
                    Parameter(name: "available", standard: "database_pool_available"),
                    Parameter(name: "size", standard: "database_pool_max_connections"),
                ], threshold: .init(minimum: 0.2), worse: .lower, window: .seconds(60), minimumDifference: 0.1
            ) { selector, names in
                "min(\(names["available", default: ""]){\(selector)} / \(names["size", default: ""]){\(selector)})"
            }
        case .redisErrors:
            Content(
                text: "errors of connections to Redis, in a second",
                parameters: [Parameter(name: "errors", standard: "redis_connection_errors_total")], threshold: .init(maximum: 0.1),
                worse: .higher, window: .seconds(60), minimumDifference: 0.05
            ) { selector, names in "sum(rate(\(names["errors", default: ""]){\(selector)}[${window}]))" }
        }
    }

    private static var requests: Parameter { Parameter(name: "requests", standard: "http_requests_total") }
}
