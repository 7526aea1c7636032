/// The samples of one series of Prometheus.
package struct MetricSeries: Sendable, Hashable {
    package struct Sample: Sendable, Hashable {
        package var at: Timestamp
        package var value: Double

        package init(at: Timestamp, value: Double) {
            self.at = at
            self.value = value
        }
    }

    /// Its labels in the order of their names; few when the query aggregates.
    package var labels: [String: String]
    /// In the order of time.
    package var samples: [Sample]

    package init(labels: [String: String] = [:], samples: [Sample]) {
        self.labels = labels
        self.samples = samples
    }

    /// What a NaN says is that there was nothing to divide by: no requests, no look-ups. It is no value, and neither good nor bad.
    var values: [Sample] { samples.filter { !$0.value.isNaN } }

    /// `{pod="web-1", zone="a"}`, shortened; nothing without labels.
    var shownLabels: String {
        guard !labels.isEmpty else { return "" }
        let text = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ")
        return "{\(text.count > 160 ? text.prefix(160) + "…" : text)}"
    }
}
