internal import Synchronization

/// A distribution in fixed buckets, mostly of seconds.
package final class Histogram: MetricFamily {
    struct Cell {
        var counts: [UInt64]
        var sum: Double = 0
        var count: UInt64 = 0
    }

    /// For answers of a service, in seconds.
    package static let latencyBuckets: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// For phases of a Release, in seconds.
    package static let durationBuckets: [Double] = [0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600]

    package let description: MetricDescription
    private let buckets: [Double]
    private let series: Mutex<SeriesTable<Cell>>

    /// Buckets are sorted, and a bound that is not finite is dropped: `+Inf` is always there.
    init(description: MetricDescription, buckets: [Double]) {
        self.description = description
        let bounds = Array(Set(buckets.filter(\.isFinite))).sorted()
        self.buckets = bounds
        let count = description.labels.count
        series = Mutex(SeriesTable(labelCount: count) { Cell(counts: Array(repeating: 0, count: bounds.count)) })
    }

    /// - Parameter labels: the values, in the order in which the label names were declared.
    package func observe(_ value: Double, _ labels: [String] = []) {
        guard value.isFinite else { return }
        let bucket = buckets.firstIndex { value <= $0 }
        series.withLock {
            $0.update(labels) { cell in
                if let bucket { cell.counts[bucket] += 1 }
                cell.sum += value
                cell.count += 1
            }
        }
    }

    package func observe(_ duration: Duration, _ labels: [String] = []) {
        let (seconds, attoseconds) = duration.components
        observe(Double(seconds) + Double(attoseconds) / 1e18, labels)
    }

    package func count(_ labels: [String] = []) -> UInt64 { series.withLock { $0[labels]?.count ?? 0 } }

    func renderSamples(to output: inout String) {
        let names = description.labels + ["le"]
        for (values, cell) in series.withLock({ $0.sorted }) {
            var running: UInt64 = 0
            for (bound, count) in zip(buckets, cell.counts) {
                running += count
                Exposition.appendSample(
                    description.name + "_bucket", labels: names, values: values + [Exposition.number(bound)], value: Double(running),
                    to: &output)
            }
            Exposition.appendSample(
                description.name + "_bucket", labels: names, values: values + ["+Inf"], value: Double(cell.count), to: &output)
            Exposition.appendSample(
                description.name + "_sum", labels: description.labels, values: values, value: cell.sum, to: &output)
            Exposition.appendSample(
                description.name + "_count", labels: description.labels, values: values, value: Double(cell.count), to: &output)
        }
    }
}
