internal import Synchronization

/// All metrics of a process. Asking twice for one name gives one metric; it is safe from any thread.
package final class MetricsRegistry: Sendable {
    private let families = Mutex<[String: any MetricFamily]>([:])

    package init() {}

    /// - Parameters:
    ///   - labels: names of the labels; values are given in the same order with each increment.
    ///   - series: at most so many, where the values of the labels are limited otherwise.
    package func counter(
        _ name: String, _ help: String, labels: [String] = [], series: Int = ObservabilityLimits.seriesPerMetric
    ) -> Counter {
        let description = MetricDescription(name: name, help: help, kind: .counter, labels: labels)
        return registered(description) { Counter(description: description, series: series) }
    }

    /// A counter that somebody else keeps and that is read when somebody looks. `reading` must be quick, must not wait, and never falls.
    @discardableResult
    package func counter(_ name: String, _ help: String, reading: @escaping @Sendable () -> Double) -> Counter {
        let description = MetricDescription(name: name, help: help, kind: .counter, labels: [])
        return registered(description) { Counter(description: description, reading: reading) }
    }

    package func gauge(
        _ name: String, _ help: String, labels: [String] = [], series: Int = ObservabilityLimits.seriesPerMetric
    ) -> Gauge {
        let description = MetricDescription(name: name, help: help, kind: .gauge, labels: labels)
        return registered(description) { Gauge(description: description, series: series) }
    }

    /// A gauge that is read when somebody looks. `reading` must be quick and must not wait.
    @discardableResult
    package func gauge(_ name: String, _ help: String, reading: @escaping @Sendable () -> Double) -> Gauge {
        let description = MetricDescription(name: name, help: help, kind: .gauge, labels: [])
        return registered(description) { Gauge(description: description, reading: reading) }
    }

    package func histogram(
        _ name: String, _ help: String, labels: [String] = [], buckets: [Double] = Histogram.latencyBuckets
    ) -> Histogram {
        let description = MetricDescription(name: name, help: help, kind: .histogram, labels: labels)
        return registered(description) { Histogram(description: description, buckets: buckets) }
    }

    /// Text format 0.0.4 (`Exposition.contentType`), metrics by name, series by label values.
    package func render() -> String {
        let families = families.withLock { Array($0.values) }.sorted { $0.description.name < $1.description.name }
        var output = ""
        output.reserveCapacity(4096)
        for family in families {
            Exposition.appendHead(family.description, to: &output)
            family.renderSamples(to: &output)
        }
        return output
    }

    /// The first to register a name decides what it is. Whoever asks later for another kind under that name gets a metric that works and is
    /// not shown; in a debug build this stops the program, as it is a mistake in it.
    private func registered<Family: MetricFamily>(_ description: MetricDescription, make: () -> Family) -> Family {
        let made = make()
        return families.withLock { families in
            guard let existing = families[description.name] else {
                families[description.name] = made
                return made
            }
            if let existing = existing as? Family, existing.description.labels == description.labels { return existing }
            assertionFailure("metric \(description.name) is registered twice in two shapes")
            return made
        }
    }
}
