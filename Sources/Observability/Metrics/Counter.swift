internal import Synchronization

/// A number that only grows: requests, failures, releases by outcome.
package final class Counter: MetricFamily {
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
    /// A negative or undefined amount is ignored: a counter that falls reads as a restart.
    package func increment(_ labels: [String] = [], by amount: Double = 1) {
        guard amount >= 0, amount.isFinite else { return }
        series.withLock { $0.update(labels) { $0 += amount } }
    }

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
