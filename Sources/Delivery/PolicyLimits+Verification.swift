/// The bounds of what proves a Release.
extension PolicyLimits {
    // Metric Gates.
    /// Each asks Prometheus once an interval, for as long as the Release is watched.
    package static let metrics = 30
    /// Prometheus' own default look-back is 5 minutes; a longer step than that would only miss samples.
    package static let interval: ClosedRange<Duration> = .seconds(1)...(.seconds(300))
    package static let window: ClosedRange<Duration> = .seconds(1)...(.seconds(24 * 3600))
    package static let sustained: ClosedRange<Duration> = .zero...(.seconds(3600))
    package static let warmUp: ClosedRange<Duration> = .zero...(.seconds(3600))
    package static let compared: ClosedRange<Duration> = .seconds(1)...(.seconds(6 * 3600))
    /// Nothing that happens by chance more often than every fifth time proves anything; below a millionth no few samples ever suffice.
    package static let significance = 0.000_001...0.2
    package static let ratio = 1.0...1000.0
    /// Of one query: what a person may still have to read.
    package static let queryBytes = 4096
    /// Points of one series that one query may ask for; Prometheus gives 11 000.
    package static let points = 500
    package static let parameterLabels = 20

    // Hooks and Jobs.
    package static let hooks = 20
    package static let jobs = 10
    package static let hookArguments = 50
    package static let hookArgumentBytes = 1024
    /// What takes longer is a Job, or a soak.
    package static let hookTimeout: ClosedRange<Duration> = .seconds(1)...(.seconds(900))
    package static let jobTimeout: ClosedRange<Duration> = .seconds(1)...(.seconds(6 * 3600))

    static let metricNamePattern = "^[a-zA-Z_:][a-zA-Z0-9_:]*$"
    static let labelNamePattern = "^[a-zA-Z_][a-zA-Z0-9_]*$"

    /// The name of a metric, as Prometheus has it.
    static func isMetricName(_ text: String) -> Bool {
        guard text.utf8.count <= 200 else { return false }
        return isVariableName(text.replacing(":", with: "_"))
    }

    static func isSourceName(_ text: String) -> Bool { isLabel(text) }
}
