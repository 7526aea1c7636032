package import Observability
internal import RankingModel

/// The metrics of the service. Their names are a contract with dashboards and alerts: `docs/rooms/RankingService.md` lists them.
package struct Telemetry: Sendable {
    package let registry: MetricsRegistry
    private let requests: Counter
    private let latency: Histogram
    private let inFlight: Gauge
    private let weightsInfo: Gauge
    private let weightPercent: Gauge
    private let weightsReloads: Counter
    private let weightsFailures: Counter
    private let weightsDegraded: Gauge
    private let clock: UnixClock

    package init(registry: MetricsRegistry, configuration: ServiceConfiguration, clock: UnixClock) {
        self.registry = registry
        self.clock = clock
        requests = registry.counter("http_requests_total", "HTTP requests answered.", labels: ["status", "method", "route"])
        latency = registry.histogram("http_request_duration_seconds", "Time from a request's head to its answer.", labels: ["route"])
        inFlight = registry.gauge("http_requests_in_flight", "HTTP requests that are being answered.")
        weightsInfo = registry.gauge("ranking_weights_info", "1 for the version of the weights in use.", labels: ["version"])
        weightPercent = registry.gauge("ranking_weight_percent", "The weights in use.", labels: ["component"])
        weightsReloads = registry.counter("ranking_weights_reloads_total", "New weights that were taken into use without a restart.")
        weightsFailures = registry.counter("ranking_weights_reload_failures_total", "New weights that were refused.")
        weightsDegraded = registry.gauge("ranking_weights_degraded", "1 while newer weights are refused and older ones are in use.")
        registry.gauge("service_info", "1, with the version that runs.", labels: ["version"]).set(1, [configuration.version])
        // This version keeps its data in memory. The pool is named all the same, so that what watches it finds a pool that is free.
        registry.gauge("database_pool_max_connections", "Connections that the pool may open.").set(
            Double(configuration.databaseMaxConnections))
        registry.gauge("database_pool_in_use", "Connections of the pool in use.").set(0)
        registry.gauge("database_pool_available", "Connections that the pool could still give out.")
            .set(Double(configuration.databaseMaxConnections))
        ProcessMetrics.register(in: registry, clock: clock)
    }

    func requestStarted() { inFlight.add(1) }

    func requestEnded(status: Int, method: String, route: String, duration: Duration) {
        inFlight.add(-1)
        requests.increment([String(status), method, route])
        latency.observe(duration, [route])
    }

    func weightsLoaded(_ snapshot: WeightsSnapshot) {
        weightsInfo.set(1, [snapshot.version])
        for component in RankingComponent.allCases {
            weightPercent.set(Double(snapshot.weights[component].hundredths) / 100, [component.wireName])
        }
    }

    func weightsReplaced(by snapshot: WeightsSnapshot) {
        weightsInfo.removeAll()
        weightsLoaded(snapshot)
        weightsReloads.increment()
        weightsDegraded.set(0)
    }

    func weightsRejected() {
        weightsFailures.increment()
        weightsDegraded.set(1)
    }
}
