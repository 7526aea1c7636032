internal import Synchronization

/// A number that goes up and down: queue depth, age of the last sync, pool connections.
package final class Gauge: MetricFamily {
    package let description: MetricDescription
    private let series: Mutex<SeriesTable<Double>>
    private let reading: (@Sendable () -> Double)?

    init(
        description: MetricDescription, series limit: Int = ObservabilityLimits.seriesPerMetric, reading: (@Sendable () -> Double)? = nil
    ) {
        self.description = description
        self.reading = reading
        let count = description.labels.count
        series = Mutex(SeriesTable(labelCount: count, limit: limit) { 0 })
    }

    /// - Parameter labels: the values, in the order in which the label names were declared.
    package func set(_ value: Double, _ labels: [String] = []) { series.withLock { $0.update(labels) { $0 = value } } }

    package func add(_ amount: Double, _ labels: [String] = []) { series.withLock { $0.update(labels) { $0 += amount } } }

    /// Takes a series away, as when the thing that it counted is gone.
    package func remove(_ labels: [String]) { series.withLock { $0.remove(labels) } }

    package func removeAll() { series.withLock { $0.removeAll() } }

    package func value(_ labels: [String] = []) -> Double { reading?() ?? series.withLock { $0[labels] ?? 0 } }

    func renderSamples(to output: inout String) {
        if let reading {
            return Exposition.appendSample(description.name, labels: [], values: [], value: reading(), to: &output)
        }
        for (values, value) in series.withLock({ $0.sorted }) {
            Exposition.appendSample(description.name, labels: description.labels, values: values, value: value, to: &output)
        }
    }
}
